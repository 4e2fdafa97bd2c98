"""Everyone's way from the rules to a shortlist, added up by group. Pure: arrays in, counts out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from assurance.audits.courses import (
    ALLOWED_AND_PUT_FORWARD,
    PUT_FORWARD,
    Followed,
    course_flags,
    decision_flags,
)
from matching.fairness.metrics import Metrics, measure, ndcg
from matching.fairness.statistics.disclosure import Bools, HiddenCells
from matching.fairness.task import Floats, Ints
from matching.groups.waiting import FIRST_PLACES

# Counted for each pair of a person and a vacancy. `allowed` is everyone whom no rule refuses;
# `pool` are those who may be in the list: the eligible or, where nobody is, those to refer.
# `before` stood in the first places of the list before, and `left` do not in this one.
STAGES = ("judged", "allowed", "pool", "compared", "shortlisted", "viewed", "before", "left")
# Counted for each person, once, however often they got there; each among those of the last.
REACHED = ("in scope", "judged", "allowed", "compared", "shortlisted", "viewed")
NOT_RECORDED, OPTED_OUT = "NOT_RECORDED", "OPTED_OUT"
PROTECTED = (
    "sex",
    "gender_identity",
    "age_band",
    "ethnicity",
    "disability",
    "religion",
    "sexual_orientation",
    "nationality",
)
UNPROTECTED = ("need_band", "wait_band", "release_weeks", "prison", "release_region")
ATTRIBUTES = (*UNPROTECTED, *PROTECTED)
WEEKS = (
    (0, "released already"),
    (4, "under 4 weeks"),
    (12, "4 to 12 weeks"),
    (26, "12 to 26 weeks"),
)
LATEST = "26 weeks or more"
WEEKS_IN_ORDER = (*(name for _, name in WEEKS), LATEST, NOT_RECORDED)

Flags = Bools
NOTHING = Followed()


@dataclass(frozen=True, slots=True)
class AuditedPerson:
    """One person's groups and characteristics; None where nothing is recorded."""

    id: int
    prison: str
    need_band: str | None
    wait_band: str | None
    release_region: str | None
    weeks_to_release: int | None
    matchable: bool
    opted_out: bool | None
    sex: str | None
    gender_identity: str | None
    age_band: str | None
    ethnicity: str | None
    disability: str | None
    religion: str | None
    sexual_orientation: str | None
    nationality: str | None


@dataclass(frozen=True, slots=True)
class GateGroup:
    """People whom the same rules touched, for one vacancy."""

    vacancy_id: int
    outcome: str
    reasons: tuple[str, ...]
    candidate_ids: Ints


@dataclass(frozen=True, slots=True)
class RankedList:
    """What one vacancy's newest ranking gave; arrays of shape (people compared,).

    `rank` is 0 for whoever was compared and not shown; `baseline` is the rank by score; `previous`
    is the rank in the list before this one, 0 for none.
    """

    vacancy_id: int
    policy: str
    candidate_ids: Ints
    baseline: Ints
    rank: Ints
    previous: Ints
    exposure: Floats
    merit: Floats


def label_of(person: AuditedPerson, attribute: str) -> str:
    """The group of a person, with what is not known as a group of its own."""
    if attribute in PROTECTED and person.opted_out:
        return OPTED_OUT
    if attribute == "release_weeks":
        return _release(person.weeks_to_release)
    found: str | None = getattr(person, attribute)
    return found or NOT_RECORDED


@dataclass(frozen=True, slots=True)
class Coded:
    """People as codes of one attribute's groups: `codes` has shape (people,)."""

    attribute: str
    labels: tuple[str, ...]
    codes: Ints

    def count(self, positions: Ints, weights: Floats | None = None) -> Floats:
        """How many (or what weight) of each group stand at these positions; shape (groups,)."""
        return np.bincount(
            self.codes[positions], weights=weights, minlength=len(self.labels)
        ).astype(np.float64)


