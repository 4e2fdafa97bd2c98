"""From a ranking to what is shown and kept; and why somebody stands where they do."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from candidates.model import StoredCandidate
from employers.model import StoredVacancy
from matching.document import Basis, Counts, ReasonCount, Score, Why
from matching.eligibility import assess, refusal_mask, rules_in
from matching.explain import (
    differences,
    explain_score,
    reasons_given,
    requirement_met,
    summarise_candidate,
    summarise_vacancy,
)
from matching.pair import Outcome, Pair
from matching.ranking import Ranking, Request, Scored
from matching.run import Compared, RunInputs, Shown
from matching.scoring import Weights


def run_inputs(
    subject: StoredCandidate | StoredVacancy,
    ranking: Ranking,
    weights: Weights,
    recipe: str,
    request: Request,
) -> RunInputs:
    """All that the document of a ranking is made from, with words for those in its top."""
    names: dict[str, Any] = (
        {"kind": "shortlist", "vacancy": summarise_vacancy(subject)}
        if isinstance(subject, StoredVacancy)
        else {"kind": "vacancies-for", "candidate": summarise_candidate(subject)}
    )
    of_candidates = isinstance(subject, StoredVacancy)
    top = (*ranking.eligible[: request.top], *ranking.refer[: request.top])
    return RunInputs(
        basis=_basis(ranking, weights, recipe, request),
        top=request.top,
        counts=_counts(ranking),
        ineligible_by_reason=_reason_counts(ranking, Outcome.INELIGIBLE),
        refer_by_reason=_reason_counts(ranking, Outcome.REFER),
        eligible=_compared(ranking.eligible, of_candidates=of_candidates),
        refer=_compared(ranking.refer, of_candidates=of_candidates),
        shown={
            _other(item.pair, of_candidates=of_candidates).id: Shown(
                sentences=dict(item.features.sentences),
                requirements=tuple(
                    requirement_met(match, weights) for match in item.features.matches
                ),
                **_words(item.pair, of_candidates=of_candidates),
            )
            for item in top
        },
        unindexed=tuple(
            Shown(**_words(pair, of_candidates=of_candidates)) for pair in ranking.unindexed
        ),
        **names,
    )


def _compared(scored: Iterable[Scored], *, of_candidates: bool) -> tuple[Compared, ...]:
    return tuple(
        Compared(
            id=_other(item.pair, of_candidates=of_candidates).id,
            features=dict(item.features.values),
            tie=item.tie,
        )
        for item in scored
    )


def _other(pair: Pair, *, of_candidates: bool) -> StoredCandidate | StoredVacancy:
    return pair.stored_candidate if of_candidates else pair.stored_vacancy


def _words(pair: Pair, *, of_candidates: bool) -> dict[str, Any]:
    refer = reasons_given(assess(pair)[1])
    if of_candidates:
        return {"candidate": summarise_candidate(pair.stored_candidate), "refer": refer}
    return {"vacancy": summarise_vacancy(pair.stored_vacancy), "refer": refer}


def why_document(
    pair: Pair,
    own: Scored | None,
    ranking: Ranking,
    weights: Weights,
    recipe: str,
    request: Request,
) -> Why:
    """Where one person stands for one vacancy, and what put them there.

    `own` is their score, None for a profile that is not indexed.
    """
    outcome, reasons = assess(pair)
    compared = ranking.refer if outcome is Outcome.REFER else ranking.eligible
    position = _position(pair, compared) if outcome is not Outcome.INELIGIBLE else None
    return Why(
        candidate=summarise_candidate(pair.stored_candidate),
        vacancy=summarise_vacancy(pair.stored_vacancy),
        basis=_basis(ranking, weights, recipe, request),
        outcome=outcome.value,
        reasons=reasons_given(reason for reason in reasons if reason.outcome is outcome),
        also=reasons_given(reason for reason in reasons if reason.outcome is not outcome),
        rank=position,
        out_of=len(compared),
        placing=_placing(outcome, position, own, compared),
        score=_explained(own, weights) if own else None,
        behind=_behind(own, position, compared, weights, request.top),
    )


def _position(pair: Pair, compared: list[Scored]) -> int | None:
    wanted = pair.stored_candidate.id
    for rank, item in enumerate(compared, start=1):
        if item.pair.stored_candidate.id == wanted:
            return rank
    return None


def _placing(
    outcome: Outcome, position: int | None, own: Scored | None, compared: list[Scored]
) -> str:
    if outcome is Outcome.INELIGIBLE:
        return "Not ranked, because a rule makes them ineligible."
    if own is None:
        return "Not ranked, because the profile is not indexed yet."
    among = "for a person to look at" if outcome is Outcome.REFER else "eligible"
    if position is not None:
        return f"Rank {position} of the {len(compared)} {among} who were compared."
    ahead = sum(item.total > own.total for item in compared)
    return (
        f"Not among the {len(compared)} {among} who were compared: their profile as a whole is "
        f"less like the vacancy. By score alone they would stand behind {ahead} of them."
    )


def _behind(
    own: Scored | None,
    position: int | None,
    compared: list[Scored],
    weights: Weights,
    top: int,
) -> tuple[str, ...]:
    if own is None or not compared or position == 1:
        return ()
    last = min(top, len(compared))
    rank = last if position is None or position > last else 1
    ahead = _explained(compared[rank - 1], weights)
    return differences(_explained(own, weights), ahead, f"rank {rank}")


def _explained(item: Scored, weights: Weights) -> Score:
    requirements = tuple(requirement_met(match, weights) for match in item.features.matches)
    return explain_score(item.features.values, item.features.sentences, requirements, weights)


def _basis(ranking: Ranking, weights: Weights, recipe: str, request: Request) -> Basis:
    precisions = [
        item.pair.distance.precision
        for item in (*ranking.eligible, *ranking.refer)
        if item.pair.distance is not None
    ]
    return Basis(
        today=request.today,
        policy=request.policy,
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
        compared=len(ranking.eligible) + len(ranking.refer),
    )


def _reason_counts(ranking: Ranking, outcome: Outcome) -> tuple[ReasonCount, ...]:
    """How many each rule touches, most first; for referrals, only people who are not refused."""
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
