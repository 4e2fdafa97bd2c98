"""Documents as terminal tables."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from employers.model import StoredVacancy
from foundation.pages import Page
from foundation.places.prisons import prison_label
from matching.explain.document import (
    Basis,
    CandidateSummary,
    Counts,
    FairnessGiven,
    PolicyUsed,
    RankedCandidate,
    RankedVacancy,
    ReasonCount,
    ReasonGiven,
    Score,
    Shortlist,
    VacanciesFor,
    Why,
)

SHOWN_REASONS = 5
OUTCOMES = {
    "eligible": "Eligible",
    "refer": "For a person to look at first",
    "ineligible": "Not eligible",
}


def day(value: date | None) -> str:
    """A date as it is written in Britain."""
    return f"{value:%-d %b %Y}" if value else "not known"


def vacancy_table(page: Page[StoredVacancy]) -> Table:
    """One page of vacancies."""
    pages = max(1, -(-page.total // page.size))
    table = Table(title=f"{page.total:,} vacancies, page {page.number} of {pages}")
    for heading in ("Reference", "Title", "Employer", "Type of work", "Closes"):
        table.add_column(heading)
    for stored in page.items:
        record = stored.record
        closes = "rolling" if record.rolling else day(record.closing_date)
        table.add_row(
            Text(record.reference),
            Text(record.title),
            Text(record.employer.name),
            record.sector.label,
            closes,
        )
    return table


def print_shortlist(
    console: Console, document: Shortlist, run_id: UUID, *, explained: int = 3
) -> None:
    """A shortlist: the ranked, their reasons, those to look at first, the rest by reason."""
    vacancy = document.vacancy
    console.rule(f"{vacancy.title}, {vacancy.employer} ({vacancy.reference})", align="left")
    _print_counts(console, document.counts, "people")
    print_policy(console, document.fairness if document.ranked else document.refer_fairness)
    _print_places(console, "Eligible, in order", document.ranked)
    _print_reasons(
        console, [(_name(item.candidate), item.score) for item in document.ranked[:explained]]
    )
    _print_places(console, "For a person to look at first", document.refer)
    _print_reason_counts(console, document.ineligible_by_reason)
    _print_basis(console, document.basis, run_id)


def print_vacancies_for(console: Console, document: VacanciesFor, run_id: UUID) -> None:
    """A person's vacancies."""
    console.rule(f"Vacancies for {_name(document.candidate)}", align="left")
    _print_counts(console, document.counts, "vacancies")
    _print_places(console, "Eligible, in order", document.ranked)
    _print_reasons(console, [(item.vacancy.title, item.score) for item in document.ranked[:3]])
    _print_places(console, "For a person to look at first", document.refer)
    _print_reason_counts(console, document.ineligible_by_reason)
    _print_basis(console, document.basis, run_id)


def print_why(console: Console, document: Why) -> None:
    """Where one person stands, and what put them there."""
    vacancy = document.vacancy
    console.rule(
        f"{_name(document.candidate)} for {vacancy.title}, {vacancy.employer}", align="left"
    )
    console.print(f"[bold]{OUTCOMES[document.outcome]}[/]. {document.placing}")
    if document.move is not None:
        console.print(Text(f"  {document.move.sentence}"))
        console.print(Text(f"  {_answerable(document.policy)}", style="dim"))
    for reason in (*document.reasons, *document.also):
        console.print(Text(f"  {reason.sentence}"))
    if document.score is not None:
        _print_score(console, document.score)
    for sentence in document.behind:
        console.print(Text(f"  {sentence}"))


def _print_places(
    console: Console, title: str, places: Sequence[RankedCandidate | RankedVacancy]
) -> None:
    """One line a place, and under it what to know first: readable at any width."""
    if not places:
        return
    console.print(Text(title, style="bold"))
    for item in places:
        score = _score_words(item.score)
        console.print(Text(f"{item.rank:4d}  {score:12s}  {_who(item)}"), soft_wrap=True)
        for sentence in (*_move(item), *_main_points(item.score, item.refer)):
            console.print(Padding(Text(sentence, style="dim"), (0, 0, 0, 20)))
    console.print()


