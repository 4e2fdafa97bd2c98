"""Builds what is shown and stored of a ranking, and the answer to why somebody's rank is theirs."""

from collections import Counter
from collections.abc import Sequence

from matching.explain.document import Basis, Counts, MoveGiven, ReasonCount, Score, Why
from matching.explain.order import Grouped, explain_move, policy_used
from matching.explain.score import (
    differences,
    explain_score,
    person_name,
    reasons_given,
    requirement_met,
    summarise_candidate,
    summarise_vacancy,
)
from matching.order.listing import OrderedList, RankingRequest, ScoredPair
from matching.rules.eligibility import assess, refusal_mask, rules_in
from matching.rules.pair import Outcome, Pair
from matching.score.weights import Weights
from matching.shortlists.direction import Direction, Other, Subject
from matching.shortlists.ranking import Ranking
from matching.shortlists.run import ComparedFeatures, ListInputs, PlaceWords, RunInputs


def run_inputs(
    direction: Direction[Subject, Other],
    subject: Subject,
    ranking: Ranking,
    weights: Weights,
    recipe: str,
    request: RankingRequest,
) -> RunInputs:
    """Return all that the document of a ranking is made from, with words for those in its top."""
    top = [
        item
        for listed in (ranking.eligible, ranking.refer)
        for item in listed.ordered[: listed.arranged.shown]
    ]
    return RunInputs(
        kind=direction.kind,
        basis=_basis(ranking, weights, recipe, request),
        top=request.top,
        counts=_counts(ranking),
        ineligible_by_reason=_reason_counts(ranking, Outcome.INELIGIBLE),
        refer_by_reason=_reason_counts(ranking, Outcome.REFER),
        policy=request.policy,
        groups_version=_groups_version(ranking),
        eligible=_numbers(direction, ranking.eligible),
        refer=_numbers(direction, ranking.refer),
        shown={
            direction.other(item.pair).id: PlaceWords(
                sentences=dict(item.features.sentences),
                requirements=tuple(requirement_met(match) for match in item.features.matches),
                refer=reasons_given(assess(item.pair)[1]),
                **direction.describe_other(item.pair),
            )
            for item in top
        },
        unindexed=tuple(
            PlaceWords(refer=reasons_given(assess(pair)[1]), **direction.describe_other(pair))
            for pair in ranking.unindexed
        ),
        **direction.describe_subject(subject),
    )


def _numbers(direction: Direction[Subject, Other], listed: OrderedList) -> ListInputs:
    compared = tuple(
        ComparedFeatures(
            id=direction.other(item.pair).id,
            features=dict(item.features.values),
            tie=item.tie,
            groups=entry.groups,
            owed=entry.owed,
            price=entry.price,
        )
        for item, entry in zip(listed.scored, listed.arranged.entries, strict=True)
    )
    return ListInputs(
        compared=compared,
        labels=listed.labels,
        targets=tuple(tuple(str(value) for value in group) for group in listed.targets),
    )


def _groups_version(ranking: Ranking) -> str | None:
    versions = {group.version for group in (*ranking.eligible.groups, *ranking.refer.groups)}
    return ", ".join(sorted(versions)) or None


def why_document(
    pair: Pair,
    score: ScoredPair | None,
    ranking: Ranking,
    weights: Weights,
    recipe: str,
    request: RankingRequest,
) -> Why:
    """Return where one person stands for one vacancy, and what put them there.

    `score` is their score, None for a profile that is not indexed.
    """
    outcome, reasons = assess(pair)
    listed = ranking.refer if outcome is Outcome.REFER else ranking.eligible
    position = _position(pair, listed) if outcome is not Outcome.INELIGIBLE else None
    rank = None if position is None else listed.arranged.ranks[position]
    return Why(
        candidate=summarise_candidate(pair.stored_candidate),
        vacancy=summarise_vacancy(pair.stored_vacancy),
        basis=_basis(ranking, weights, recipe, request),
        outcome=outcome.value,
        reasons=reasons_given(reason for reason in reasons if reason.outcome is outcome),
        also=reasons_given(reason for reason in reasons if reason.outcome is not outcome),
        rank=rank,
        out_of=len(listed.scored),
        placing=_placing(outcome, rank, score, listed.scored),
        score=_explained(score, weights) if score else None,
        behind=_behind(score, position, listed, weights, request.top),
        policy=policy_used(request.policy, _groups_version(ranking)),
        move=_move(position, listed, request, _groups_version(ranking), weights),
    )


