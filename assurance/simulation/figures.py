"""What lists give a group against what they would have given it, and how much an audit can see.

Pure: lists of ids and arrays in, numbers out.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from assurance.audits.report import AuditReport, RateRow
from assurance.audits.tally import Flags
from assurance.simulation.report import LEVEL, Alarm, Finding, PowerRow
from matching.fairness.metrics import dcg, ndcg
from matching.fairness.statistics.inference import exchange_p
from matching.fairness.task import Floats, Ints, discounts
from matching.groups.waiting import FIRST_PLACES

# Drawn apart from all that a made-up person can do: see demonstration.synthetic.monitoring.
UNRELATED = (
    "gender_identity",
    "ethnicity",
    "disability",
    "religion",
    "sexual_orientation",
    "nationality",
)


@dataclass(frozen=True)
class TrueList:
    """One vacancy's list before anything was planted: ids best first, and their scores.

    `scores` has shape (people,), from 0 to 1, in the order of `ids`.
    """

    vacancy_id: int
    ids: tuple[int, ...]
    scores: Floats


@dataclass(frozen=True, slots=True)
class Repair:
    """As `PolicyFigures` says, of the lists alone."""

    ndcg_true: float
    exposure: float | None
    skew: float | None
    short: float
    best: float
    group_best: float | None


def measure_repair(
    truth: Sequence[TrueList], shown: Mapping[int, Sequence[int]], members: Collection[int]
) -> Repair:
    """What the lists shown hold of a group and of the truly best.

    Args:
        truth: a list for each vacancy, none empty.
        shown: by vacancy, the ids in the places shown, best first. Who is not in the true list
            counts as worth nothing there.
        members: ids of the group.
    """
    kept, short = [], []
    exposure, merit, held, expected, places = np.zeros(2), np.zeros(2), 0, 0.0, 0
    best, best_back, group_best, group_back = 0, 0, 0, 0
    for each in truth:
        listed = list(shown.get(each.vacancy_id, ()))
        first, first_true = listed[:FIRST_PLACES], each.ids[:FIRST_PLACES]
        kept.append(_ndcg(each, first))
        mine = np.array([person in members for person in each.ids])
        given = discounts(len(listed))
        here = np.array([person in members for person in listed], dtype=bool)
        exposure += (given[here].sum(), given.sum())
        total = each.scores.sum()
        merit += (each.scores[mine].sum() / total * given.sum() if total else 0.0, given.sum())
        held += int(here[:FIRST_PLACES].sum())
        places += len(first)
        expected += len(first) * float(mine.mean())
        short.append(_short(here, int(mine.sum()), len(mine)))
        back = set(first).intersection(first_true)
        group = {person for person in first_true if person in members}
        best, best_back = best + len(first_true), best_back + len(back)
        group_best, group_back = group_best + len(group), group_back + len(back & group)
    return Repair(
        ndcg_true=float(np.mean(kept)),
        exposure=float(exposure[0] / exposure[1] / (merit[0] / merit[1])) if merit[0] else None,
        skew=log(held / expected) if held and expected and places else None,
        short=float(np.mean(short)),
        best=best_back / best,
        group_best=group_back / group_best if group_best else None,
    )


def find(rows: Sequence[RateRow], name: str) -> Finding:
    """What a table says of a group, by the name that it has there.

    Where the group is the one that others are put beside, it is put beside the largest of them.
    """
    row = next((row for row in rows if row.group == name), None)
    if row is None or row.rate is None:
        return Finding()
    if row.standing != "reference":
        other = next((each for each in rows if each.standing == "reference"), None)
        return Finding(
            against=other.group if other else None,
            rate=row.rate,
            ratio=row.ratio,
            low=row.low,
            high=row.high,
            p=row.p,
            adjusted_p=row.adjusted_p,
        )
    others = [each for each in rows if each.standing == "compared" and each.ratio is not None]
    if not others:
        return Finding(rate=row.rate)
    other = max(others, key=lambda each: each.of or 0)
    return Finding(
        against=other.group,
        rate=row.rate,
        ratio=_inverse(other.ratio),
        low=_inverse(other.high),
        high=_inverse(other.low),
        p=other.p,
        adjusted_p=other.adjusted_p,
    )


def alarms(report: AuditReport) -> list[Alarm]:
    """Every difference that an audit calls real, at 5 %, whichever way it goes."""
    return [
        Alarm(
            table=table,
            attribute=each.attribute,
            group=row.group,
            ratio=row.ratio,
            adjusted_p=row.adjusted_p,
        )
        for each in report.attributes
        for table, rows in (
            ("rules", each.gate),
            ("shortlist", each.shortlist),
            ("reach", each.reach),
        )
        for row in rows
        if row.adjusted_p is not None and row.adjusted_p <= LEVEL
    ]


def count_comparisons(report: AuditReport) -> int:
    """How many p values the audit adjusts for."""
    return sum(
        row.p is not None
        for each in report.attributes
        for rows in (each.gate, each.shortlist, each.reach)
        for row in rows
    )


@dataclass(frozen=True)
class Population:
    """Everyone and every list, as arrays, to try out who might be hit.

    Args:
        judged, allowed: shape (people,), for how many vacancies each was judged, and allowed.
        listed: shape (lists, longest), positions of people by true score, -1 where a list is over.
        scores: the same shape, from 0 to 1; -inf where a list is over.
    """

    judged: Ints
    allowed: Ints
    listed: Ints
    scores: Floats

    @classmethod
    def of(
        cls, people: Sequence[int], judged: Ints, allowed: Ints, truth: Sequence[TrueList]
    ) -> "Population":
        """From true lists; `people` are the ids in the order of `judged` and `allowed`."""
        place = {person: position for position, person in enumerate(people)}
        longest = max((len(each.ids) for each in truth), default=0)
        listed = np.full((len(truth), longest), -1, dtype=np.int64)
        scores = np.full((len(truth), longest), -np.inf)
        for row, each in enumerate(truth):
            listed[row, : len(each.ids)] = [place[person] for person in each.ids]
            scores[row, : len(each.ids)] = each.scores
        return cls(judged, allowed, listed, scores)

    def shortlisted(self, mine: Ints, lowered: float) -> tuple[Ints, Ints]:
        """How often each is in a list and in its first places, these positions' scores lowered."""
        hit = np.zeros(len(self.judged) + 1)
        hit[mine] = lowered
        order = np.argsort(-(self.scores - hit[self.listed]), axis=1, kind="stable")
        first = np.take_along_axis(self.listed, order[:, :FIRST_PLACES], axis=1)
        size = len(self.judged) + 1  # -1, where a list is over, counts at the end
        pool = np.bincount(self.listed.ravel() % size, minlength=size)[:-1]
        return pool, np.bincount(first.ravel() % size, minlength=size)[:-1]


