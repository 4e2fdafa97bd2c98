"""Records the exposure that a ranking gives people, beside their share by merit."""

from typing import Any
from uuid import UUID

from psycopg import Connection

from employers.model import StoredVacancy
from matching.fairness.task import discounts
from matching.order.listing import OrderedList, RankingRequest
from matching.order.store import ExposureRow, replace_exposure
from matching.shortlists.ranking import Ranking


def record_exposure(
    connection: Connection[Any],
    vacancy: StoredVacancy,
    ranking: Ranking,
    request: RankingRequest,
    run_id: UUID,
) -> None:
    """Replace a vacancy's entry in the exposure ledger with this ranking.

    Of the eligible; of those to refer for a vacancy that nobody is eligible for as things stand.
    """
    listed = ranking.eligible if ranking.eligible.scored else ranking.refer
    replace_exposure(
        connection,
        vacancy.id,
        shown_to(listed),
        prison=request.prison,
        policy=request.policy_id,
        shown_on=request.today,
        run_id=run_id,
    )


def shown_to(listed: OrderedList) -> list[ExposureRow]:
    """Exposure is 1 / log2(1 + rank) for the places shown; merit is the share of the whole of it
    that each score is of all scores compared (Singh and Joachims, 2018, Fairness of exposure).
    """
    arranged = listed.arranged
    shown = arranged.order[: arranged.shown]
    given = dict(zip(shown, discounts(len(shown)).tolist(), strict=True))
    scores = sum(item.total for item in listed.scored)
    per_point = sum(given.values()) / scores if scores else 0.0
    baseline = {position: rank for rank, position in enumerate(arranged.baseline, start=1)}
    return [
        ExposureRow(
            item.pair.stored_candidate.id,
            baseline[position],
            arranged.ranks[position] if position in given else None,
            given.get(position, 0.0),
            item.total * per_point,
            group.need_band.value,
        )
        for position, (item, group) in enumerate(zip(listed.scored, listed.groups, strict=True))
    ]
