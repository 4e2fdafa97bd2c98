"""The best plan over all vacancies and people: against brute force and linear programmes."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment, linprog
from scipy.sparse import coo_array

from foundation.errors import ValidationError
from matching.fairness.allocation import flow_worker
from matching.fairness.allocation.baselines import greedy, own_best, take_in_order
from matching.fairness.allocation.flow import FlowNetwork, FlowSolution
from matching.fairness.allocation.plan import (
    QUANTUM,
    Allocation,
    Edges,
    GroupTargets,
    ShortReason,
    _Problem,
    allocate,
    marginal_values,
)
from matching.fairness.allocation.residual import distances_from, label_distances


def here(network: FlowNetwork) -> FlowSolution:
    """The same solver in this process: a tenth of a second less for each of many small cases."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("tails", "heads", "capacities", "costs", "supplies"):
            np.save(folder / f"{part}.npy", getattr(network, part))
        assert flow_worker.solve(folder) == 0
        return FlowSolution(np.load(folder / "flows.npy"), 0.0, 0.0)


class Case:
    """A task, and what brute force says of it."""

    def __init__(
        self,
        edges: Edges,
        places: list[int],
        capacities: list[int],
        groups: GroupTargets | None,
        bonus: float,
    ) -> None:
        self.edges = edges
        self.places = np.array(places, dtype=np.int64)
        self.capacities = np.array(capacities, dtype=np.int64)
        self.groups = groups
        self.bonus = bonus

    def __repr__(self) -> str:
        return f"Case({self.edges}, {self.places}, {self.capacities}, {self.groups}, {self.bonus})"

    def solve(self) -> Allocation:
        return allocate(
            self.edges,
            self.places,
            self.capacities,
            self.groups,
            first_place_bonus=self.bonus,
            solve=here,
        )

    def problem(self) -> _Problem:
        return _Problem.checked(
            self.edges, self.places, self.capacities, self.groups, 0.0, self.bonus
        )

    def value(
        self, vacancies: np.ndarray, candidates: np.ndarray, scores: np.ndarray
    ) -> tuple[int, int] | None:
        """Floor places filled, and millionths; None if more than there is room for."""
        problem = self.problem()
        filled = np.bincount(vacancies, minlength=len(self.places))
        interviews = np.bincount(candidates, minlength=len(self.capacities))
        if np.any(filled > self.places) or np.any(interviews > self.capacities):
            return None
        held = np.zeros_like(problem.floors)
        np.add.at(held, (vacancies, problem.codes[candidates]), 1)
        first = int((interviews > 0).sum()) * problem.bonus
        total = int(np.rint(scores * QUANTUM).sum()) + first
        return int(np.minimum(held, problem.floors).sum()), total

    def best(self) -> tuple[int, int]:
        """Over every set of edges."""
        edges = self.edges
        found = (0, 0)
        for size in range(1, len(edges.scores) + 1):
            for chosen in map(list, combinations(range(len(edges.scores)), size)):
                value = self.value(
                    edges.vacancies[chosen], edges.candidates[chosen], edges.scores[chosen]
                )
                found = max(found, value or found)
        return found


@st.composite
def cases(
    draw: st.DrawFn,
    *,
    vacancies: int = 3,
    candidates: int = 4,
    edges: int = 8,
    floors: bool = True,
    coarse: bool = True,
) -> Case:
    """Small tasks, of few different scores, so that ties and floors that clash are common."""
    count = draw(st.integers(1, vacancies)), draw(st.integers(1, candidates))
    every = [(v, c) for v in range(count[0]) for c in range(count[1])]
    pairs = draw(st.lists(st.sampled_from(every), max_size=edges, unique=True))
    step = 10 if coarse else QUANTUM
    scores = draw(st.lists(st.integers(0, step), min_size=len(pairs), max_size=len(pairs)))
    places = draw(st.lists(st.integers(0, 3), min_size=count[0], max_size=count[0]))
    capacities = draw(st.lists(st.integers(0, 3), min_size=count[1], max_size=count[1]))
    groups = None
    if floors and draw(st.integers(0, 4)):
        codes = np.array(draw(st.lists(st.integers(0, 1), min_size=count[1], max_size=count[1])))
        share = draw(st.sampled_from([None, *(Fraction(n, 6) for n in range(7))]))
        groups = GroupTargets(codes, 2, None if share is None else (share, 1 - share))
    found = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return Case(
        Edges(found[:, 0], found[:, 1], np.array(scores, dtype=np.float64) / step),
        places,
        capacities,
        groups,
        draw(st.sampled_from([0.0, 0.1, 1.0])),
    )


