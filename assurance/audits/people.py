"""Tables of people by group, each once: stages, outcomes and overrides; small numbers hidden."""

from collections.abc import Sequence

import numpy as np

from assurance.audits.courses import FINDINGS, KINDS, reason_column
from assurance.audits.labels import group_label
from assurance.audits.rates import finite, hidden_people, stand
from assurance.audits.report import FunnelRow, OutcomeAudit, OutcomeRow, OverrideRow, Standing
from assurance.audits.tally import AttributeTally
from casework.decisions.model import DecisionKind, HideReason, PlaceReason
from foundation.vocabulary import OutcomePoint
from matching.fairness.statistics.disclosure import Bools
from matching.fairness.statistics.inference import GroupSelection, difference_interval
from matching.fairness.task import Ints

REASONS: dict[DecisionKind, type[HideReason] | type[PlaceReason]] = {
    DecisionKind.HIDE: HideReason,
    DecisionKind.PLACE: PlaceReason,
}


def shown_people(
    each: AttributeTally, columns: Sequence[str]
) -> tuple[tuple[FunnelRow, ...], tuple[int | None, ...]]:
    """Some columns of the people as rows by group, and their totals; None where hidden."""
    at, hidden = each.at(*columns), hidden_people(each)
    counts, gone = each.people[:, at], hidden.cells[:, at]
    rows = tuple(
        FunnelRow(group=group_label(each.coded.attribute, label), counts=_shown(own, hide))
        for label, own, hide in zip(each.coded.labels, counts, gone, strict=True)
    )
    return rows, _shown(counts.sum(axis=0), hidden.totals[at])


def audit_outcomes(each: AttributeTally) -> tuple[OutcomeAudit, ...]:
    """What was found at each point: of those known, how many in work; the others beside it."""
    return tuple(
        OutcomeAudit(point=point.label, rows=_outcome_rows(each, point)) for point in OutcomePoint
    )


def audit_override_reasons(each: AttributeTally) -> tuple[OverrideRow, ...]:
    """People by the reason that staff gave for each kind of decision; reasons that were given."""
    return tuple(
        OverrideRow(
            kind=KINDS[kind],
            code=reason,
            label=reason.label,
            people=tuple(row.counts[0] for row in shown_people(each, (column,))[0]),
        )
        for kind, reasons in REASONS.items()
        for reason in reasons
        if each.count(column := reason_column(kind, reason)).any()
    )


def _outcome_rows(each: AttributeTally, point: OutcomePoint) -> tuple[OutcomeRow, ...]:
    columns = FINDINGS[point]
    hidden = hidden_people(each).cells[:, each.at(*columns)]
    in_work, out_of_work, unavailable, not_known = (each.count(column) for column in columns)
    known = in_work + out_of_work
    standings = stand(each, known, hidden[:, 0] | hidden[:, 1])
    groups = [GroupSelection(int(n), int(a)) for n, a in zip(known, in_work, strict=True)]
    reference = standings.index("reference") if "reference" in standings else None
    rows = []
    for at, (group, standing) in enumerate(zip(groups, standings, strict=True)):
        beside = _shown(np.array([unavailable[at], not_known[at]]), hidden[at, 2:])
        row = OutcomeRow(
            group=group_label(each.coded.attribute, each.coded.labels[at]),
            standing=standing,
            known=None if standing == "hidden" else group.people,
            in_work=None if standing == "hidden" else group.selected,
            unavailable=beside[0],
            not_known=beside[1],
        )
        against = None if reference is None else groups[reference]
        rows.append(row.model_copy(update=_compared(group, standing, against)))
    return tuple(rows)


def _compared(
    group: GroupSelection, standing: Standing, reference: GroupSelection | None
) -> dict[str, float | None]:
    """The rate of a group that is large enough, and how far it is from the reference's."""
    if standing not in ("reference", "compared"):
        return {}
    if standing == "reference" or reference is None:
        return {"rate": finite(group.rate)}
    interval = difference_interval(group, reference)
    return {
        "rate": finite(group.rate),
        "points": finite(100 * (group.rate - reference.rate)),
        "low": finite(100 * interval.low),
        "high": finite(100 * interval.high),
    }


def _shown(counts: Ints, hidden: Bools) -> tuple[int | None, ...]:
    return tuple(None if gone else int(count) for count, gone in zip(counts, hidden, strict=True))