def _position(pair: Pair, listed: OrderedList) -> int | None:
    wanted = pair.stored_candidate.id
    for position, item in enumerate(listed.scored):
        if item.pair.stored_candidate.id == wanted:
            return position
    return None


def _move(
    position: int | None,
    listed: OrderedList,
    request: RankingRequest,
    groups_version: str | None,
    weights: Weights,
) -> MoveGiven | None:
    if position is None or request.policy is None:
        return None
    targets = [[str(value) for value in group] for group in listed.targets]
    grouped = Grouped(
        request.policy,
        groups_version,
        listed.labels,
        targets,
        listed.arranged,
        weights.tie_band,
    )
    return explain_move(
        grouped,
        position,
        lambda who: person_name(summarise_candidate(listed.scored[who].pair.stored_candidate)),
    )


def _placing(
    outcome: Outcome, rank: int | None, score: ScoredPair | None, compared: Sequence[ScoredPair]
) -> str:
    if outcome is Outcome.INELIGIBLE:
        return "Not ranked, because a rule makes them ineligible."
    if score is None:
        return "Not ranked, because the profile is not indexed yet."
    among = "for a person to look at" if outcome is Outcome.REFER else "eligible"
    if rank is not None:
        return f"Rank {rank} of the {len(compared)} {among} who were compared."
    ahead = sum(item.total > score.total for item in compared)
    return (
        f"Not among the {len(compared)} {among} who were compared: their profile as a whole is "
        f"less like the vacancy. By score alone they would stand behind {ahead} of them."
    )


def _behind(
    score: ScoredPair | None, position: int | None, listed: OrderedList, weights: Weights, top: int
) -> tuple[str, ...]:
    """Return what puts them behind the best by score, or behind the last who would be shown."""
    by_score = listed.arranged.baseline
    if score is None or not by_score or (position is not None and position == by_score[0]):
        return ()
    last = min(top, len(by_score))
    beyond = position is None or by_score.index(position) >= last
    rank = last if beyond else 1
    ahead = _explained(listed.scored[by_score[rank - 1]], weights)
    name = f"rank {rank}" if listed.arranged.order == by_score else f"rank {rank} by score"
    return differences(_explained(score, weights), ahead, name)


def _explained(item: ScoredPair, weights: Weights) -> Score:
    requirements = tuple(requirement_met(match) for match in item.features.matches)
    return explain_score(item.features.values, item.features.sentences, requirements, weights)


def _basis(ranking: Ranking, weights: Weights, recipe: str, request: RankingRequest) -> Basis:
    precisions = [
        item.pair.distance.precision
        for item in (*ranking.eligible.scored, *ranking.refer.scored)
        if item.pair.distance is not None
    ]
    return Basis(
        today=request.today,
        policy=request.policy_id,
        weights=weights.version,
        recipe=recipe,
        prison=request.prison,
        distance_precision=min(precisions).label if precisions else "no distances",
    )


def _counts(ranking: Ranking) -> Counts:
    refusals = refusal_mask()
    refused = sum(group.count for group in ranking.judged if group.mask & refusals)
    eligible = sum(group.count for group in ranking.judged if group.mask == 0)
    return Counts(
        eligible=eligible,
        refer=sum(group.count for group in ranking.judged) - refused - eligible,
        ineligible=refused,
        compared=len(ranking.eligible.scored) + len(ranking.refer.scored),
    )


def _reason_counts(ranking: Ranking, outcome: Outcome) -> tuple[ReasonCount, ...]:
    """Count people by rule, most first; for referrals, only people who are not refused."""
    refusals = refusal_mask()
    counts: Counter[str] = Counter()
    summaries: dict[str, str] = {}
    for group in ranking.judged:
        if bool(group.mask & refusals) is not (outcome is Outcome.INELIGIBLE):
            continue
        for rule in rules_in(group.mask):
            if rule.outcome is outcome:
                counts[rule.code] += group.count
                summaries[rule.code] = rule.summary
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(
        ReasonCount(code=code, summary=summaries[code], count=count) for code, count in ordered
    )