def print_policy(console: Console, fairness: FairnessGiven) -> None:
    """The policy in force, what it asked of the list, what it changed and what it could not do."""
    policy = fairness.policy
    console.print(Text(f"Policy {policy.id}: {policy.aim}", style="bold"))
    if policy.owner:
        console.print(Text(f"  {_answerable(policy)}", style="dim"))
    for sentence in fairness.sentences:
        console.print(Text(f"  {sentence}"))
    if fairness.floors:
        table = Table(box=None, padding=(0, 1))
        for heading in ("", "Share asked", "Places asked", "By score", "In the list", "Available"):
            table.add_column(heading, justify="left" if not heading else "right")
        for floor in fairness.floors:
            table.add_row(
                Text(floor.group),
                f"{floor.target * 100:.0f} %",
                str(floor.required),
                str(floor.by_score),
                str(floor.shown),
                str(floor.available),
            )
        console.print(Padding(table, (0, 0, 0, 1)))
    for floor in fairness.floors:
        if floor.sentence:
            console.print(Text(f"  {floor.sentence}"))
    console.print()


def _answerable(policy: PolicyUsed) -> str:
    """Who answers for a policy."""
    signed = f"approved by {policy.approved_by}" if policy.approved_by else "no signature needed"
    until = f" until {day(policy.valid_until)}" if policy.valid_until else ""
    return f"Policy {policy.id}, tier {policy.tier}, {signed}{until}; owner: {policy.owner}."


def _move(item: RankedCandidate | RankedVacancy) -> list[str]:
    if isinstance(item, RankedCandidate) and item.move is not None:
        return [item.move.sentence]
    return []


def _who(item: RankedCandidate | RankedVacancy) -> str:
    if isinstance(item, RankedCandidate):
        person = item.candidate
        prison = prison_label(person.prison_id)
        return f"{_name(person)}, {prison}, release {day(person.release_date)}"
    vacancy = item.vacancy
    closes = "rolling" if vacancy.closing_date is None else f"closes {day(vacancy.closing_date)}"
    return f"{vacancy.title}, {vacancy.employer} ({vacancy.reference}), {vacancy.place}, {closes}"


def _name(person: CandidateSummary) -> str:
    return f"{person.first_name} {person.last_initial} ({person.prison_number})"


def _score_words(score: Score | None) -> str:
    return "not scored" if score is None else f"{score.word} {int(score.total * 100)}"


def _main_points(score: Score | None, refer: Sequence[ReasonGiven]) -> list[str]:
    """What to check; else the evidence that counted."""
    if refer or score is None:
        return [reason.sentence for reason in refer]
    evidenced = [met.evidence for met in score.requirements if met.evidence]
    seen = list(dict.fromkeys(evidenced))
    return ["; ".join(seen[:2]) or score.contributions[0].sentence]


def _print_reasons(console: Console, items: Sequence[tuple[str, Score | None]]) -> None:
    for name, score in items:
        if score is not None:
            console.print(Text(f"Why {name}:", style="bold"))
            _print_score(console, score)


def _print_score(console: Console, score: Score) -> None:
    for met in score.requirements[:SHOWN_REASONS]:
        found = f"evidenced by: {met.evidence}" if met.met else "not evidenced"
        console.print(
            Padding(Text(f"{met.kind.capitalize()}: {met.requirement} - {found}"), (0, 0, 0, 2))
        )
    table = Table(box=None, padding=(0, 1), show_header=False)
    for part in score.contributions:
        table.add_row(
            Text(part.label),
            f"{part.contribution * 100:5.1f} of {part.weight * 100:.0f}",
            Text(part.sentence),
        )
    table.add_row("Total", f"{score.total * 100:5.1f} of 100", score.word)
    console.print(Padding(table, (0, 0, 1, 2)))


def _print_counts(console: Console, counts: Counts, what: str) -> None:
    console.print(
        f"{counts.eligible:,} {what} eligible, {counts.refer:,} for a person to look at, "
        f"{counts.ineligible:,} not eligible; {counts.compared:,} compared"
    )


def _print_reason_counts(console: Console, reasons: Sequence[ReasonCount]) -> None:
    if not reasons:
        return
    table = Table(title="Not eligible, by reason", title_justify="left", box=None)
    for reason in reasons:
        table.add_row(f"{reason.count:,}", reason.summary)
    console.print(table)


def _print_basis(console: Console, basis: Basis, run_id: UUID) -> None:
    known = basis.distance_precision
    distances = known if known == "no distances" else f"straight-line distances by {known}"
    console.print(
        f"[dim]{day(basis.today)}; policy {basis.policy}; {basis.weights}; {basis.recipe}; "
        f"{distances}; run {run_id}[/]"
    )
