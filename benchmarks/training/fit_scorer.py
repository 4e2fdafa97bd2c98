"""Fit the weights of a score on made-up people, whose truth is known, and on judged profiles.

    python -m benchmarks.training.fit_scorer --folder FOLDER --judged SET.json.gz \\
        --out matching/weights/weights-3.json

A score is a sum of monotone parts and reads as a chance: least squares of "could do the work" (0 or
1) on the features, without a constant, with no weight below 0 and a sum of 1 at most, so that every
score lies in [0, 1]. Where a feature is a curve of a similarity, the steps of the curve are columns
of their own (a linear spline whose slopes are never negative): curves and weights are fitted at
once. Least squares is a proper score (Brier 1950): the best function is the chance itself.

Made-up people say nothing of how far what an advert asks for matters, because what they could do is
drawn by occupation, and profiles that people judged for vacancies cannot tell it from likeness as a
whole. An employer judges by it, so its weight and curve are set by hand (`ASKED`), and the rest is
fitted beside it. So are distance, dates and hours (`BY_HAND`); a fit counts for less by what that
practical side lacks. The judged profiles count for `JUDGED_SHARE` of the fit, with a constant of
their own in place of the features that they have not.

A plain fit learns to trust whoever wrote much, and people who could do the work but wrote little
pay for it. Each of them therefore counts `EMPHASIS` times. That makes the sum too high for a
chance, so everything but the practical side is then scaled, by one number, to be right for the
first `LOOKED_AT` of each list, which is what people read. Every second vacancy is kept aside to
check the chances. How texts are compared, the words and the tie band are those of the weights in
force.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import nnls

from assurance.quality.judged import read_judged_set
from assurance.quality.metrics import scale_of
from assurance.quality.own_ranker import OwnRanker
from assurance.quality.synthetic import Asked, load_synthetic, people_by_number, rankers
from assurance.simulation.world import database_in
from candidates.model import StoredCandidate
from cli.context import stage_progress
from foundation.settings import Settings
from index.encoder.encoder import load_encoder
from matching.order.listing import ScoredPair
from matching.score.comparison import TextComparison
from matching.score.features import compute_features
from matching.score.weights import Curve, Weights, load_weights
from matching.shortlists.ranking import CandidateRanker

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.bool_]

BY_HAND = {
    "distance": 0.05,
    "release_fit": 0.02,
    "hours_and_pattern": 0.02,
    "further_certificates": 0.01,
}
SET_BY_HAND = sum(BY_HAND.values())
CURVE_OF = {
    "requirement_coverage": "requirement",
    "role": "role",
    "similarity": "whole",
    "experience": "experience",
}
ASKED = 0.2
ASKED_CURVE = (0.0, 0.0, 0.0, 0.125, 0.25, 0.375, 0.5, 0.75, 1.0)  # at the knots of `requirement`
TEXT_FEATURES = ("requirement_coverage", "similarity")
JUDGED_SHARE = 0.1
SHORT = "short"
EMPHASIS = 5
LOOKED_AT = 20
SCALINGS = 5  # the first of a list depend on the scale, a little
PLAIN = ("sector_interest",)
KNOTS = {
    "requirement": (0.05, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.7),
    "role": (0.1, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 1.0),
    "whole": (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8),
    "experience": (0.1, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 1.0),
}
STEPS = len(KNOTS["role"]) - 1
DECIMALS = 4
PENALTY_STEP = 0.0005  # raised until the sum of the weights is allowed
NOTE = (
    "Fitted on made-up people and on profiles that people judged (benchmarks/training/"
    "fit_scorer.py), so that a score reads as the chance that somebody could do the work; what the "
    "vacancy asks for, distance, dates, hours and further certificates by hand. How requirements "
    "are compared: benchmarks/training/fit_similarity.py."
)


@dataclass(frozen=True)
class Sample:
    """n pairs: columns (n, c), practical side (n,), truth (n,), vacancy and person of each (n,).

    People are counted in the order of their prison numbers.
    """

    columns: Floats
    practical: Floats
    truth: Floats
    vacancy: npt.NDArray[np.int64]
    person: npt.NDArray[np.int64]


@dataclass(frozen=True)
class JudgedProfiles:
    """m judged pairs: columns (m, c) with those of `TEXT_FEATURES` filled, and whether suitable."""

    columns: Floats
    suitable: Floats


class Recorder(CandidateRanker):
    """A ranker that keeps the columns of everybody it scores."""

    def _score(self, other: StoredCandidate, comparison: TextComparison) -> ScoredPair:
        scored = super()._score(other, comparison)
        kept = KEPT.setdefault(self.subject.id, [])
        kept.append(
            (scored.pair.candidate.prison_number, _columns(scored, comparison, self.weights))
        )
        return scored


KEPT: dict[int, list[tuple[str, list[float]]]] = {}


def column_names() -> tuple[str, ...]:
    """`role 3` is the fourth step of the curve of `role`."""
    return (*(f"{name} {step}" for step in range(STEPS) for name in CURVE_OF), *PLAIN)


def _columns(scored: ScoredPair, comparison: TextComparison, weights: Weights) -> list[float]:
    values: list[float] = []
    for each in _by_step(weights):
        features = compute_features(scored.pair, comparison, each)
        values += [features.values[name] for name in CURVE_OF]
    values += [scored.features.values[name] for name in PLAIN]
    practical = sum(share * scored.features.values[name] for name, share in BY_HAND.items())
    return [*values, practical]


def _by_step(weights: Weights) -> list[Weights]:
    """Weights whose curves are one step each: the first, the second and so on."""
    return [
        replace(
            weights,
            curves=dict(weights.curves)
            | {name: _step(knots[step], knots[step + 1]) for name, knots in KNOTS.items()},
        )
        for step in range(STEPS)
    ]


def _step(low: float, high: float) -> Curve:
    return ((low, 0.0), (high, 1.0))


def collect(folder: Path, asked: Asked) -> Sample:
    """Rank every vacancy of a made-up world; its folder is kept, to be taken up again."""
    people = people_by_number(asked)
    places = {number: place for place, number in enumerate(sorted(people))}
    rows, truth, vacancy, person = [], [], [], []
    with (
        database_in(folder, Settings(), asked.as_of) as (database, settings),
        stage_progress() as on,
    ):
        load_synthetic(database, settings, asked, on)
        for post, ranker in rankers(database, settings, asked, on, Recorder):
            ranker.rank()
            for number, columns in KEPT.pop(ranker.subject.id, []):
                rows.append(columns)
                truth.append(bool(set(people[number].occupations) & set(post.occupations)))
                vacancy.append(ranker.subject.id)
                person.append(places[number])
    table = np.array(rows, dtype=np.float64)
    return Sample(
        table[:, :-1],
        table[:, -1],
        np.array(truth, dtype=np.float64),
        np.array(vacancy, dtype=np.int64),
        np.array(person, dtype=np.int64),
    )


def collect_judged(path: Path) -> JudgedProfiles:
    """Read every judged profile against its vacancy; good enough from the middle of the scale."""
    judged = read_judged_set(path)
    good = scale_of(judged).relevant_from
    names = column_names()
    encoder = load_encoder(Settings())
    steps = [OwnRanker(encoder, each) for each in _by_step(load_weights())]
    rows, suitable = [], []
    with stage_progress() as on_progress:
        read = OwnRanker(encoder, load_weights()).reader_of_profiles(judged, on_progress)
    for query, grades in judged.qrels.items():
        for doc, comparison in zip(judged.ranked_docs, read(query), strict=True):
            if doc not in grades:
                continue
            row = dict.fromkeys(names, 0.0)
            for step, ranker in enumerate(steps):
                for name, value in ranker.text_features(comparison).items():
                    row[f"{name} {step}"] = value
            rows.append([row[name] for name in names])
            suitable.append(grades[doc] >= good)
    return JudgedProfiles(np.array(rows), np.array(suitable, dtype=np.float64))


def fit(
    sample: Sample, rows: Rows, judged: JudgedProfiles | None, counts: Floats, ridge: float
) -> Floats:
    """The weight of each column, (c,), from some of the pairs and all of the judged ones.

    Args:
        rows: shape (n,), which of the pairs.
        counts: shape (n,), how many times each of them counts.
    """
    columns, practical = sample.columns[rows], sample.practical[rows]
    asked = asked_weights()
    target = suitable(sample)[rows] - practical - columns @ asked
    count = columns.shape[1]
    gram, towards = np.zeros((count + 1, count + 1)), np.zeros(count + 1)
    counted = columns.T * (counts[rows] / counts[rows].sum())
    gram[:count, :count] = counted @ columns
    towards[:count] = counted @ target
    if judged is not None:
        theirs = np.column_stack([judged.columns, np.ones(len(judged.columns))])
        rest = judged.suitable - judged.columns @ asked
        gram = (1 - JUDGED_SHARE) * gram + JUDGED_SHARE * theirs.T @ theirs / len(theirs)
        towards *= 1 - JUDGED_SHARE
        towards += JUDGED_SHARE * theirs.T @ rest / len(theirs)
    factor = np.linalg.cholesky(gram + ridge * np.eye(count + 1))
    most = 1 - SET_BY_HAND - ASKED
    penalty, weights = 0.0, np.full(count, np.inf)
    while weights.sum() > most:
        found, _ = nnls(factor.T, np.linalg.solve(factor, towards - penalty))
        weights, penalty = found[:count], penalty + PENALTY_STEP
    return scaled(sample, rows, weights + asked)


def emphasis(sample: Sample, asked: Asked) -> Floats:
    """How many times each pair counts, (n,): more for who could do it and wrote little."""
    people = people_by_number(asked)
    short = np.array([people[number].quality == SHORT for number in sorted(people)])
    return np.where(short[sample.person] & (sample.truth > 0), float(EMPHASIS), 1.0)


def scaled(sample: Sample, rows: Rows, fitted: Floats) -> Floats:
    """The weights (c,) times one number that makes the first of each list right on the whole."""
    scale, told = 1.0, sample.columns @ fitted
    for _ in range(SCALINGS):
        first = rows & _first(sample, told * scale + sample.practical)
        target = (suitable(sample) - sample.practical)[first]
        scale = float(told[first] @ target / (told[first] @ told[first]))
    return fitted * scale


def _first(sample: Sample, score: Floats) -> Rows:
    """Which pairs, (n,), are among the first of their vacancy's list."""
    order = np.lexsort((-score, sample.vacancy))
    _, starts = np.unique(sample.vacancy[order], return_index=True)
    lengths = np.diff([*starts, len(order)])
    place = np.arange(len(order)) - np.repeat(starts, lengths)
    first = np.zeros(len(order), dtype=bool)
    first[order[place < LOOKED_AT]] = True
    return first


