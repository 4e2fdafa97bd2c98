"""Which people are put before which vacancies, over all of them at once.

Each person can take so many interviews and each vacancy has so many places, so one list for each
vacancy puts the same few people on all of them. Here the total score is as high as it can be under
both limits, with a minimum of each group in every vacancy, and with a bonus for a person's first
place, so that nobody is parked for the sake of a slightly better second interview for another.

Arrays in, a frozen result out; no database. Scores are compared in millionths, so it is exact.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from foundation.errors import ValidationError
from matching.fairness.allocation.flow import FlowNetwork, FlowSolution, Ints32, solve_flow
from matching.fairness.allocation.residual import UNREACHED, distances_from
from matching.fairness.task import Floats, Ints

QUANTUM = 1_000_000  # scores are compared in millionths
FIRST_PLACE_BONUS = 0.1


@dataclass(frozen=True)
class Edges:
    """Pairs that can be put together, by position in lists that the caller keeps.

    Number the vacancies and candidates by natural keys: ties fall by these numbers.

    Args:
        vacancies, candidates: shape (edges,), positions from 0; no pair twice.
        scores: shape (edges,), from 0 to 1.
    """

    vacancies: npt.NDArray[np.integer]
    candidates: npt.NDArray[np.integer]
    scores: Floats


class ShortReason(StrEnum):
    """Why a vacancy holds fewer of a group than its floor asks for."""

    NONE_ELIGIBLE = "none eligible"
    TOO_FEW_ELIGIBLE = "too few eligible"
    AT_CAPACITY = "at capacity"


@dataclass(frozen=True, slots=True)
class FloorShortfall:
    """A vacancy that holds `held` of a group where its floor is `required`.

    `available` is how many of the group are on its edges.
    """

    vacancy: int
    group: int
    required: int
    available: int
    held: int
    reason: ShortReason


@dataclass(frozen=True)
class Allocation:
    """The pairs of a plan and what they leave: E pairs, V vacancies, C candidates.

    Args:
        vacancies, candidates: shape (E,), in ascending order of vacancy, then candidate.
        scores: shape (E,), as compared.
        ranks: shape (E,), the candidate's rank by score among the vacancy's edges, from 1.
        welfare: the sum of the scores, without any bonus.
        filled: shape (V,), places taken.
        interviews: shape (C,), places held.
        prices: shape (C,), 0 or more, in score units: what an interview of this person is worth to
            the others. Halfway between what one more would add to the total and what one fewer
            would take from it; 0 for whoever has time left.
        credits: shape (C,), 0 or more: what is left of the bonus for a first place that this
            person would still bring, so that score - price + credit is what the plan compares.
        thresholds: shape (V,), the lowest score - price + credit that was put before each vacancy;
            0 where places are left empty.
        shortfalls: floors that do not hold, with the reason.
        solver_seconds, solver_peak_mib: what the solver's own process took.
    """

    vacancies: Ints32
    candidates: Ints32
    scores: Floats
    ranks: Ints32
    welfare: float
    filled: Ints
    interviews: Ints
    prices: Floats
    credits: Floats
    thresholds: Floats
    shortfalls: tuple[FloorShortfall, ...]
    solver_seconds: float
    solver_peak_mib: float


@dataclass(frozen=True)
class GroupTargets:
    """The group of each candidate, and the proportion of places that each group is to have.

    Args:
        codes: shape (C,), from 0.
        targets: by group code, or None for each group's share of the vacancy's own edges. They
            come to at most 1.
        count: how many groups there are.
    """

    codes: npt.NDArray[np.integer]
    count: int
    targets: Sequence[Fraction] | None = None


def allocate(
    edges: Edges,
    places: npt.ArrayLike,
    capacities: npt.ArrayLike,
    groups: GroupTargets | None = None,
    *,
    minimum_score: float = 0.0,
    first_place_bonus: float = FIRST_PLACE_BONUS,
    solve: Callable[[FlowNetwork], FlowSolution] = solve_flow,
) -> Allocation:
    """Return the plan of highest total score plus bonuses, under floors wherever they can hold.

    A floor is min(floor(places p_g), members of g on the vacancy's edges). As many floor places as
    possible are filled first, over all vacancies; of those plans the best by score is taken.

    Args:
        edges: who may be put before which vacancy.
        places: shape (V,), at most so many people for each vacancy.
        capacities: shape (C,), at most so many interviews for each person.
        groups: for floors; None for no floors.
        minimum_score: a place stays empty rather than take a lower score.
        first_place_bonus: in score units, for the first place of each person.
        solve: finds the flow; in a process of its own unless another is given.

    Raises:
        ValidationError: an array or a number is not as it should be.
        AllocationError: the solver failed; see `flow.solve_flow`.
    """
    problem = _Problem.checked(edges, places, capacities, groups, minimum_score, first_place_bonus)
    return _result(problem, solve(problem.network()))


@dataclass(frozen=True)
class _Problem:
    """The task in canonical form: edges by vacancy, then candidate; whole numbers.

    `required` and `members` are (V, groups): floors as asked for, and how many there are. `floors`
    is the lower of the two, where flow must go through a node of its own: `floor_nodes` lists the
    vacancy and group of each.
    """

    vacancies: Ints32
    candidates: Ints32
    scores: Ints
    places: Ints
    capacities: Ints
    codes: Ints
    required: Ints
    members: Ints
    bonus: int

    @classmethod
    def checked(
        cls,
        edges: Edges,
        places: npt.ArrayLike,
        capacities: npt.ArrayLike,
        groups: GroupTargets | None,
        minimum_score: float,
        first_place_bonus: float,
    ) -> "_Problem":
        """Check the arguments and put the edges in order."""
        room = _whole("places", places)
        time = _whole("capacities", capacities)
        vacancies, candidates, scores = canonical(edges, len(room), len(time))
        if not 0 <= minimum_score <= 1:
            raise ValidationError("minimum_score", minimum_score, "use a number from 0 to 1")
        if not 0 <= first_place_bonus <= 1:
            raise ValidationError(
                "first_place_bonus", first_place_bonus, "use a number from 0 to 1"
            )
        kept = scores >= round(minimum_score * QUANTUM)
        vacancies, candidates, scores = vacancies[kept], candidates[kept], scores[kept]
        codes, required, members = _floors(vacancies, candidates, room, len(time), groups)
        return cls(
            vacancies,
            candidates,
            scores,
            room,
            time,
            codes,
            required,
            members,
            round(first_place_bonus * QUANTUM),
        )

    @property
    def floors(self) -> Ints:
        """How many of each group each vacancy is to hold, shape (V, groups)."""
        return np.minimum(self.required, self.members)

    def layout(self) -> "_Layout":
        """Which node is which."""
        floors = self.floors
        of_vacancy, of_group = np.nonzero(floors)
        nodes = np.full(floors.shape, -1, dtype=np.int32)
        first = len(self.places)
        nodes[of_vacancy, of_group] = np.arange(first, first + len(of_vacancy))
        first_candidate = first + len(of_vacancy)
        return _Layout(
            of_vacancy.astype(np.int32),
            nodes[of_vacancy, of_group],
            floors[of_vacancy, of_group],
            nodes,
            first_candidate,
            first_candidate + len(self.capacities),
        )

    def tails(self, layout: "_Layout") -> Ints32:
        """Return the node that each edge leaves: its vacancy's, or that of its group there."""
        node = layout.nodes[self.vacancies, self.codes[self.candidates]]
        return np.where(node >= 0, node, self.vacancies)

    def network(self) -> FlowNetwork:
        """Return the network: vacancies supply places; edges and empty places lead to the sink.

        Arcs, in order: edges; floors and the rest of each floor node; empty places; each person's
        first place, and their others.
        """
        layout = self.layout()
        vacancies = np.arange(len(self.places), dtype=np.int32)
        people = np.arange(layout.first_candidate, layout.sink, dtype=np.int32)
        once = np.minimum(self.capacities, 1)
        # More than all else together could lose, so that no floor is given up for a better score.
        units = min(int(self.places.sum()), int(self.capacities.sum()))
        most = int(self.scores.max(initial=0)) * units + self.bonus * min(units, len(people))
        parts = (
            (self.tails(layout), layout.first_candidate + self.candidates, 1, -self.scores),
            (layout.of_vacancy, layout.floor_nodes, layout.floors, -(most + 1)),
            (
                layout.of_vacancy,
                layout.floor_nodes,
                self.places[layout.of_vacancy] - layout.floors,
                0,
            ),
            (vacancies, layout.sink, self.places, 0),
            (people, layout.sink, once, -self.bonus),
            (people, layout.sink, self.capacities - once, 0),
        )
        supplies = np.zeros(layout.sink + 1, dtype=np.int64)
        supplies[: len(self.places)] = self.places
        supplies[layout.sink] = -self.places.sum()
        tails, heads, capacities, costs = _joined(parts)
        return FlowNetwork(
            tails.astype(np.int32), heads.astype(np.int32), capacities, costs, supplies
        )


@dataclass(frozen=True)
class _Layout:
    """Node numbers: vacancies, then one for each floor, then candidates, then the sink.

    `of_vacancy`, `floor_nodes` and `floors` have one entry for each floor above 0; `nodes`, shape
    (V, groups), is the node of each floor, or -1.
    """

    of_vacancy: Ints32
    floor_nodes: Ints32
    floors: Ints
    nodes: Ints32
    first_candidate: int
    sink: int


def canonical(edges: Edges, vacancies: int, candidates: int) -> tuple[Ints32, Ints32, Ints]:
    """Return edges by vacancy, then candidate, with scores in millionths.

    Raises:
        ValidationError: shapes differ, a position or a score is out of range, or a pair is twice.
    """
    given = (np.asarray(edges.vacancies), np.asarray(edges.candidates), np.asarray(edges.scores))
    if len({part.shape for part in given}) > 1 or given[0].ndim != 1:
        raise ValidationError("edges", [part.shape for part in given], "use three equal lengths")
    for name, part, count in (
        ("vacancies", given[0], vacancies),
        ("candidates", given[1], candidates),
    ):
        if part.size and not (part.min() >= 0 and part.max() < count):
            raise ValidationError(f"edges.{name}", int(part.max()), f"use positions below {count}")
    if not np.all((given[2] >= 0) & (given[2] <= 1)):
        raise ValidationError("edges.scores", float(np.max(given[2])), "use numbers from 0 to 1")
    keys = given[0].astype(np.int64) * max(candidates, 1) + given[1]
    order = np.argsort(keys, kind="stable")
    if np.any(np.diff(keys[order]) == 0):
        raise ValidationError("edges", "a pair that is there twice", "give each pair once")
    return (
        given[0][order].astype(np.int32),
        given[1][order].astype(np.int32),
        np.rint(given[2][order] * QUANTUM).astype(np.int64),
    )


def _whole(name: str, values: npt.ArrayLike) -> Ints:
    given = np.asarray(values)
    if given.ndim != 1 or not (np.issubdtype(given.dtype, np.integer) or not given.size):
        raise ValidationError(name, given.dtype.name, "give one whole number for each")
    if given.size and not (given.min() >= 0 and given.max() < 2**31):
        raise ValidationError(name, int(given.min()), "use whole numbers from 0")
    return given.astype(np.int64)


def _floors(
    vacancies: Ints32, candidates: Ints32, places: Ints, people: int, groups: GroupTargets | None
) -> tuple[Ints, Ints, Ints]:
    """Return group codes, and (V, groups) floors as asked for and members on the edges."""
    if groups is None:
        nothing = np.zeros((len(places), 1), dtype=np.int64)
        return np.zeros(people, dtype=np.int64), nothing, nothing
    codes = np.asarray(groups.codes).astype(np.int64)
    if codes.shape != (people,) or (people and not 0 <= codes.min() <= codes.max() < groups.count):
        raise ValidationError(
            "groups.codes", codes.shape, f"give each candidate a code from 0 to {groups.count - 1}"
        )
    members = np.bincount(
        vacancies.astype(np.int64) * groups.count + codes[candidates],
        minlength=len(places) * groups.count,
    ).reshape(len(places), groups.count)
    if groups.targets is None:
        degrees = members.sum(axis=1, keepdims=True)
        fillable = np.minimum(places[:, None], degrees)  # of the places that can be filled at all
        return codes, fillable * members // np.maximum(degrees, 1), members
    targets = [Fraction(target) for target in groups.targets]
    if len(targets) != groups.count or min(targets) < 0 or sum(targets) > 1:
        raise ValidationError(
            "groups.targets",
            [str(target) for target in targets],
            "give each group a proportion from 0 to 1; together they may come to 1",
        )
    room, position = np.unique(places, return_inverse=True)  # whole numbers of any size, few times
    asked = [[int(target * int(count)) for target in targets] for count in room]
    return codes, np.array(asked, dtype=np.int64).reshape(-1, groups.count)[position], members


def _joined(parts: Sequence[tuple[npt.ArrayLike, ...]]) -> list[Ints]:
    """Return columns of several kinds of arc end to end; a number stands for a whole column."""
    rows = [np.broadcast_arrays(*part) for part in parts]
    return [np.concatenate(column).astype(np.int64) for column in zip(*rows, strict=True)]


def _result(problem: _Problem, solved: FlowSolution) -> Allocation:
    taken = solved.flows[: len(problem.scores)] > 0
    vacancies, candidates = problem.vacancies[taken], problem.candidates[taken]
    scores = problem.scores[taken]
    interviews = np.bincount(candidates, minlength=len(problem.capacities))
    filled = np.bincount(vacancies, minlength=len(problem.places))
    worth = _worth(problem, taken, interviews, filled)
    net = scores - worth[candidates]
    thresholds = np.full(len(problem.places), np.inf)
    np.minimum.at(thresholds, vacancies, net)
    thresholds[filled < problem.places] = 0
    return Allocation(
        vacancies,
        candidates,
        scores / QUANTUM,
        ranks_within(problem.vacancies, problem.scores)[taken],
        int(scores.sum()) / QUANTUM,
        filled,
        interviews,
        np.maximum(worth, 0) / QUANTUM,
        np.maximum(-worth, 0) / QUANTUM,
        np.where(np.isfinite(thresholds), thresholds, 0) / QUANTUM,
        _shortfalls(problem, vacancies, candidates),
        solved.seconds,
        solved.peak_mib,
    )


def ranks_within(vacancies: Ints32, scores: Ints) -> Ints32:
    """Return each edge's rank by score in its vacancy, from 1; vacancies must ascend."""
    order = np.lexsort((-scores, vacancies))
    firsts = np.searchsorted(vacancies, vacancies[order], side="left")
    ranks = np.empty(len(order), dtype=np.int32)
    ranks[order] = np.arange(len(order)) - firsts + 1
    return ranks


def _held(problem: _Problem, vacancies: Ints32, candidates: Ints32) -> Ints:
    """Return how many of each group each vacancy holds, shape (V, groups)."""
    count = problem.required.shape[1]
    cells = vacancies.astype(np.int64) * count + problem.codes[candidates]
    return np.bincount(cells, minlength=problem.required.size).reshape(problem.required.shape)


def _shortfalls(
    problem: _Problem, vacancies: Ints32, candidates: Ints32
) -> tuple[FloorShortfall, ...]:
    held = _held(problem, vacancies, candidates)
    short = np.argwhere(held < problem.required)
    return tuple(_shortfall(problem, held, int(v), int(g)) for v, g in short)


def _shortfall(problem: _Problem, held: Ints, vacancy: int, group: int) -> FloorShortfall:
    required, available = problem.required[vacancy, group], problem.members[vacancy, group]
    has = held[vacancy, group]
    if has < min(required, available):
        reason = ShortReason.AT_CAPACITY
    else:
        reason = ShortReason.TOO_FEW_ELIGIBLE if available else ShortReason.NONE_ELIGIBLE
    return FloorShortfall(vacancy, group, int(required), int(available), int(has), reason)


def _worth(
    problem: _Problem, taken: npt.NDArray[np.bool_], interviews: Ints, filled: Ints
) -> Floats:
    """Return the price of one unit of each person's time, in millionths, shape (C,).

    Below 0 by what is left of the bonus. The floors that the plan holds are kept while it is
    asked, so that nobody's worth is counted in floors.
    """
    lowest, highest = marginal_values(problem, taken, interviews, filled)
    worth = (lowest + highest) / 2
    # Whoever has no place brings as much as their first would.
    worth[(interviews == 0) & (problem.capacities > 0)] = -problem.bonus
    return worth


def marginal_values(
    problem: _Problem, taken: npt.NDArray[np.bool_], interviews: Ints, filled: Ints
) -> tuple[Ints, Ints]:
    """Return what one more unit of a person's time adds and one fewer takes, (C,) each.

    Where a floor could not be held without that unit, `highest` is capped by the best score, or by
    the largest of `lowest` if that is more: still optimal dual values.
    """
    layout = problem.layout()
    residual = _Residual.of(problem, layout, taken, interviews, filled)
    people = np.arange(layout.first_candidate, layout.sink, dtype=np.int32)
    vacancies = np.arange(len(problem.places), dtype=np.int32)
    best = int(problem.scores.max(initial=0))

    # A vacancy whose places are all held by floors is reached by no path; this arc stands for the
    # most that one more place could bring anywhere.
    more = residual.and_arcs(layout.sink, vacancies, best + problem.bonus)
    lowest = -more.distances(layout.sink)[people]
    lowest[lowest == -UNREACHED] = -problem.bonus  # on no edge

    capped = residual.and_arcs(people, layout.sink, max(best, int(lowest.max(initial=0))))
    highest = capped.reversed().distances(layout.sink)[people]
    return lowest, highest


@dataclass(frozen=True)
class _Residual:
    """Arcs along which an optimal flow could still be changed, with their costs."""

    tails: Ints32
    heads: Ints32
    lengths: Ints
    nodes: int

    @classmethod
    def of(
        cls,
        problem: _Problem,
        layout: _Layout,
        taken: npt.NDArray[np.bool_],
        interviews: Ints,
        filled: Ints,
    ) -> "_Residual":
        """Return the residual arcs of a plan; what it holds of a floor counts as fixed."""
        vacancies = np.arange(len(problem.places), dtype=np.int32)
        people = np.arange(layout.first_candidate, layout.sink, dtype=np.int32)
        tails, heads = problem.tails(layout), layout.first_candidate + problem.candidates
        through = np.bincount(tails[taken], minlength=layout.sink)[layout.floor_nodes]
        spare = through > layout.floors
        sink = layout.sink
        parts = (
            (tails[~taken], heads[~taken], -problem.scores[~taken]),
            (heads[taken], tails[taken], problem.scores[taken]),
            (layout.of_vacancy, layout.floor_nodes, 0),
            (layout.floor_nodes[spare], layout.of_vacancy[spare], 0),
            (vacancies[filled > 0], sink, 0),
            (sink, vacancies[filled < problem.places], 0),
            (people[(interviews == 0) & (problem.capacities > 0)], sink, -problem.bonus),
            (people[(interviews > 0) & (interviews < problem.capacities)], sink, 0),
            (sink, people[interviews == 1], problem.bonus),
            (sink, people[interviews > 1], 0),
        )
        return cls.joined(parts, sink + 1)

    @classmethod
    def joined(cls, parts: Sequence[tuple[npt.ArrayLike, ...]], nodes: int) -> "_Residual":
        """Return one residual of several kinds of arc."""
        tails, heads, lengths = _joined(parts)
        return cls(tails.astype(np.int32), heads.astype(np.int32), lengths, nodes)

    def and_arcs(self, tails: npt.ArrayLike, heads: npt.ArrayLike, length: int) -> "_Residual":
        """Return these arcs with more, all of one length."""
        mine = (self.tails, self.heads, self.lengths)
        return self.joined([mine, (tails, heads, length)], self.nodes)

    def reversed(self) -> "_Residual":
        """Return every arc reversed."""
        return _Residual(self.heads, self.tails, self.lengths, self.nodes)

    def distances(self, source: int) -> Ints:
        """Return lengths of the shortest paths from a node, shape (nodes,)."""
        return distances_from(source, self.tails, self.heads, self.lengths, self.nodes)