def middling(seed: int, *, vacancies: int = 40, candidates: int = 60, width: int = 12) -> Case:
    draw = np.random.default_rng(seed)
    pairs = [
        (vacancy, candidate)
        for vacancy in range(vacancies)
        for candidate in draw.choice(candidates, width, replace=False)
    ]
    found = np.array(pairs, dtype=np.int64)
    popular = draw.uniform(0, 0.5, candidates)
    return Case(
        Edges(found[:, 0], found[:, 1], popular[found[:, 1]] + draw.uniform(0, 0.5, len(found))),
        list(draw.integers(1, 5, vacancies)),
        list(draw.integers(0, 4, candidates)),
        GroupTargets(draw.integers(0, 3, candidates), 3),
        0.1,
    )


def value_of(case: Case, plan: Allocation) -> tuple[int, int] | None:
    return case.value(plan.vacancies, plan.candidates, plan.scores)


def linear_programme(case: Case, *, floors: bool) -> int:
    """The best total in millionths by HiGHS, with floors as hard limits if asked."""
    problem = case.problem()
    count, people = len(problem.scores), len(case.capacities)
    first = np.arange(people)
    rows = [problem.vacancies, problem.candidates + len(case.places)]
    columns = [np.arange(count), np.arange(count)]
    signs = [np.ones(count), np.ones(count)]
    bounds = [case.places, case.capacities]
    # A first place counts only if there is one: y <= sum of the person's edges.
    start = len(case.places) + people
    rows += [start + first, start + problem.candidates]
    columns += [count + first, np.arange(count)]
    signs += [np.ones(people), -np.ones(count)]
    bounds.append(np.zeros(people))
    if floors:
        cells = problem.vacancies * problem.floors.shape[1] + problem.codes[problem.candidates]
        rows.append(start + people + cells)
        columns.append(np.arange(count))
        signs.append(-np.ones(count))
        bounds.append(-problem.floors.ravel())
    limits = np.concatenate(bounds)
    matrix = coo_array(
        (np.concatenate(signs), (np.concatenate(rows), np.concatenate(columns))),
        shape=(len(limits), count + people),
    )
    gains = np.concatenate([problem.scores, np.full(people, problem.bonus)])
    solved = linprog(-gains, A_ub=matrix.tocsr(), b_ub=limits, bounds=(0, 1), method="highs")
    assert solved.status == 0, solved.message
    return round(-solved.fun)


@given(case=cases())
@settings(max_examples=150, deadline=None)
def test_no_set_of_edges_is_better(case: Case) -> None:
    plan = case.solve()
    assert value_of(case, plan) == case.best()


@pytest.mark.parametrize("seed", range(3))
def test_it_agrees_with_a_linear_programme(seed: int) -> None:
    case = middling(seed)
    case.groups = None
    plan = case.solve()
    assert value_of(case, plan) == (0, linear_programme(case, floors=False))


@pytest.mark.parametrize("seed", range(3))
def test_floors_that_can_hold_all_hold_at_the_least_cost(seed: int) -> None:
    case = middling(seed)
    case.capacities = np.maximum(case.capacities, 3)  # so that they can
    plan = case.solve()
    assert plan.shortfalls == ()
    filled, total = value_of(case, plan) or (0, 0)
    assert filled == case.problem().floors.sum() > 0
    assert total == linear_programme(case, floors=True)


