"""National and regional figures as tables in which nobody can be singled out. Pure.

What is hidden is worked out over every group of the country; whoever sees some of the regions sees
those rows of the same table, and no totals, so that no two people's tables give a number away.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import median

from foundation.places.regions import Region, region_of
from foundation.vocabulary import ApplicationState, Code, OutcomeAtPoint, OutcomePoint
from matching.fairness.statistics.disclosure import THRESHOLD, hide_small

FEWEST_FOR_RATE = 20
NO_PLACE = "Remote, national or no place given"


class GroupedBy(Code):
    """What the figures are broken down by (ours)."""

    REGION = "REGION"
    MONTH = "MONTH"


@dataclass(frozen=True, slots=True)
class VacancyCount:
    """Vacancies of a postcode area that were posted in a month."""

    area: str
    month: date
    open: int
    closed: int
    filled: int
    places: int
    taken: int


@dataclass(frozen=True, slots=True)
class FilledVacancy:
    """A vacancy of which every place is taken; `days` from being posted until it was."""

    area: str
    month: date
    days: int


@dataclass(frozen=True, slots=True)
class ReadyCount:
    """People who are ready, and those of them on no shortlist."""

    region: str
    need_band: str
    release: str
    ready: int
    unlisted: int


@dataclass(frozen=True, slots=True)
class AppliedCount:
    """Applications in a state, by the vacancy's area and the month in which they began."""

    area: str
    month: date
    state: str
    applications: int


@dataclass(frozen=True, slots=True)
class OutcomeCount:
    """People of whom this was found at a point, by where and when they were released."""

    area: str
    month: date | None
    point: str
    outcome: str
    people: int


@dataclass(frozen=True, slots=True)
class Row:
    """A group's numbers; None is hidden. `rate` is None where it may not, or cannot, be said."""

    group: str
    counts: tuple[int | None, ...]
    rate: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Numbers by group. `totals` is None where only some of the groups may be seen."""

    key: str
    title: str
    about: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    totals: tuple[int | None, ...] | None
    rate: str = ""


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups of a table in their order, and those of them that are shown."""

    keys: tuple[str, ...]
    labels: tuple[str, ...]
    shown: frozenset[str]
    totalled: bool = True

    @property
    def whole(self) -> bool:
        """Whether every group is shown, so that totals may be."""
        return self.totalled and set(self.keys) <= self.shown

    def without_totals(self) -> "Groups":
        """The same groups, whose sums are not shown."""
        return replace(self, totalled=False)


STAGES: tuple[tuple[str, tuple[ApplicationState, ...]], ...] = (
    ("Shortlisted", (ApplicationState.SHORTLISTED,)),
    ("Put forward", (ApplicationState.PUT_FORWARD,)),
    ("Applied", (ApplicationState.APPLICATION_MADE,)),
    (
        "Interview",
        (ApplicationState.SELECTED_FOR_INTERVIEW, ApplicationState.INTERVIEW_BOOKED),
    ),
    ("Offer", (ApplicationState.JOB_OFFER, ApplicationState.OFFER_ACCEPTED)),
    (
        "Started or in work",
        (
            ApplicationState.STARTED,
            ApplicationState.IN_WORK_6_WEEKS,
            ApplicationState.IN_WORK_6_MONTHS,
        ),
    ),
    (
        "Ended",
        (
            ApplicationState.APPLICATION_UNSUCCESSFUL,
            ApplicationState.UNSUCCESSFUL_AT_INTERVIEW,
            ApplicationState.OFFER_DECLINED,
            ApplicationState.WITHDRAWN,
        ),
    ),
)
RELEASES = {
    "soon": "in the next 4 weeks",
    "next": "in 4 to 12 weeks",
    "later": "later",
    "released": "already",
    "unknown": "on a day not known",
}
NEEDS = {"LOWER": "Lower need", "MEDIUM": "Medium need", "HIGHER": "Higher need"}
OUTCOMES = (
    (OutcomeAtPoint.IN_WORK, "In work"),
    (OutcomeAtPoint.NOT_IN_WORK, "Not in work"),
    (OutcomeAtPoint.UNAVAILABLE, "Not available for work"),
    (OutcomeAtPoint.UNKNOWN, "Not known"),
)


def region_groups(shown: Collection[Region]) -> Groups:
    """Every region, of which these are shown."""
    return Groups(
        tuple(region.value for region in Region),
        tuple(NO_PLACE if each is Region.NOT_KNOWN else each.label for each in Region),
        frozenset(region.value for region in shown),
    )


def month_groups(months: Iterable[date | None]) -> Groups:
    """The months in which something happened, in order."""
    found = sorted({month for month in months if month is not None})
    keys = tuple(month.isoformat() for month in found)
    return Groups(keys, tuple(f"{month:%B %Y}" for month in found), frozenset(keys))