def estimate_power(
    population: Population,
    *,
    kind: str,
    share: float,
    sizes: Sequence[float],
    draws: int,
    threshold: float,
    seed: int,
) -> list[PowerRow]:
    """How often `exchange_p` finds a group that is hit, over draws of who is in it.

    The group is put beside everyone else, where the audit takes the largest group; so a little more
    is found here.

    Args:
        kind: `scores`, each lowered by the size, or `rules`, which refuse that share of the group.
        share: of everyone, how many are in the group.
        sizes: what to try.
        threshold: of p, after adjustment for many comparisons.
    """
    people, rows = len(population.judged), []
    members = round(share * people)
    for size in sizes:
        values = []
        for draw in range(draws):
            # The same groups for every size: the curve then shows the size, and not the draw.
            mine = np.random.default_rng((seed, draw)).permutation(people)[:members]
            inside = np.zeros(people, dtype=bool)
            inside[mine] = True
            if kind == "scores":
                of, chosen = population.shortlisted(mine, size)
            else:
                of, chosen = population.judged, population.allowed.copy()
                chosen[mine[: round(size * members)]] = 0
            values.append(exchange_p(of, chosen, inside, seed=seed))
        rows.append(
            PowerRow.model_validate(
                {
                    "kind": kind,
                    "share": share,
                    "people": members,
                    "size": size,
                    "alone": float(np.mean([p <= LEVEL for p in values])),
                    "adjusted": float(np.mean([p <= threshold for p in values])),
                }
            )
        )
    return rows


def _ndcg(each: TrueList, first: Sequence[int]) -> float:
    worth = dict(zip(each.ids, each.scores.tolist(), strict=True))
    best = each.scores[:FIRST_PLACES]
    gains = np.zeros(len(best))
    for place, person in enumerate(first[: len(best)]):
        gains[place] = worth.get(person, 0.0)
    return ndcg(gains, best) if dcg(best) > 0 else 1.0


def _short(here: Flags, available: int, people: int) -> int:
    """Prefixes that hold fewer of the group than min(floor(t p), available), p its true share."""
    places = np.arange(1, len(here) + 1)
    required = np.minimum(places * available // people, available)
    return int((np.cumsum(here) < required).sum())


def _inverse(value: float | None) -> float | None:
    return 1 / value if value else None