def test_one_place_and_one_interview_each_is_the_assignment_problem() -> None:
    draw = np.random.default_rng(4)
    scores = np.round(draw.uniform(0, 1, (30, 50)), 6)
    rows, columns = np.divmod(np.arange(scores.size), 50)
    plan = allocate(
        Edges(rows, columns, scores.ravel()),
        np.ones(30, dtype=int),
        np.ones(50, dtype=int),
        first_place_bonus=0,
        solve=here,
    )
    best = scores[linear_sum_assignment(scores, maximize=True)].sum()
    assert plan.welfare == pytest.approx(best)
    assert plan.filled.tolist() == [1] * 30


@given(case=cases(vacancies=4, candidates=5, edges=14))
@settings(max_examples=150, deadline=None)
def test_nobody_and_no_vacancy_gets_more_than_there_is_room_for(case: Case) -> None:
    plan = case.solve()
    assert np.all(plan.filled <= case.places)
    assert np.all(plan.interviews <= case.capacities)
    assert plan.filled.sum() == plan.interviews.sum() == len(plan.scores)
    pairs = list(zip(plan.vacancies.tolist(), plan.candidates.tolist(), strict=True))
    assert pairs == sorted(set(pairs))
    given_pairs = zip(case.edges.vacancies.tolist(), case.edges.candidates.tolist(), strict=True)
    assert set(pairs) <= set(given_pairs)


@given(case=cases(vacancies=4, candidates=5, edges=14))
@settings(max_examples=100, deadline=None)
def test_a_floor_that_does_not_hold_is_reported_with_its_reason(case: Case) -> None:
    plan, problem = case.solve(), case.problem()
    held = np.zeros_like(problem.required)
    np.add.at(held, (plan.vacancies, problem.codes[plan.candidates]), 1)
    short = {(item.vacancy, item.group): item for item in plan.shortfalls}
    assert set(short) == {tuple(cell) for cell in np.argwhere(held < problem.required).tolist()}
    for cell, item in short.items():
        assert (item.required, item.available, item.held) == (
            problem.required[cell],
            problem.members[cell],
            held[cell],
        )
        if item.reason is ShortReason.AT_CAPACITY:
            members = set(case.edges.candidates[case.edges.vacancies == cell[0]].tolist())
            chosen = set(plan.candidates[plan.vacancies == cell[0]].tolist())
            others = {c for c in members - chosen if problem.codes[c] == cell[1]}
            assert others
            assert all(plan.interviews[c] == case.capacities[c] for c in others)
        else:
            assert item.held == item.available
            assert (item.available == 0) is (item.reason is ShortReason.NONE_ELIGIBLE)


@given(case=cases(vacancies=4, candidates=5, edges=14), seed=st.integers(0, 999))
@settings(max_examples=80, deadline=None)
def test_the_order_of_the_edges_changes_nothing(case: Case, seed: int) -> None:
    mixed = np.random.default_rng(seed).permutation(len(case.edges.scores))
    edges = case.edges
    plan = case.solve()
    case.edges = Edges(edges.vacancies[mixed], edges.candidates[mixed], edges.scores[mixed])
    again = case.solve()
    for name in ("vacancies", "candidates", "scores", "ranks", "prices", "credits", "thresholds"):
        assert np.array_equal(getattr(plan, name), getattr(again, name)), name
    assert plan.shortfalls == again.shortfalls


