"""The check before use: plant bias in made-up people, and see what the audit finds.

Everything runs as it does for real, the model, the rules, the scorer, the policies, the ledger and
the audit, in a database of its own that is gone afterwards. The configured one is never opened.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import numpy as np
from psycopg import Connection

from assurance.audits.labels import attribute_label, group_label
from assurance.audits.report import AttributeAudit, AuditReport
from assurance.audits.service import audit_period
from assurance.audits.tally import ATTRIBUTES, PROTECTED
from assurance.simulation.figures import (
    UNRELATED,
    Population,
    TrueList,
    alarms,
    count_comparisons,
    estimate_power,
    find,
    measure_repair,
)
from assurance.simulation.plan import (
    Scenario,
    draw_refused,
    lower_scores,
    refuse,
    second_largest,
    standing_scenarios,
)
from assurance.simulation.report import (
    LEVEL,
    GroupFindings,
    PolicyFigures,
    Power,
    ScenarioReport,
    SimulationReport,
)
from assurance.simulation.world import (
    SCOPE,
    TOP,
    Asked,
    Post,
    World,
    rank_everything,
    rank_posts,
    temporary_database,
)
from demonstration.population import load_demonstration
from demonstration.synthetic.monitoring import generate_monitoring
from demonstration.synthetic.vacancies import handwritten
from employers.model import StoredVacancy
from foundation.errors import ValidationError
from foundation.settings import Settings
from matching.allocation.service import PlanTerms
from matching.allocation.store import (
    insert_people,
    insert_plan,
    update_people,
    update_plan_finished,
)
from matching.fairness.allocation.plan import QUANTUM, Edges, GroupTargets, allocate
from matching.fairness.policy import Kind
from matching.fairness.record import PolicyRecord
from matching.groups.labels import FIXED
from matching.groups.waiting import FIRST_PLACES
from matching.order.listing import OrderedList, RankingRequest, list_candidates_fairly
from matching.retrieval.build import IndexBuilder, Progress
from matching.retrieval.live import MatchIndex
from matching.rules.eligibility import refusal_mask
from matching.rules.store import JudgedGroup, insert_rule_outcomes
from matching.score.weights import MILLION, load_weights
from matching.shortlists.direction import CandidatesForVacancy
from matching.shortlists.exposure import record_exposure
from matching.shortlists.ranking import Ranking

# Not by prison: a thousand people are about ten to a prison, which the audit does not compare.
AUDITED = tuple(attribute for attribute in ATTRIBUTES if attribute != "prison")
POWER_SHARES = (0.12, 0.36)  # of prisoners, about those who are black, and those with a disability
POWER_SCORES = (0.0, 0.02, 0.05, 0.10, 0.15, 0.20, 0.30)
POWER_RULES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)


def simulate(
    settings: Settings, asked: Asked, on_progress: Progress = lambda *_: None
) -> SimulationReport:
    """Plant each bias in turn, and measure what the audit finds and what every policy does.

    `on_progress(stage, done, total)` is called after every step. Whatever ends it, the temporary
    database goes with it.

    Args:
        settings: only the model, PostgreSQL's programs and the pool are taken from them.
        asked: the same gives the same report.

    Raises:
        ValidationError: fewer than one person or vacancy, or too few to have groups.
        LocalPostgresError: the temporary server cannot run.
        ModelError: the model is missing or not the one that is known.
    """
    if asked.people < 1 or asked.vacancies < 1:
        raise ValidationError("people", asked.people, "make at least one person and one vacancy")
    with temporary_database(settings, asked.as_of) as (database, own):
        load_demonstration(
            database,
            people=asked.people,
            seed=asked.seed,
            as_of=asked.as_of,
            vacancies=max(0, asked.vacancies - len(handwritten(asked.as_of))),
            on_progress=on_progress,
        )
        IndexBuilder(database, own).build(on_progress=on_progress)
        world = rank_everything(database, own, asked, characteristics(asked), on_progress)
        ethnicities = Counter(world.codes["ethnicity"].values())
        scenarios = standing_scenarios(second_largest(ethnicities, ("",)))
        return run_scenarios(world, scenarios, on_progress)


def characteristics(asked: Asked) -> dict[str, dict[str, str]]:
    """What made-up people said of themselves, by characteristic and prison number; "" if nothing.

    They are made up, so it can be made again, and need not be read from where monitoring is kept.
    """
    said = list(generate_monitoring(asked.people, seed=asked.seed, as_of=asked.as_of))
    return {
        attribute: {each.prison_number: str(getattr(each, attribute) or "") for each in said}
        for attribute in PROTECTED
    }


def run_scenarios(
    world: World,
    scenarios: Sequence[Scenario],
    on_progress: Progress = lambda *_: None,
    audited: Sequence[str] = AUDITED,
) -> SimulationReport:
    """Run each scenario in turn over the same people.

    Args:
        world: as `rank_everything` makes it.
        scenarios: the first should have nothing planted: power is told by what its audit finds.
        on_progress: as in `simulate`.
        audited: by which attributes the audit is made whose comparisons are adjusted together.
    """
    truth = [each for each in (_true_list(post) for post in world.posts) if each.ids]
    steps, done = len(scenarios) * (1 + len(world.policies)), 0

    def step() -> None:
        nonlocal done
        done += 1
        on_progress("scenarios", done, steps)

    watched = list(dict.fromkeys((each.attribute, each.group) for each in scenarios))
    without = _without_bias(world, truth, watched)
    reports = [_run(world, each, truth, without, audited, step) for each in scenarios]
    lengths = sorted(len(each.ids) for each in truth)
    scores = np.concatenate([each.scores for each in truth])
    threshold = world.policy(Kind.FLOOR).relevance_threshold
    of_eligible = sum(bool(post.ranking.eligible.scored) for post in world.posts)
    return SimulationReport(
        as_of=world.asked.as_of,
        seed=world.asked.seed,
        people=len(world.numbers),
        vacancies=len(world.posts),
        lists_of_eligible=of_eligible,
        lists_to_refer=len(truth) - of_eligible,
        shortest=lengths[0],
        median=lengths[len(lengths) // 2],
        longest=lengths[-1],
        threshold=threshold,
        under_threshold=_rounded(float(np.mean(scores < threshold))),
        model=world.index.recipe,
        weights=load_weights().version,
        first_places=FIRST_PLACES,
        shown_places=TOP,
        scenarios=tuple(reports),
        power=_power(world, truth, reports[0], on_progress),
    )


def _true_list(post: Post) -> TrueList:
    """The list that the ledger would take: of the eligible, else of those to refer."""
    listed = _recorded(post.ranking)
    ordered = listed.ordered
    return TrueList(
        post.vacancy.id,
        tuple(item.pair.stored_candidate.id for item in ordered),
        np.array([item.total for item in ordered], dtype=np.float64) / MILLION,
    )


def _recorded(ranking: Ranking) -> OrderedList:
    return ranking.eligible if ranking.eligible.scored else ranking.refer


def _without_bias(
    world: World, truth: Sequence[TrueList], watched: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], PolicyFigures]:
    """What lists by score give each group when nothing is planted."""
    none = world.policy(Kind.NONE)
    _begin(world, world.posts)
    shown = _list_all(world, world.posts, none)
    audit = _audit(world, [attribute for attribute, _ in watched])
    return {
        (attribute, group): _figures(world, attribute, group, none, audit, truth, shown)
        for attribute, group in watched
    }


def _run(
    world: World,
    scenario: Scenario,
    truth: Sequence[TrueList],
    without: Mapping[tuple[str, str], PolicyFigures],
    audited: Sequence[str],
    step: Callable[[], None],
) -> ScenarioReport:
    first = (scenario.attribute, scenario.group)
    members = world.members(*first)
    refused = draw_refused(members, scenario.refused, seed=world.asked.seed)
    posts = _planted(world, scenario, members, refused)
    _begin(world, posts)
    _list_all(world, posts, world.policy(Kind.NONE))
    whole = _audit(world, audited)
    step()
    figures = {}
    for policy in world.policies:
        shown = _list_all(world, posts, policy)
        audit = _audit(world, [scenario.attribute])
        figures[policy.name] = _figures(world, *first, policy, audit, truth, shown)
        step()
    found = alarms(whole)
    false = [
        alarm
        for alarm in found
        if alarm.attribute in UNRELATED
        and (alarm.attribute != scenario.attribute or not (scenario.lowered or scenario.refused))
    ]
    return ScenarioReport(
        name=scenario.name,
        attribute=scenario.attribute,
        group=scenario.group,
        group_label=group_label(*first),
        protected=scenario.attribute in PROTECTED,
        lowered=scenario.lowered,
        refused=scenario.refused,
        rule=scenario.rule,
        refused_people=len(refused),
        comparisons=count_comparisons(whole),
        findings=tuple(
            _findings(world, whole, *each, scenario.rule if each == first else None)
            for each in (first, *(each for each in without if each != first))
        ),
        real=tuple(
            (attribute_label(attribute), count)
            for attribute, count in Counter(
                alarm.attribute for alarm in found if alarm.attribute not in UNRELATED
            ).items()
        ),
        false=tuple(false),
        without=without[first],
        policies=tuple(figures[name] for name in _names(figures)),
    )


def _names(figures: Mapping[str, PolicyFigures]) -> list[str]:
    """Policies in the order of a table: the kinds as they are listed, then the variants."""
    kinds = [kind.value for kind in Kind if kind.value in figures]
    return [*kinds, *(name for name in figures if name not in kinds)]


def _begin(world: World, posts: Sequence[Post]) -> None:
    """An empty ledger, what the rules decided, and a plan."""
    with world.database.owner_transaction() as connection:
        connection.execute("TRUNCATE exposure, gate_outcome, plan CASCADE")
    with world.database.transaction(SCOPE) as connection:
        for post in posts:
            insert_rule_outcomes(
                connection,
                post.vacancy.id,
                post.ranking.judged,
                judged_on=world.asked.as_of,
                prison=None,
            )
        _keep_plan(connection, world, posts)


def _audit(world: World, by: Sequence[str]) -> AuditReport:
    return audit_period(world.database, SCOPE, today=world.asked.as_of, by=by)


class _Gated(CandidatesForVacancy):
    """Candidates for a vacancy, of whom some are refused by a rule that does not apply to them."""

    def __init__(self, refused: Collection[int], rule: str) -> None:
        self._refused = refused
        self._rule = rule

    def judge(
        self,
        connection: Connection[Any],
        index: MatchIndex,
        subject: StoredVacancy,
        request: RankingRequest,
    ) -> list[JudgedGroup]:
        judged = super().judge(connection, index, subject, request)
        return refuse(judged, self._refused, self._rule)


def _planted(
    world: World, scenario: Scenario, members: Collection[int], refused: Collection[int]
) -> tuple[Post, ...]:
    """The rankings, with what is planted. A gate stands before the ranker, as the rules do."""
    posts = world.posts
    if scenario.rule is not None and refused:
        gated = _Gated(refused, scenario.rule)
        posts = rank_posts(world, [post.vacancy.id for post in posts], gated, lambda *_: None)
    if not scenario.lowered:
        return posts
    return tuple(
        replace(
            post,
            ranking=replace(
                post.ranking,
                eligible=_lowered(post.ranking.eligible, members, scenario.lowered),
                refer=_lowered(post.ranking.refer, members, scenario.lowered),
            ),
        )
        for post in posts
    )


def _lowered(listed: OrderedList, members: Collection[int], lowered: float) -> OrderedList:
    """The scores alone: whoever lists them again puts them in order."""
    return replace(listed, scored=lower_scores(listed.scored, members, lowered))


def _list_all(
    world: World, posts: Sequence[Post], policy: PolicyRecord
) -> dict[int, tuple[int, ...]]:
    """Order every list under a policy and put it into the ledger, as a service does; who is shown.

    One vacancy after the other, so that each finds in the ledger what those before it left.
    """
    request, shown = world.request(policy), {}
    for post in posts:
        with world.database.transaction(SCOPE) as connection:
            eligible, refer = (
                list_candidates_fairly(connection, post.vacancy, listed.scored, request)
                for listed in (post.ranking.eligible, post.ranking.refer)
            )
            ranking = replace(post.ranking, eligible=eligible, refer=refer)
            run_id = UUID(int=post.vacancy.id)  # no run is kept; the ledger wants a name for it
            record_exposure(connection, post.vacancy, ranking, request, run_id)
        listed = _recorded(ranking)
        shown[post.vacancy.id] = tuple(
            item.pair.stored_candidate.id for item in listed.ordered[: listed.arranged.shown]
        )
    return shown


def _keep_plan(connection: Connection[Any], world: World, posts: Sequence[Post]) -> None:
    """A plan over the eligible with these scores, for the prices that `allocation` subtracts.

    What `newfutures allocate` makes with its own terms; it scores for itself, where nothing can be
    planted, so the plan is solved from the lists.
    """
    policy = world.policy(Kind.ALLOCATION)
    terms, least = PlanTerms(), round(policy.relevance_threshold * MILLION)
    people = sorted(world.numbers, key=str.encode)
    place = {world.numbers[number]: position for position, number in enumerate(people)}
    pairs, places = [], []
    for row, post in enumerate(posts):
        room = post.vacancy.record.number_of_vacancies * terms.places
        scored = [item for item in post.ranking.eligible.scored if item.total >= least]
        scored.sort(key=lambda item: (-item.total, item.tie))
        places.append(room)
        pairs += [
            (row, place[item.pair.stored_candidate.id], item.total)
            for item in scored[: max(terms.width, room)]
        ]
    rows, columns, scores = np.array(pairs, dtype=np.int64).reshape(-1, 3).T
    labels = [str(band) for band in FIXED[policy.groups[0]]]
    ids = [world.numbers[number] for number in people]
    codes = np.array([labels.index(world.codes[policy.groups[0].value][who]) for who in ids])
    solved = allocate(
        Edges(rows, columns, scores / QUANTUM),
        np.array(places, dtype=np.int64),
        np.full(len(people), terms.interviews, dtype=np.int64),
        GroupTargets(codes, len(labels)),
        minimum_score=policy.relevance_threshold,
        first_place_bonus=terms.first_place_bonus,
    )
    plan_id = insert_plan(
        connection,
        today=world.asked.as_of,
        policy=policy.name,
        policy_version=policy.version,
        parameters={},
        fingerprint="simulation",
    )
    if plan_id is None:
        raise ValidationError("plan", "simulation", "another plan is under way")
    insert_people(connection, plan_id, ids)
    update_people(
        connection,
        plan_id,
        zip(
            ids,
            (labels[code] for code in codes.tolist()),
            solved.interviews.tolist(),
            solved.prices.tolist(),
            strict=True,
        ),
    )
    update_plan_finished(connection, plan_id, solved.welfare, {})


def _figures(
    world: World,
    attribute: str,
    group: str,
    policy: PolicyRecord,
    audit: AuditReport,
    truth: Sequence[TrueList],
    shown: Mapping[int, Sequence[int]],
) -> PolicyFigures:
    found = find(_of(audit, attribute).shortlist, group_label(attribute, group))
    repair = measure_repair(truth, shown, world.members(attribute, group))
    return PolicyFigures(
        policy=policy.id,
        ndcg_true=_rounded(repair.ndcg_true),
        ndcg_shown=audit.cost.mean_ndcg,
        largest_drop=audit.cost.largest_drop,
        rate=found.rate,
        ratio=found.ratio,
        exposure=_rounded_if(repair.exposure),
        skew=_rounded_if(repair.skew),
        short=_rounded(repair.short),
        best=_rounded(repair.best),
        group_best=_rounded_if(repair.group_best),
    )


def _findings(
    world: World, audit: AuditReport, attribute: str, group: str, rule: str | None
) -> GroupFindings:
    found = _of(audit, attribute)
    name = group_label(attribute, group)
    reasons = [reason.code for reason in found.reasons]
    return GroupFindings(
        attribute=attribute,
        attribute_label=attribute_label(attribute),
        group=name,
        people=len(world.members(attribute, group)),
        rules=find(found.gate, name),
        shortlist=find(found.shortlist, name),
        reach=find(found.reach, name),
        rule_rank=reasons.index(rule) + 1 if rule in reasons else None,
    )


def _of(audit: AuditReport, attribute: str) -> AttributeAudit:
    return next(each for each in audit.attributes if each.attribute == attribute)


def _power(
    world: World, truth: Sequence[TrueList], without: ScenarioReport, on_progress: Progress
) -> Power:
    people = sorted(world.numbers.values())
    refusals = refusal_mask()
    judged, allowed = np.zeros(len(people), np.int64), np.zeros(len(people), np.int64)
    for post in world.posts:
        for group in post.ranking.judged:
            at = np.searchsorted(people, group.ids)
            judged[at] += 1
            allowed[at] += not group.mask & refusals
    population = Population.of(people, judged, allowed, truth)
    found = sum(count for _, count in without.real) + len(without.false)
    threshold = LEVEL * (found + 1) / (without.comparisons + 1)
    rows, tried = (
        [],
        [
            (kind, share, size)
            for kind, sizes in (("scores", POWER_SCORES), ("rules", POWER_RULES))
            for share in POWER_SHARES
            for size in sizes
        ],
    )
    for kind, share, size in tried:
        rows += estimate_power(
            population,
            kind=kind,
            share=share,
            sizes=(size,),
            draws=world.asked.power_draws,
            threshold=threshold,
            seed=world.asked.seed,
        )
        on_progress("power", len(rows), len(tried))
    return Power(draws=world.asked.power_draws, threshold=_rounded(threshold), rows=tuple(rows))


def _rounded(value: float) -> float:
    return round(value, 6)


def _rounded_if(value: float | None) -> float | None:
    return None if value is None else _rounded(value)
