"""How far a score moves when the same record is written again with other slips of spelling.

    python -m benchmarks.tie_band --folder FOLDER --out benchmarks/results/tie_band.json

Two people of equal worth would differ by as much from spelling alone, so smaller differences say
nothing. Made-up people who came among the first for a vacancy are written down twice more, each
time with new slips (3 in a hundred words, and the known misspellings six times as often), and the
two scores are compared. The width of the tie band is what 19 differences in 20 stay below.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from assurance.quality.rankers import RememberingEncoder
from assurance.quality.synthetic import Asked, load_synthetic, rankers
from assurance.simulation.world import database_in
from candidates.model import Candidate, StoredCandidate
from cli.context import stage_progress
from demonstration.synthetic.texts import Scribe
from employers.model import StoredVacancy
from foundation.settings import Settings
from index.encoder.encoder import load_encoder
from index.vectors.flat import Vectors
from index.vectors.generations import open_current
from index.vectors.lexicon import Lexicon
from matching.retrieval.build import recipe_of
from matching.rules.pair import Pair
from matching.score.comparison import CandidateVectors, VacancyVectors, compare_texts
from matching.score.features import compute_features
from matching.score.weights import MILLION, Weights, total
from matching.shortlists.ranking import CandidateRanker

SLIPS_A_WORD = 0.03
SHARES = (0.5, 2 / 3, 0.9, 0.95)


def respelt(candidate: Candidate, rng: Random) -> Candidate:
    """The same record with new slips wherever somebody wrote in their own words."""
    write = Scribe(rng, rate=SLIPS_A_WORD, lower=False, stops=True).write
    return candidate.model_copy(
        update={
            "work_experience": tuple(
                job.model_copy(update={"role": write(job.role), "details": write(job.details)})
                for job in candidate.work_experience
            ),
            "previous_work": candidate.previous_work and write(candidate.previous_work),
            "other_skills": tuple(write(skill) for skill in candidate.other_skills),
            "other_qualifications": candidate.other_qualifications
            and write(candidate.other_qualifications),
        }
    )


class Rescorer:
    """Scores records that are in no database, with the spelling statistics of an index."""

    def __init__(self, encoder: RememberingEncoder, lexicon: Lexicon, weights: Weights) -> None:
        """Take what a ranking takes."""
        self._encoder, self._lexicon, self._weights = encoder, lexicon, weights

    def post(self, vacancy: StoredVacancy) -> VacancyVectors:
        """A vacancy, read and encoded."""
        text = vacancy.record.embeddable()
        vectors = self._encoder.encode(text.texts().all())
        return VacancyVectors.from_text(text, vectors[0], vectors[1:])

    def score(self, candidate: Candidate, pair: Pair, post: VacancyVectors) -> float:
        """The score, in points of 100, that this record would have in the place of the pair's."""
        text = candidate.embeddable()
        person = CandidateVectors.from_text(text, self._lines(text.texts().all()))
        (comparison,) = compare_texts([person], [post], self._lexicon, self._weights.similarity)
        stored: StoredCandidate = replace(pair.stored_candidate, record=candidate)
        features = compute_features(
            replace(pair, stored_candidate=stored), comparison, self._weights
        )
        return total(features.values, self._weights) / MILLION * 100

    def _lines(self, texts: list[str]) -> Vectors:
        return self._encoder.encode(texts)[1:]


def differences(ranker: CandidateRanker, rescorer: Rescorer, first: int) -> Iterator[float]:
    """For each of the first of a vacancy, how far apart two spellings of them score."""
    post = rescorer.post(ranker.subject)
    ranking = ranker.rank()
    compared = sorted(
        (*ranking.eligible.scored, *ranking.refer.scored),
        key=lambda scored: (-scored.total, *scored.tie),
    )
    for scored in compared[:first]:
        number = scored.pair.candidate.prison_number
        one, other = (
            rescorer.score(
                respelt(scored.pair.candidate, Random(f"{number}:{copy}")),  # noqa: S311
                scored.pair,
                post,
            )
            for copy in range(2)
        )
        yield abs(one - other)


def measure(folder: Path, asked: Asked, first: int) -> dict[str, Any]:
    """The differences of a made-up world, in points of 100."""
    with (
        database_in(folder, Settings(), asked.as_of) as (database, settings),
        stage_progress() as on,
    ):
        load_synthetic(database, settings, asked, on)
        lexicon = open_current(settings.index_dir, recipe_of(settings)).lexicon
        encoder = RememberingEncoder(load_encoder(settings))
        found, weights = [], ""
        for _, ranker in rankers(database, settings, asked, on):
            weights = ranker.weights.version
            found += differences(ranker, Rescorer(encoder, lexicon, ranker.weights), first)
    quantiles = np.quantile(found, SHARES)
    return {
        "weights": weights,
        "model": encoder.model_id,
        "people": asked.people,
        "pairs": len(found),
        "points_that_a_share_stays_below": {
            f"{share:.2f}": round(value, 2)
            for share, value in zip(SHARES, quantiles.tolist(), strict=True)
        },
    }


def main() -> None:
    """Measure, and keep what was measured."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--folder", type=Path, required=True, help="kept between runs")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--people", type=int, default=1_000)
    parser.add_argument("--vacancies", type=int, default=60)
    parser.add_argument("--seed", type=int, default=77)
    parser.add_argument("--first", type=int, default=20, help="people a vacancy")
    given = parser.parse_args()
    found = measure(given.folder, Asked(given.people, given.vacancies, given.seed), given.first)
    text = json.dumps(found, indent=2)
    print(text)
    given.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