@dataclass(slots=True)
class AttributeTally:
    """One attribute, added up. Arrays have a row for each vacancy and a column for each group.

    `people` counts each person once: a row for each group, and a column for each of `columns`, of
    which `REACHED` are the first.
    """

    coded: Coded
    stages: dict[str, Floats]
    columns: tuple[str, ...]
    people: Ints
    exposure: Floats
    merit: Floats
    under_policy: list[Metrics] = field(default_factory=list)
    by_score: list[Metrics] = field(default_factory=list)
    hidden: HiddenCells | None = None

    def at(self, *columns: str) -> list[int]:
        """Where these columns of `people` are."""
        return [self.columns.index(column) for column in columns]

    def count(self, column: str) -> Ints:
        """Return how many people of each group a column counts; zeros if it is absent."""
        if column not in self.columns:
            return np.zeros(len(self.people), dtype=np.int64)
        return self.people[:, self.columns.index(column)]


@dataclass(frozen=True, slots=True)
class Cost:
    """What ordering cost each vacancy's list: NDCG against the order by score, and places lost."""

    ndcg: tuple[float, ...]
    largest_drop: tuple[int, ...]
    moved: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """What is not by group: arrays of shape (people,).

    `pairs` counts each of `STAGES`, and `refused` by each rule, in how many vacancies.
    """

    pairs: dict[str, Floats]
    refused: dict[str, Floats]
    exposure: Floats
    matchable: Flags
    cost: Cost
    vacancies: int
    lists: int
    lists_decided: int


def code_people(
    people: Sequence[AuditedPerson], attributes: Mapping[str, Sequence[str]]
) -> list[Coded]:
    """Everyone's group codes, an attribute at a time; labels in the order given, then others."""
    coded = []
    for attribute, known in attributes.items():
        own = [label_of(person, attribute) for person in people]
        present = set(own)
        labels = (
            *(label for label in known if label in present),
            *sorted(present.difference(known)),
        )
        places = {label: code for code, label in enumerate(labels)}
        coded.append(
            Coded(attribute, labels, np.array([places[label] for label in own], dtype=np.int64))
        )
    return coded


