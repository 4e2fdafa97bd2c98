"""What a policy did, in words that a prison employment lead reads. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from foundation.places.prisons import prison_name
from foundation.places.regions import Region
from foundation.vocabulary import Code
from matching.explain.document import FairnessGiven, FloorGiven, MoveGiven, PolicyUsed
from matching.fairness import Kind
from matching.fairness.metrics import ndcg
from matching.fairness.moves import Move
from matching.fairness.policy import exact_proportion
from matching.fairness.record import Attribute, PolicyRecord, Tier
from matching.groups.need import NeedBand
from matching.groups.waiting import WaitBand
from matching.order.ordering import Ordering
from matching.score.weights import MILLION

NAMED = 3  # people named in a sentence about who changed places
BY_SCORE = PolicyUsed(
    id="none",
    kind=Kind.NONE.value,
    groups=(),
    tier=Tier.T0.value,
    owner="",
    aim="Order by score only.",
    approved_by=None,
    valid_until=None,
    groups_version=None,
)


@dataclass(frozen=True, slots=True)
class Grouped:
    """A list under a policy, with the names of its groups by attribute and code."""

    policy: PolicyRecord
    groups_version: str | None
    labels: Sequence[Sequence[str]]
    targets: Sequence[Sequence[str]]
    arranged: Ordering
    tie_band: float


def policy_used(policy: PolicyRecord | None, groups_version: str | None) -> PolicyUsed:
    """Return the policy as a document names it."""
    if policy is None:
        return BY_SCORE
    return PolicyUsed(
        id=policy.id,
        kind=policy.kind.value,
        groups=tuple(attribute.label for attribute in policy.groups),
        tier=policy.tier.value,
        owner=policy.owner,
        aim=policy.aim,
        approved_by=policy.approved_by,
        valid_until=policy.valid_until,
        groups_version=groups_version if policy.groups else None,
    )


def group_label(attribute: Attribute, label: str) -> str:
    """Return a group's name for a table."""
    if attribute is Attribute.PRISON:
        return prison_name(label)
    names: dict[Attribute, type[Code]] = {
        Attribute.NEED_BAND: NeedBand,
        Attribute.WAIT_BAND: WaitBand,
        Attribute.RELEASE_REGION: Region,
    }
    return names[attribute](label).label


def group_phrase(attribute: Attribute, label: str) -> str:
    """Return a group's name as it follows the word people: `people of higher need`."""
    name = group_label(attribute, label)
    return {
        Attribute.NEED_BAND: f"of {name.lower()}",
        Attribute.WAIT_BAND: f"who {name.lower()}",
        Attribute.RELEASE_REGION: f"to be released in {name}",
        Attribute.PRISON: f"at {name}",
    }[attribute]


def explain_move(
    grouped: Grouped, position: int, name_of: Callable[[int], str | None]
) -> MoveGiven | None:
    """Return why an entry's rank differs from its rank by score, or None if it does not.

    Args:
        position: of the entry.
        name_of: who an entry is; None for whoever is not shown.
    """
    move = grouped.arranged.moves.get(position)
    if move is None:
        return None
    arranged, bound = grouped.arranged, move.constraint
    rank = arranged.ranks[position]
    by_score = arranged.entries[arranged.baseline[rank - 1]].total
    gap = (by_score - arranged.entries[position].total) / MILLION
    names = [name for who in move.passed if (name := name_of(who)) is not None][:NAMED]
    floored = bound.group >= 0
    return MoveGiven(
        baseline=move.baseline,
        rank=rank,
        cause=bound.cause,
        group=_bound_group(grouped, bound.attribute, bound.group) if floored else None,
        prefix=bound.prefix if floored else None,
        required=bound.required if floored else None,
        rank_without=move.rank_without,
        changed_with=tuple(names),
        changed_with_count=len(move.passed),
        gap=gap,
        tie_bands=round(gap / grouped.tie_band, 1),
        policy=grouped.policy.id,
        approved_by=grouped.policy.approved_by,
        sentence=_move_sentence(grouped, move, rank, names, gap),
    )


def explain_policy(grouped: Grouped | None, by_score: Ordering) -> FairnessGiven:
    """Return what the policy did within the places shown, and what it could not do."""
    arranged = grouped.arranged if grouped else by_score
    shown = arranged.order[: arranged.shown]
    best = arranged.baseline[: arranged.shown]
    gains = np.array([entry.total / MILLION for entry in arranged.entries], dtype=np.float64)
    moved = [arranged.moves[who] for who in shown if who in arranged.moves]
    drops = [arranged.ranks[who] - rank for rank, who in enumerate(best, start=1)]
    floors = _floors(grouped) if grouped else ()
    given = FairnessGiven(
        policy=policy_used(grouped.policy, grouped.groups_version) if grouped else BY_SCORE,
        places=len(shown),
        raised=sum(arranged.ranks[move.position] < move.baseline for move in moved),
        lowered=sum(arranged.ranks[move.position] > move.baseline for move in moved),
        brought_in=len(set(shown) - set(best)),
        added=arranged.reranked.added,
        largest_drop=max([0, *drops]),
        ndcg=round(ndcg(gains[shown], gains[best]), 6),
        gap=arranged.reranked.gap,
        floors=floors,
        sentences=(),
    )
    return given.model_copy(update={"sentences": tuple(_sentences(given))})


def _bound_group(grouped: Grouped, attribute: int, group: int) -> str:
    return group_phrase(grouped.policy.groups[attribute], grouped.labels[attribute][group])


