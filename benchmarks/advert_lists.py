"""The first names for real adverts, to be read by eye: made-up people, the product's own ranking.

    python -m benchmarks.advert_lists --adverts FLAT.jsonl.gz --folder KEPT --out lists.json

Loads the adverts by the product's own import into a database in `--folder`, with made-up people as
of the first days in which the adverts were open, builds the index, and ranks everybody for the
chosen adverts. Nothing but progress is printed; `lists.json` holds for each advert what was read
of it and who came first and why, and `lists.md` beside it is the same to read. The folder is kept,
so that an interrupted run goes on where it stopped. docs/real-adverts.md says what was found.
"""

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from assurance.simulation.world import database_in
from benchmarks.advert_groups import Advert, Chosen, choose
from benchmarks.advert_page import page
from benchmarks.real_adverts import job_posting, read_adverts
from cli.context import ERR, stage_progress
from demonstration.population import load_demonstration
from employers.intake import VACANCIES
from employers.store import list_vacancies
from foundation.database import Database, Scope
from foundation.intake.load import Rejection, load
from foundation.settings import Settings
from index.encoder.encoder import model_id
from matching.allocation.store import list_open_vacancies
from matching.order.listing import RankingRequest, ScoredPair
from matching.retrieval.build import IndexBuilder, Progress, recipe_of
from matching.retrieval.live import MatchIndex
from matching.rules.eligibility import refusal_mask
from matching.rules.positions import load_places
from matching.score.requirements import RequirementMatch
from matching.score.weights import contributions, load_weights
from matching.shortlists.direction import CANDIDATES_FOR_VACANCY
from matching.shortlists.ranking import CandidateRanker, Ranker, Ranking