@given(case=cases(vacancies=4, candidates=5, edges=14), seed=st.integers(0, 999))
@settings(max_examples=80, deadline=None)
def test_other_numbers_for_the_same_people_are_as_good(case: Case, seed: int) -> None:
    value = value_of(case, case.solve())
    draw = np.random.default_rng(seed)
    vacancy_of, candidate_of = (draw.permutation(len(x)) for x in (case.places, case.capacities))
    edges = case.edges
    case.edges = Edges(vacancy_of[edges.vacancies], candidate_of[edges.candidates], edges.scores)
    case.places = case.places[np.argsort(vacancy_of)]
    case.capacities = case.capacities[np.argsort(candidate_of)]
    if case.groups is not None:
        targets = case.groups.targets
        codes = 1 - case.groups.codes[np.argsort(candidate_of)]  # and the groups swap names
        case.groups = GroupTargets(codes, 2, None if targets is None else (targets[1], targets[0]))
    assert value_of(case, case.solve()) == value


@given(case=cases(vacancies=4, candidates=5, edges=14, floors=False, coarse=False))
@settings(max_examples=80, deadline=None)
def test_marginal_values_are_what_solving_again_gives(case: Case) -> None:
    plan, problem = case.solve(), case.problem()
    taken = np.isin(
        problem.vacancies * 99 + problem.candidates, plan.vacancies * 99 + plan.candidates
    )
    lowest, highest = marginal_values(problem, taken, plan.interviews, plan.filled)
    total = (value_of(case, plan) or (0, 0))[1]
    for person in np.flatnonzero((plan.interviews == case.capacities) & (case.capacities > 0)):
        changed = {}
        for step in (-1, 1):
            case.capacities[person] += step
            changed[step] = (value_of(case, case.solve()) or (0, 0))[1] - total
            case.capacities[person] -= step
        bonus = problem.bonus if case.capacities[person] == 1 else 0
        assert changed[1] == max(lowest[person], 0)
        assert -changed[-1] == highest[person] + bonus
        worth = plan.prices[person] - plan.credits[person]
        assert worth == pytest.approx((lowest[person] + highest[person]) / 2 / QUANTUM)


@given(case=cases(vacancies=4, candidates=5, edges=14))
@settings(max_examples=150, deadline=None)
def test_at_the_prices_no_vacancy_would_rather_have_another_that_it_may_take(case: Case) -> None:
    plan, problem = case.solve(), case.problem()
    assert np.all(plan.prices >= 0)
    assert np.all(plan.credits >= 0)
    assert np.all(plan.prices[plan.interviews < case.capacities] == 0)
    assert np.all(plan.credits <= case.bonus + 1e-9)
    net = case.edges.scores - (plan.prices - plan.credits)[case.edges.candidates]
    groups = problem.codes[case.edges.candidates]
    for vacancy in range(len(case.places)):
        mine = case.edges.vacancies == vacancy
        chosen = mine & np.isin(case.edges.candidates, plan.candidates[plan.vacancies == vacancy])
        full = plan.filled[vacancy] == case.places[vacancy]
        above_floor = np.array(
            [
                (chosen & (groups == group)).sum() > problem.floors[vacancy, group]
                for group in range(problem.floors.shape[1])
            ]
        )
        if not full:
            assert plan.thresholds[vacancy] == 0
            assert np.all(net[mine & ~chosen] <= 1e-9)
            assert np.all(net[chosen & above_floor[groups]] >= -1e-9)
        elif chosen.any():
            assert plan.thresholds[vacancy] == pytest.approx(net[chosen].min())
        # Whoever is passed over could take the place of one of the same group, or of one of a
        # group that has more than its floor.
        for other in np.flatnonzero(mine & ~chosen):
            could_replace = chosen & ((groups == groups[other]) | above_floor[groups])
            assert np.all(net[could_replace] >= net[other] - 1e-9)


def test_a_price_lies_between_one_interview_more_and_one_fewer() -> None:
    edges = Edges(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 2]), np.array([0.9, 0.3, 0.8, 0.4]))
    plan = allocate(edges, [1, 1], [1, 1, 1], first_place_bonus=0, solve=here)
    assert plan.candidates.tolist() == [0, 2]
    # Person 0: twice, the second vacancy would gain .4; not at all, the first would lose .6.
    # Person 2: twice is no use; not at all, person 0 goes to the second and 1 to the first: .2.
    assert plan.prices.tolist() == pytest.approx([0.5, 0, 0.1])
    assert plan.thresholds.tolist() == pytest.approx([0.4, 0.3])