def asked_weights() -> Floats:
    """What is set by hand among the columns, (c,): the steps of what the advert asks for."""
    steps = ASKED * np.diff(ASKED_CURVE)
    by_name = {f"requirement_coverage {step}": share for step, share in enumerate(steps)}
    return np.array([by_name.get(name, 0.0) for name in column_names()])


def suitable(sample: Sample) -> Floats:
    """The chance that each pair is suitable, (n,): for who could do it, less what they lack."""
    chance: Floats = sample.truth * (1 - SET_BY_HAND + sample.practical)
    return chance


def weights_of(fitted: Floats, version: str, note: str) -> dict[str, Any]:
    """Weights and curves as they are kept."""
    by_name = dict(zip(column_names(), fitted.tolist(), strict=True))
    steps = {name: [by_name[f"{name} {step}"] for step in range(STEPS)] for name in CURVE_OF}
    weights = {name: round(sum(several), DECIMALS) for name, several in steps.items()}
    weights |= {name: round(by_name[name], DECIMALS) for name in PLAIN} | BY_HAND
    current = load_weights()
    curves = {CURVE_OF[name]: _curve(CURVE_OF[name], several) for name, several in steps.items()}
    return {
        "version": version,
        "note": note,
        "weights": weights,
        "curves": curves | {"wish": [list(point) for point in current.curves["wish"]]},
        "similarity": asdict(current.similarity),
        "met_at": current.met_at,
        "tie_band": current.tie_band,
        "words": dict(current.words),
    }