SCOPE = Scope("benchmark")
AS_OF = date(2020, 11, 1)
CHOSEN, SEED, PEOPLE = 100, 5, 5_000
TOP = 5
BEHIND = 10  # the next, to see whether somebody better stands behind
FAR_FROM_PROFILE = {
    "prison_number", "first_name", "last_name", "prison_id", "consent", "consent_date",
    "readiness_actions", "id_documents", "offences", "release_area", "no_fixed_abode",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What is ranked: the adverts' flat file, and how many people from which seed."""

    adverts: Path
    postcodes: Path | None
    people: int
    seed: int
    only_chosen: bool


def make_lists(
    database: Database, settings: Settings, asked: Asked, on_progress: Progress
) -> list[dict[str, Any]]:
    """Load, embed and rank; one record for each chosen advert, in the order of the draw."""
    adverts = list(read_adverts(asked.adverts))
    still_open = [each for each in adverts if each["valid"][:10] >= AS_OF.isoformat()]
    chosen = choose(still_open, CHOSEN, SEED)
    load_demonstration(
        database,
        people=asked.people,
        seed=asked.seed,
        as_of=AS_OF,
        vacancies=0,
        on_progress=on_progress,
    )
    wanted = [each.advert for each in chosen] if asked.only_chosen else adverts
    load_adverts(database, wanted, settings.data_dir / "postings.jsonl")
    if asked.postcodes:
        load_places(database, SCOPE, asked.postcodes)
    IndexBuilder(database, settings).build(on_progress=on_progress)
    return [
        describe(each, ranker, ranker.rank())
        for each, ranker in _rankers(database, settings, chosen, on_progress)
    ]


def load_adverts(database: Database, adverts: Iterable[Advert], file: Path) -> None:
    """Import adverts as `newfutures import vacancies` does; those that it refuses are named."""
    lines = (json.dumps(job_posting(each), ensure_ascii=False) for each in adverts)
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")

    def report(rejection: Rejection) -> None:
        ERR.print(str(rejection), markup=False)

    load(file, VACANCIES, database, SCOPE, on_rejection=report)


def _rankers(
    database: Database, settings: Settings, chosen: Sequence[Chosen], on_progress: Progress
) -> Iterable[tuple[Chosen, CandidateRanker]]:
    index = MatchIndex(settings.index_dir, recipe_of(settings), model_id(settings))
    weights, request = load_weights(), RankingRequest(AS_OF, TOP)
    with database.transaction(SCOPE) as connection:
        found = list_open_vacancies(connection, today=AS_OF, recipe=index.recipe, sector=None)
    ids = {each.reference: each.id for each in found}
    for done, each in enumerate(chosen, start=1):
        if each.advert["id"] in ids:
            with database.transaction(SCOPE) as connection:
                (vacancy,) = list_vacancies(connection, [ids[each.advert["id"]]])
                yield (
                    each,
                    Ranker(connection, index, weights, CANDIDATES_FOR_VACANCY, vacancy, request),
                )
        on_progress("rankings", done, len(chosen))


def describe(chosen: Chosen, ranker: CandidateRanker, ranking: Ranking) -> dict[str, Any]:
    """An advert, what was read of it, and who came first, the eligible before those to refer."""
    vacancy = ranker.subject.record
    ordered = [*ranking.eligible.ordered, *ranking.refer.ordered]
    return {
        "group": chosen.group,
        "place": chosen.place,
        "reference": vacancy.reference,
        "title": vacancy.title,
        "employer": vacancy.employer.name,
        "sector": vacancy.sector,
        "advert": chosen.advert["text"],
        "criteria": vacancy.essential_criteria,
        "whole": vacancy.embeddable().texts().whole,
        "requirements": [
            {
                "kind": each.kind,
                "text": each.text,
                "why_not": each.boilerplate_reason,
                "attitude": each.attitude,
                "certificates": [held.label for held in each.certificates],
            }
            for each in vacancy.embeddable().requirements()
        ],
        "open": sum(group.count for group in ranking.judged if not group.mask & refusal_mask()),
        "compared": len(ordered),
        "top": [_place(ranker, scored) for scored in ordered[: TOP + BEHIND]],
    }


def _place(ranker: CandidateRanker, scored: ScoredPair) -> dict[str, Any]:
    features = scored.features
    parts = contributions(features.values, ranker.weights)
    return {
        "score": scored.total,
        "contributions": {
            name: [features.values[name], part, features.sentences[name]]
            for name, part in parts.items()
        },
        "matches": [_match(each) for each in features.matches],
        "distance": None if scored.pair.distance is None else str(scored.pair.distance),
        "number": scored.pair.candidate.prison_number,
        "person": scored.pair.candidate.model_dump(
            mode="json", exclude=FAR_FROM_PROFILE, exclude_defaults=True
        ),
    }


def _match(match: RequirementMatch) -> dict[str, Any]:
    return {
        "requirement": match.requirement.text,
        "evidence": match.evidence,
        "similarity": round(match.similarity, 3),
        "credit": round(match.credit, 3),
        "met": match.met,
    }


def main() -> None:
    """Make the lists, and write them as JSON and as a page."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--adverts", type=Path, required=True, help="the flat file, gzipped")
    parser.add_argument("--postcodes", type=Path, help="outward codes with their positions")
    parser.add_argument("--folder", type=Path, required=True, help="kept between runs")
    parser.add_argument("--out", type=Path, required=True, help="lists.json")
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--only-chosen", action="store_true", help="import no other advert")
    given = parser.parse_args()
    asked = Asked(given.adverts, given.postcodes, given.people, given.seed, given.only_chosen)
    with (
        database_in(given.folder, Settings(), AS_OF) as (database, settings),
        stage_progress() as on,
    ):
        lists = make_lists(database, settings, asked, on)
    given.out.write_text(json.dumps(lists, indent=1, ensure_ascii=False), encoding="utf-8")
    given.out.with_suffix(".md").write_text(page(lists, TOP), encoding="utf-8")


if __name__ == "__main__":
    main()