def test_a_first_place_is_worth_a_slightly_worse_second_interview() -> None:
    edges = Edges(np.array([0, 1, 1]), np.array([0, 0, 1]), np.array([0.9, 0.8, 0.75]))
    without = allocate(edges, [1, 1], [2, 2], first_place_bonus=0, solve=here)
    plan = allocate(edges, [1, 1], [2, 2], first_place_bonus=0.1, solve=here)
    assert without.interviews.tolist() == [2, 0]
    assert plan.interviews.tolist() == [1, 1]
    assert plan.ranks.tolist() == [1, 2]
    assert plan.welfare == pytest.approx(1.65)


def test_a_place_stays_empty_rather_than_take_too_low_a_score() -> None:
    edges = Edges(np.array([0, 0]), np.array([0, 1]), np.array([0.6, 0.4]))
    plan = allocate(
        edges, [2], [1, 1], GroupTargets(np.array([0, 1]), 2), minimum_score=0.5, solve=here
    )
    assert plan.candidates.tolist() == [0]
    assert plan.filled.tolist() == [1]
    assert plan.thresholds.tolist() == [0]


def test_targets_are_exact_fractions() -> None:
    count = 100
    edges = Edges(
        np.zeros(2 * count, dtype=int),
        np.arange(2 * count),
        np.concatenate([np.full(count, 0.9), np.full(count, 0.1)]),
    )
    groups = GroupTargets(np.repeat([0, 1], count), 2, (Fraction(71, 100), Fraction(29, 100)))
    plan = allocate(edges, [count], np.ones(2 * count, dtype=int), groups, solve=here)
    assert (plan.candidates >= count).sum() == 29  # where floor(.29 * 100) in floats is 28
    assert plan.shortfalls == ()


def test_a_floor_with_nobody_to_fill_it_says_so() -> None:
    edges = Edges(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 2]), np.array([0.9, 0.8, 0.7, 0.6]))
    half = (Fraction(1, 2), Fraction(1, 2))
    plan = allocate(
        edges, [2, 2], [1, 1, 1], GroupTargets(np.array([1, 0, 0]), 2, half), solve=here
    )
    (short,) = plan.shortfalls
    assert (short.group, short.required, short.available, short.held) == (1, 1, 1, 0)
    assert short.reason is ShortReason.AT_CAPACITY
    plan = allocate(
        edges, [2, 2], [1, 1, 1], GroupTargets(np.zeros(3, dtype=int), 2, half), solve=here
    )
    assert {item.reason for item in plan.shortfalls} == {ShortReason.NONE_ELIGIBLE}


def test_there_may_be_nobody_to_allocate() -> None:
    nothing = np.empty(0, dtype=np.int64)
    empty = Edges(nothing, nothing, nothing.astype(np.float64))
    for places, people in (([], []), ([2], [1, 1])):
        plan = allocate(empty, places, people, solve=here)
        assert (len(plan.scores), plan.welfare, plan.shortfalls) == (0, 0, ())
        assert plan.prices.tolist() == [0] * len(people)