class Tally:
    """Adds up what the rules decided, what rankings gave and what followed, by group.

    Add the rules' outcomes and the lists of every vacancy, then `finish`.
    """

    def __init__(
        self,
        people: Sequence[AuditedPerson],
        attributes: Mapping[str, Sequence[str]],
        vacancies: Sequence[int],
        viewed: Ints,
    ) -> None:
        """Begin with nothing counted.

        Args:
            people: sorted by id; anybody else in an outcome or a list is passed over.
            attributes: what to group by, and the labels of its groups in order.
            vacancies: ids of all that will be added; a row each, in this order.
            viewed: ids of people whose profile somebody opened.
        """
        self._people = people
        self._ids = np.array([person.id for person in people], dtype=np.int64)
        self._row = {vacancy: number for number, vacancy in enumerate(vacancies)}
        self._tallies = [_empty(coded, len(vacancies)) for coded in code_people(people, attributes)]
        self._viewed = np.isin(self._ids, viewed)
        self._pairs = {stage: np.zeros(len(people)) for stage in STAGES}
        self._refused: dict[str, Floats] = {}
        self._reached = {stage: np.zeros(len(people), dtype=np.bool_) for stage in REACHED}
        self._reached["in scope"][:] = True
        self._exposure = np.zeros(len(people))
        self._allowed: dict[int, dict[str, list[Ints]]] = {}
        self._lists: list[RankedList] = []

    def add_rules(self, group: GateGroup) -> None:
        """Count people whom the same rules touched, for one vacancy."""
        positions = _positions(self._ids, group.candidate_ids)
        self._pairs["judged"][positions] += 1
        self._reached["judged"][positions] = True
        for by_group in self._tallies:
            _add_outcome(by_group, self._row[group.vacancy_id], group, positions)
        if group.outcome == "ineligible":
            for reason in group.reasons:
                self._refused.setdefault(reason, np.zeros(len(self._ids)))[positions] += 1
        elif len(group.candidate_ids):
            self._reached["allowed"][positions] = True
            self._pairs["allowed"][positions] += 1
            by_outcome = self._allowed.setdefault(group.vacancy_id, {})
            by_outcome.setdefault(group.outcome, []).append(positions)

    def add_list(self, listed: RankedList) -> None:
        """Count what one vacancy's newest ranking gave."""
        self._lists.append(listed)
        positions, known = _known(self._ids, listed)
        first = _in_first_places(listed.rank[known])
        before = _in_first_places(listed.previous[known])
        self._exposure[positions] += listed.exposure[known]
        self._pairs["compared"][positions] += 1
        self._pairs["before"][positions[before]] += 1
        self._pairs["left"][positions[before & ~first]] += 1
        self._pairs["shortlisted"][positions[first]] += 1
        self._reached["compared"][positions] = True
        for by_group in self._tallies:
            _add_list(
                by_group, self._row[listed.vacancy_id], listed, positions, known, self._viewed
            )

    def finish(self, followed: Followed = NOTHING) -> tuple[list[AttributeTally], Totals]:
        """Return the counts by attribute, and those that are not by group.

        Args:
            followed: what became of people, and what staff decided.
        """
        self._add_pools()
        self._pairs["viewed"] = np.where(self._viewed, self._pairs["shortlisted"], 0.0)
        self._reached["shortlisted"] = self._pairs["shortlisted"] > 0
        self._reached["viewed"] = self._viewed & self._reached["shortlisted"]
        flags = self._flags(followed)
        for by_group in self._tallies:
            by_group.columns = tuple(flags)
            counts = [by_group.coded.count(np.flatnonzero(own)) for own in flags.values()]
            by_group.people = np.stack(counts, axis=1).astype(np.int64)
        return self._tallies, self._totals(followed)

    def _add_pools(self) -> None:
        """Count who may be in each list: where nobody at all is eligible, those to refer."""
        for vacancy, by_outcome in self._allowed.items():
            pool = np.concatenate(by_outcome.get("eligible") or by_outcome["refer"])
            self._pairs["pool"][pool] += 1
            for by_group in self._tallies:
                by_group.stages["pool"][self._row[vacancy]] += by_group.coded.count(pool)

    def _flags(self, followed: Followed) -> dict[str, Flags]:
        """Return who counts in each column of `people`."""
        flags = _nested(self._reached)
        course = course_flags(self._ids, followed.reached)
        flags |= course | {ALLOWED_AND_PUT_FORWARD: flags["allowed"] & course[PUT_FORWARD]}
        ranked_for = {listed.vacancy_id for listed in self._lists}
        shortlisted = self._reached["shortlisted"]
        return flags | decision_flags(self._ids, followed.decided, ranked_for, shortlisted)

    def _totals(self, followed: Followed) -> Totals:
        in_scope = set(self._ids.tolist())
        decided = {
            decision.vacancy_id
            for decision in followed.decided
            if decision.candidate_id in in_scope
        }
        return Totals(
            self._pairs,
            self._refused,
            self._exposure,
            np.array([person.matchable for person in self._people], dtype=np.bool_),
            _cost(self._lists),
            len(self._row),
            len(self._lists),
            sum(listed.vacancy_id in decided for listed in self._lists),
        )


def tally(
    people: Sequence[AuditedPerson],
    attributes: Mapping[str, Sequence[str]],
    gate: Iterable[GateGroup],
    ranked: Iterable[RankedList],
    viewed: Ints,
    followed: Followed = NOTHING,
) -> tuple[list[AttributeTally], Totals]:
    """Return the counts of outcomes and lists that are all at hand; arguments as `Tally` has them.

    Args:
        gate: outcomes of the rules, by vacancy.
        ranked: at most a few lists for each vacancy.
    """
    groups, lists = list(gate), list(ranked)
    vacancies = {each.vacancy_id for each in lists} | {each.vacancy_id for each in groups}
    counted = Tally(people, attributes, sorted(vacancies), viewed)
    for group in groups:
        counted.add_rules(group)
    for listed in lists:
        counted.add_list(listed)
    return counted.finish(followed)


def _empty(coded: Coded, vacancies: int) -> AttributeTally:
    shape = (vacancies, len(coded.labels))
    return AttributeTally(
        coded,
        {stage: np.zeros(shape) for stage in STAGES},
        (),
        np.zeros((len(coded.labels), 0), dtype=np.int64),
        np.zeros(shape),
        np.zeros(shape),
    )