def region_key(area: str) -> str:
    """The region of a postcode area."""
    return region_of(area or None).value


def vacancy_table(
    counts: Sequence[VacancyCount], groups: Groups, key: Callable[[VacancyCount], str]
) -> Table:
    """Vacancies, places and how many of those are taken."""
    numbers = _added(
        groups, ((key(each), (each.open, each.closed, each.filled, each.taken)) for each in counts)
    )
    places = _added(groups, ((key(each), (each.places,)) for each in counts))
    hidden = hide_small([row[2:] for row in numbers]) if numbers else None
    rows = []
    for index, label in enumerate(groups.labels):
        open_, closed, filled, taken = numbers[index]
        of = places[index][0]
        no_filled, no_taken = (bool(cell) for cell in hidden.cells[index]) if hidden else (0, 0)
        rate, note = _rate(taken, of, hidden=bool(no_taken), noun="places")
        counted = (open_, closed, None if no_filled else filled, of, None if no_taken else taken)
        rows.append(Row(label, counted, rate, note))
    totals = _totals([(n[0], n[1], n[2], p[0], n[3]) for n, p in zip(numbers, places, strict=True)])
    if hidden is not None:
        gone = (None, None, bool(hidden.totals[0]), None, bool(hidden.totals[1]))
        totals = tuple(_safe(total, no) for no, total in zip(gone, totals, strict=True))
    return _shown(
        Table(
            "vacancies",
            "Vacancies",
            "Filled are those of which every place is taken: somebody has accepted an offer for "
            "it, or has begun work.",
            ("Open", "Closed", "Filled", "Places", "Places taken"),
            tuple(rows),
            totals,
            "Places taken, of all",
        ),
        groups,
    )


def time_table(
    filled: Sequence[FilledVacancy], groups: Groups, key: Callable[[FilledVacancy], str]
) -> Table:
    """The median days that it took to fill a vacancy, and the number that this rests on."""
    days: dict[str, list[int]] = {each: [] for each in groups.keys}
    for each in filled:
        if each.days >= 0 and key(each) in days:  # else it was filled before it came here
            days[key(each)].append(each.days)
    hidden = hide_small([len(days[each]) for each in groups.keys]) if groups.keys else None
    rows = []
    for index, (name, label) in enumerate(zip(groups.keys, groups.labels, strict=True)):
        found = days[name]
        gone = bool(hidden.cells[index, 0]) if hidden else False
        middle = round(median(found)) if len(found) >= THRESHOLD and not gone else None
        middle = middle if found else 0  # so that the row, of nothing, is left out
        rows.append(Row(label, (None if gone else len(found), middle), note=_few(found, gone)))
    total = sum(len(each) for each in days.values())
    whole = None if hidden is not None and hidden.totals[0] else total
    every = [each for name in groups.keys for each in days[name]]
    middle = round(median(every)) if len(every) >= THRESHOLD and whole is not None else None
    return _shown(
        Table(
            "time",
            "Time to fill",
            "Days from when a vacancy was posted here until its last place was taken. Half took no "
            f"longer than the median, which needs {THRESHOLD} vacancies.",
            ("Filled vacancies", "Median days"),
            tuple(rows),
            (whole, middle),
        ),
        groups,
    )


def ready_table(counts: Sequence[ReadyCount], regions: Collection[Region]) -> Table:
    """People who are ready with no shortlist, by need and by when they are released.

    Hidden region by region and then over the regions shown, so that nothing follows from others.
    """
    wanted = {region.value for region in regions}
    keys = [(need, release) for need in NEEDS for release in RELEASES]
    table = {key: [0, 0] for key in keys}
    for each in counts:
        if each.region in wanted and (each.need_band, each.release) in table:
            cell = table[(each.need_band, each.release)]
            cell[0] += each.ready
            cell[1] += each.unlisted
    numbers = [table[key] for key in keys]
    hidden = hide_small(numbers, nested=True)
    rows = []
    for index, (need, release) in enumerate(keys):
        ready, unlisted = numbers[index]
        gone = [bool(cell) for cell in hidden.cells[index]]
        rate, note = _rate(unlisted, ready, hidden=any(gone), noun="people")
        counted = (None if gone[0] else ready, None if gone[1] else unlisted)
        label = f"{NEEDS[need]}, released {RELEASES[release]}"
        rows.append(Row(label, counted, rate, note))
    totals = tuple(
        None if hidden.totals[stage] else sum(row[stage] for row in numbers) for stage in (0, 1)
    )
    return Table(
        "ready",
        "Ready, and on no shortlist",
        "People who are ready for work and have consented, and those of them who are not among the "
        "first ten of any vacancy that is open.",
        ("Ready", "On no shortlist"),
        tuple(rows),
        totals if len(wanted) == len(Region) else None,
        "On no shortlist, of those ready",
    )