def _curve(name: str, steps: Sequence[float]) -> list[list[float]]:
    """Rising points; a straight line where the fit gives the feature nothing."""
    total = sum(steps)
    shares = [step / total for step in steps] if total else [1 / STEPS] * STEPS
    heights = np.concatenate([[0.0], np.cumsum(shares)])
    return [
        [knot, round(min(1.0, height), DECIMALS)]
        for knot, height in zip(KNOTS[name], heights.tolist(), strict=True)
    ]


def reliability(sample: Sample, rows: Rows, fitted: Floats) -> list[dict[str, Any]]:
    """Of the first of each list, by tenth of the score: pairs, mean score, share suitable."""
    score = sample.columns @ fitted + sample.practical
    rows = rows & _first(sample, score)
    score, truly = score[rows], suitable(sample)[rows]
    tenth = np.minimum((score * 10).astype(int), 9)
    return [
        {
            "from": place / 10,
            "pairs": int((tenth == place).sum()),
            "score": round(float(score[tenth == place].mean()), 3),
            "suitable": round(float(truly[tenth == place].mean()), 3),
        }
        for place in range(10)
        if (tenth == place).any()
    ]


def main() -> None:
    """Collect, fit on half of the vacancies, check on the others, and keep the fit on all."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--folder", type=Path, required=True, help="kept between runs")
    parser.add_argument("--out", type=Path, required=True, help="weights-N.json")
    parser.add_argument("--people", type=int, default=4_000)
    parser.add_argument("--vacancies", type=int, default=300)
    parser.add_argument("--seed", type=int, default=77, help="not that of the evaluation")
    parser.add_argument("--judged", type=Path, help="profiles that people judged")
    parser.add_argument("--ridge", type=float, default=1e-5)
    given = parser.parse_args()
    kept_sample = given.folder / "sample.npz"
    asked = Asked(given.people, given.vacancies, given.seed)
    if kept_sample.exists():
        sample = Sample(**np.load(kept_sample))
    else:
        sample = collect(given.folder, asked)
        np.savez(kept_sample, **vars(sample))
    judged = collect_judged(given.judged) if given.judged else None
    counts = emphasis(sample, asked)
    half = sample.vacancy % 2 == 0
    everything = np.ones(len(half), dtype=bool)
    checked = reliability(sample, ~half, fit(sample, half, judged, counts, given.ridge))
    fitted = fit(sample, everything, judged, counts, given.ridge)
    kept = weights_of(fitted, given.out.stem, NOTE)
    print(json.dumps({"reliability": checked, "weights": kept["weights"]}, indent=1))
    given.out.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