GOOD = Edges(np.array([0, 1]), np.array([0, 1]), np.array([0.5, 0.5]))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (lambda: allocate(replace(GOOD, scores=np.array([0.5])), [1, 1], [1, 1]), "edges"),
        (lambda: allocate(replace(GOOD, scores=np.array([0.5, 1.5])), [1, 1], [1, 1]), "scores"),
        (lambda: allocate(replace(GOOD, scores=np.array([0.5, np.nan])), [1, 1], [1, 1]), "scores"),
        (lambda: allocate(GOOD, [1], [1, 1]), "vacancies"),
        (lambda: allocate(GOOD, [1, 1], [1]), "candidates"),
        (lambda: allocate(replace(GOOD, vacancies=np.array([0, -1])), [1, 1], [1, 1]), "vacancies"),
        (
            lambda: allocate(
                replace(GOOD, vacancies=np.zeros(2, int), candidates=np.zeros(2, int)), [1], [1]
            ),
            "twice",
        ),
        (lambda: allocate(GOOD, [1, 1.5], [1, 1]), "places"),
        (lambda: allocate(GOOD, [1, -1], [1, 1]), "places"),
        (lambda: allocate(GOOD, [1, 1], [1, 1], minimum_score=2), "minimum_score"),
        (lambda: allocate(GOOD, [1, 1], [1, 1], first_place_bonus=-1), "first_place_bonus"),
        (lambda: allocate(GOOD, [1, 1], [1, 1], GroupTargets(np.array([0, 2]), 2)), "codes"),
        (lambda: allocate(GOOD, [1, 1], [1, 1], GroupTargets(np.array([0]), 2)), "codes"),
        (
            lambda: allocate(
                GOOD,
                [1, 1],
                [1, 1],
                GroupTargets(np.array([0, 1]), 2, (Fraction(1), Fraction(1, 9))),
            ),
            "targets",
        ),
    ],
)
def test_what_is_not_allowed_is_named(wrong: Callable[[], Allocation], field: str) -> None:
    with pytest.raises(ValidationError, match=field):
        wrong()


@given(case=cases(vacancies=4, candidates=5, edges=14, floors=False))
@settings(max_examples=60, deadline=None)
def test_the_simple_rules_do_what_they_say(case: Case) -> None:
    problem = case.problem()
    best = own_best(case.edges, case.places, case.capacities)
    for vacancy, room in enumerate(case.places.tolist()):
        mine = problem.scores[problem.vacancies == vacancy]
        listed = np.sort(best.scores[best.vacancies == vacancy])[::-1] * QUANTUM
        assert np.rint(listed).tolist() == np.sort(mine)[::-1][:room].tolist()
    assert best.welfare_within_capacity <= best.welfare
    simple = greedy(case.edges, case.places, case.capacities)
    assert np.all(simple.interviews <= case.capacities)
    assert simple.welfare == pytest.approx(simple.welfare_within_capacity)
    case.bonus = 0.0
    plan = case.solve()
    assert simple.welfare <= plan.welfare + 1e-9
    assert best.welfare_within_capacity <= plan.welfare + 1e-9
    assert plan.welfare <= best.welfare + 1e-9


def test_compiled_and_plain_functions_agree() -> None:
    draw = np.random.default_rng(8)
    edges, nodes = 400, 40
    tails, heads = draw.integers(0, nodes, (2, edges)).astype(np.int32)
    potential = draw.integers(0, 1000, nodes)  # so that lengths may be negative, but no cycle
    lengths = draw.integers(0, 50, edges) + potential[heads] - potential[tails]
    order = np.argsort(tails, kind="stable")
    starts = np.searchsorted(tails[order], np.arange(nodes + 1))
    plain = np.empty(nodes, dtype=np.int64)
    assert label_distances(starts, heads[order], lengths[order], 0, plain)
    assert np.array_equal(plain, distances_from(0, tails, heads, lengths, nodes))
    with pytest.raises(ArithmeticError, match="least cost"):
        distances_from(0, tails, heads, lengths - 60, nodes)
    case = middling(1)
    problem = case.problem()
    order = np.argsort(-problem.scores, kind="stable").astype(np.int32)
    taken = take_in_order(
        order, problem.vacancies, problem.candidates, case.places.copy(), case.capacities.copy()
    )
    found = greedy(case.edges, case.places, case.capacities)
    assert found.vacancies.tolist() == problem.vacancies[taken].tolist()
    assert found.candidates.tolist() == problem.candidates[taken].tolist()