def _floors(grouped: Grouped) -> tuple[FloorGiven, ...]:
    if grouped.policy.kind in (Kind.NONE, Kind.AMORTISED):
        return ()
    return tuple(
        _floor(grouped, column, code)
        for column in range(len(grouped.policy.groups))
        for code in range(len(grouped.labels[column]))
    )


def _floor(grouped: Grouped, column: int, code: int) -> FloorGiven:
    """Return one group in the places shown, as far as the policy reaches."""
    arranged, policy = grouped.arranged, grouped.policy
    attribute, label = policy.groups[column], grouped.labels[column][code]
    target = exact_proportion(grouped.targets[column][code])
    places = min(arranged.shown - arranged.reranked.added, policy.places or arranged.shown)
    members = {
        position for position, entry in enumerate(arranged.entries) if entry.groups[column] == code
    }
    least = round(policy.relevance_threshold * MILLION)
    required = places * target.numerator // target.denominator
    if policy.kind is Kind.STATISTICAL:
        table = arranged.reranked.requirement(column)
        required = int(table[min(places, len(table)) - 1, code]) if len(table) else 0
    shown = len(members.intersection(arranged.order[: places + arranged.reranked.added]))
    given = FloorGiven(
        attribute=attribute.label,
        group=group_label(attribute, label),
        target=round(float(target), 6),
        available=sum(arranged.entries[who].total >= least for who in members),
        required=required,
        by_score=len(members.intersection(arranged.baseline[:places])),
        shown=shown,
        short=max(0, required - shown),
        sentence=None,
    )
    sentence = _floor_sentence(
        given,
        group_phrase(attribute, label),
        len(members),
        by_chance=policy.kind is Kind.STATISTICAL,
    )
    return given.model_copy(update={"sentence": sentence})


def _floor_sentence(floor: FloorGiven, group: str, present: int, *, by_chance: bool) -> str | None:
    """Return the sentence for a floor that is absent or not met, or None if it holds."""
    if floor.target == 0:
        return None
    if floor.required == 0:
        small = "so small that chance could leave them out" if by_chance else "less than one place"
        return f"No requirement for people {group} at this size: their proportion is {small}."
    if not floor.short:
        return None
    if present == 0:
        why = "nobody like that is among those compared"
    elif floor.available == 0:
        why = "nobody like that shows enough of what the vacancy asks for"
    elif floor.available <= floor.shown:
        why = f"all {floor.available} who show enough of what the vacancy asks for are in the list"
    else:
        why = "the requirements of several groups cannot all be met at once"
    return f"{floor.short} short of {floor.required} people {group}: {why}."


def _sentences(fairness: FairnessGiven) -> list[str]:
    if fairness.policy.kind == Kind.NONE:
        return ["The order is by score only."]
    if fairness.added:
        noun = "place was" if fairness.added == 1 else "places were"
        return [
            f"{fairness.added} {noun} added after the first {fairness.places - fairness.added}."
        ]
    if not fairness.raised and not fairness.lowered:
        return [f"Nobody in these {fairness.places} stands elsewhere than by score."]
    moved = (
        f"Of these {fairness.places}, {fairness.raised} stand higher than by score and "
        f"{fairness.lowered} lower; {fairness.brought_in} would not be here by score alone."
    )
    lost = (
        f"The largest drop is {fairness.largest_drop} "
        f"{'place' if fairness.largest_drop == 1 else 'places'}. The list keeps "
        f"{fairness.ndcg * 100:.1f} % of the value of the order by score (NDCG)."
    )
    return [moved, lost]


def _move_sentence(
    grouped: Grouped, move: Move, rank: int, names: Sequence[str], gap: float
) -> str:
    others = len(move.passed) - len(names)
    people = " and ".join(
        part for part in (", ".join(names), f"{others} more" if others else "") if part
    )
    bound = _bound_words(grouped, move)
    if rank > move.baseline:
        who = f": {people} stood behind by score" if people else ""
        return f"From {move.baseline} by score to {rank}: made way, because {bound}{who}."
    without = (
        f" Without that they would stand at {move.rank_without}."
        if move.rank_without is not None
        else " Without that they would not be placed."
    )
    size = _gap_words(gap, grouped.tie_band)
    passed = f" They pass {people}." if people else ""
    return f"From {move.baseline} by score to {rank}, because {bound}.{without}{passed} {size}"


def _bound_words(grouped: Grouped, move: Move) -> str:
    bound, policy = move.constraint, grouped.policy.id
    if bound.group >= 0:
        group = _bound_group(grouped, bound.attribute, bound.group)
        level = " (what chance alone would give)" if bound.cause == "statistical" else ""
        noun = "person" if bound.required == 1 else "people"
        first = "the first place" if bound.prefix == 1 else f"the first {bound.prefix} places"
        return f"policy {policy} asks {first} to hold {bound.required} {noun} {group}{level}"
    return {
        "ceiling": f"policy {policy} lets no group take more than its proportion",
        "exposure": f"policy {policy} brings forward who was seen less than their scores merit",
        "price": f"policy {policy} spreads people whom many employers could meet",
    }.get(bound.cause, f"the method of policy {policy} ordered the groups so")


def _gap_words(gap: float, tie_band: float) -> str:
    points, bands = abs(gap) * 100, abs(gap) / tie_band
    if gap <= 0:
        return "Whoever has this place by score scores no more."
    if bands <= 1:
        return f"Whoever has this place by score is {points:.1f} points ahead, within the tie band."
    return (
        f"Whoever has this place by score is {points:.1f} points of 100 ahead, "
        f"{bands:.1f} tie bands."
    )