def applied_table(
    counts: Sequence[AppliedCount], groups: Groups, key: Callable[[AppliedCount], str]
) -> Table:
    """Applications by where they stand now."""
    stage_of = {state.value: place for place, (_, states) in enumerate(STAGES) for state in states}
    numbers = _added(
        groups,
        (
            (key(each), _one_of(len(STAGES), stage_of[each.state], each.applications))
            for each in counts
        ),
        len(STAGES),
    )
    return _counted(
        "applications",
        "Applications by stage",
        "Where applications that were begun in the period stand now.",
        tuple(name for name, _ in STAGES),
        numbers,
        groups,
    )


def outcome_table(
    counts: Sequence[OutcomeCount],
    point: OutcomePoint,
    groups: Groups,
    key: Callable[[OutcomeCount], str],
) -> Table:
    """What was found at a point; the rate leaves out who was unavailable or not known."""
    place_of = {outcome.value: place for place, (outcome, _) in enumerate(OUTCOMES)}
    numbers = _added(
        groups,
        (
            (key(each), _one_of(len(OUTCOMES), place_of[each.outcome], each.people))
            for each in counts
            if each.point == point
        ),
        len(OUTCOMES),
    )
    return _counted(
        f"outcomes-{point.value.lower().replace('_', '-')}",
        f"In work {point.label} after release",
        "Of people who started work. Those who were not available, or of whom nothing is known, "
        "stand beside the rate and are not in it.",
        tuple(label for _, label in OUTCOMES),
        numbers,
        groups,
        rate="In work, of those known and available",
    )


def _counted(
    key: str,
    title: str,
    about: str,
    columns: tuple[str, ...],
    numbers: Sequence[Sequence[int]],
    groups: Groups,
    rate: str = "",
) -> Table:
    """A table in which every number is of people or of what they did."""
    hidden = hide_small(numbers) if numbers else None
    rows = []
    for index, label in enumerate(groups.labels):
        gone = [bool(cell) for cell in hidden.cells[index]] if hidden else []
        counted = tuple(
            None if no else number for no, number in zip(gone, numbers[index], strict=True)
        )
        share, note = (None, "")
        if rate:
            known = numbers[index][0] + numbers[index][1]
            share, note = _rate(numbers[index][0], known, hidden=any(gone[:2]), noun="people")
        rows.append(Row(label, counted, share, note))
    totals = _totals([tuple(row) for row in numbers], len(columns))
    if hidden is not None:
        totals = tuple(_safe(total, no) for no, total in zip(hidden.totals, totals, strict=True))
    return _shown(Table(key, title, about, columns, tuple(rows), totals, rate), groups)


def _added(
    groups: Groups, cells: Iterable[tuple[str, tuple[int, ...]]], width: int = 0
) -> list[tuple[int, ...]]:
    """The sums of each group's cells, in the order of the groups."""
    sums: dict[str, tuple[int, ...]] = {}
    for key, numbers in cells:
        width = len(numbers)
        held = sums.get(key, (0,) * width)
        sums[key] = tuple(a + int(b) for a, b in zip(held, numbers, strict=True))
    return [sums.get(key, (0,) * (width or 4)) for key in groups.keys]


def _one_of(width: int, place: int, number: int) -> tuple[int, ...]:
    return tuple(number if each == place else 0 for each in range(width))


def _totals(numbers: Sequence[tuple[int, ...]], width: int = 5) -> tuple[int | None, ...]:
    return tuple(sum(row[place] for row in numbers) for place in range(width))


def _safe(total: int | None, gone: bool | None) -> int | None:
    """A total unless it is hidden, or itself small; `gone` None is a number of no people."""
    if gone is None or total is None:
        return total
    return None if gone or 0 < total < THRESHOLD else total


def _rate(part: int, of: int, *, hidden: bool, noun: str) -> tuple[float | None, str]:
    """A share, or why there is none."""
    if hidden:
        return None, "hidden"
    if of < FEWEST_FOR_RATE:
        return None, f"fewer than {FEWEST_FOR_RATE} {noun}" if of else ""
    return part / of, ""


def _few(found: Sequence[int], gone: bool) -> str:
    return "too few" if gone or 0 < len(found) < THRESHOLD else ""


def _shown(table: Table, groups: Groups) -> Table:
    """The rows that may be seen and say anything; totals only with all of them."""
    rows = tuple(
        row
        for key, row in zip(groups.keys, table.rows, strict=True)
        if key in groups.shown and any(number is None or number for number in row.counts)
    )
    return Table(
        table.key,
        table.title,
        table.about,
        table.columns,
        rows,
        table.totals if groups.whole else None,
        table.rate,
    )