def _nested(reached: dict[str, Flags]) -> dict[str, Flags]:
    """Who came as far as by_group stage, and through all before it."""
    through, flags = reached[REACHED[0]], {}
    for stage in REACHED:
        through = through & reached[stage]
        flags[stage] = through
    return flags


def _add_outcome(by_group: AttributeTally, row: int, group: GateGroup, positions: Ints) -> None:
    counts = by_group.coded.count(positions)
    by_group.stages["judged"][row] += counts
    if group.outcome != "ineligible":
        by_group.stages["allowed"][row] += counts


def _add_list(
    by_group: AttributeTally,
    row: int,
    listed: RankedList,
    positions: Ints,
    known: Ints,
    seen: Flags,
) -> None:
    rank = listed.rank[known]
    first = _in_first_places(rank)
    shortlisted = positions[first]
    by_group.stages["compared"][row] += by_group.coded.count(positions)
    by_group.stages["shortlisted"][row] += by_group.coded.count(shortlisted)
    before = _in_first_places(listed.previous[known])
    by_group.stages["before"][row] += by_group.coded.count(positions[before])
    by_group.stages["left"][row] += by_group.coded.count(positions[before & ~first])
    by_group.stages["viewed"][row] += by_group.coded.count(shortlisted[seen[shortlisted]])
    by_group.exposure[row] += by_group.coded.count(positions, listed.exposure[known])
    by_group.merit[row] += by_group.coded.count(positions, listed.merit[known])
    shown = int((rank >= 1).sum())
    if len(known) < len(listed.candidate_ids) or not shown:
        return  # a part of a list has no prefixes of its own
    codes = by_group.coded.codes[positions]
    shares = np.bincount(codes, minlength=len(by_group.coded.labels)) / len(codes)
    available = np.bincount(codes, minlength=len(shares))
    places = np.arange(1, shown + 1)[:, None]
    floors = np.minimum(np.floor(places * shares + 1e-9), available).astype(np.int64)
    kept = _ndcg(listed)
    final = codes[np.argsort(np.where(rank >= 1, rank, len(rank) + 1), kind="stable")[:shown]]
    best = codes[np.argsort(listed.baseline[known], kind="stable")[:shown]]
    by_group.under_policy.append(measure(final, shares, floors, kept))
    by_group.by_score.append(measure(best, shares, floors, 1.0))


def _in_first_places(rank: Ints) -> Flags:
    return (rank >= 1) & (rank <= FIRST_PLACES)


def _cost(lists: Sequence[RankedList]) -> Cost:
    drops, moved = [], []
    for listed in lists:
        shown = listed.rank >= 1
        places = int(shown.sum())
        # Who is not shown any more stands behind the last who is.
        rank = np.where(shown, listed.rank, places + 1)
        in_question = (listed.baseline <= places) | shown
        drops.append(int(np.max(np.where(in_question, rank - listed.baseline, 0), initial=0)))
        moved.append(int((shown & (listed.rank != listed.baseline)).sum()))
    return Cost(tuple(_ndcg(listed) for listed in lists), tuple(drops), tuple(moved))


def _ndcg(listed: RankedList) -> float:
    """Merit is in proportion to the score, so it may stand for it."""
    shown = listed.rank >= 1
    places = int(shown.sum())
    order = np.argsort(np.where(shown, listed.rank, len(shown) + 1), kind="stable")[:places]
    best = np.argsort(listed.baseline, kind="stable")[:places]
    return ndcg(listed.merit[order], listed.merit[best])


def _positions(ids: Ints, wanted: Ints) -> Ints:
    known = wanted[np.isin(wanted, ids)]
    return np.searchsorted(ids, known)


def _known(ids: Ints, listed: RankedList) -> tuple[Ints, Ints]:
    """Positions of those of a list who are among the people, and where in the list they are."""
    known = np.flatnonzero(np.isin(listed.candidate_ids, ids))
    return np.searchsorted(ids, listed.candidate_ids[known]), known


def _release(weeks: int | None) -> str:
    if weeks is None:
        return NOT_RECORDED
    return next((name for limit, name in WEEKS if weeks < limit), LATEST)
