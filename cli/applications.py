"""Applications: see them, see one whole, record what happened or put it right."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import typer
from pydantic import TypeAdapter
from rich.table import Table
from rich.text import Text

from casework.applications.model import (
    Application,
    ApplicationDetails,
    ApplicationEvent,
    ApplicationFilter,
    Correction,
    Interview,
)
from casework.applications.service import ApplicationService
from casework.applications.states import POINT_STATES
from cli.context import OUT, open_database, scope, settings
from cli.tables import day
from foundation.errors import ValidationError
from foundation.record import check
from foundation.vocabulary import ApplicationState, CorrectionReason, OutcomeAtPoint

app = typer.Typer(no_args_is_help=True, help="Applications, from the shortlist to work.")

Name = Annotated[UUID, typer.Argument(help="The application's id, as `list` shows it.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]
APPLICATIONS: TypeAdapter[tuple[Application, ...]] = TypeAdapter(tuple[Application, ...])
DETAILS: TypeAdapter[ApplicationDetails] = TypeAdapter(ApplicationDetails)


@app.command("list")
def list_applications(
    state: Annotated[ApplicationState | None, typer.Option(help="In this state.")] = None,
    vacancy: Annotated[str | None, typer.Option(help="For this vacancy.")] = None,
    candidate: Annotated[str | None, typer.Option(help="Of this prison number.")] = None,
    employer: Annotated[str | None, typer.Option(help="To this employer, by name.")] = None,
    live: Annotated[
        bool | None, typer.Option("--live/--closed", help="Under way, or ended.")
    ] = None,
    page: Annotated[int, typer.Option(min=1)] = 1,
    as_json: AsJson = False,
) -> None:
    """One page of applications, those begun last first."""
    wanted = ApplicationFilter(state, vacancy, candidate, employer, live)
    with open_database() as database:
        service = ApplicationService(database, settings())
        found = service.list_applications(scope(), wanted, page=page, size=50)
    if as_json:
        OUT.print_json(APPLICATIONS.dump_json(found.items).decode())
        return
    pages = max(1, -(-found.total // found.size))
    table = Table(title=f"{found.total:,} applications, page {page} of {pages}")
    for heading in ("Application", "Person", "Vacancy", "Employer", "State", "Version", "Began"):
        table.add_column(heading)
    for item in found.items:
        table.add_row(
            str(item.public_id),
            Text(f"{item.first_name} {item.last_name} ({item.prison_number})"),
            Text(f"{item.title} ({item.reference})"),
            Text(item.employer_name),
            item.state.label,
            str(item.version),
            day(item.opened_on),
        )
    OUT.print(table)


@app.command("show")
def show(application: Name, as_json: AsJson = False) -> None:
    """One application with everything that was recorded of it."""
    with open_database() as database:
        details = ApplicationService(database, settings()).get_application(scope(), application)
    if as_json:
        OUT.print_json(DETAILS.dump_json(details).decode())
        return
    held = details.application
    title = (
        f"{held.first_name} {held.last_name} ({held.prison_number}) for {held.title} "
        f"({held.reference}, {held.employer_name}): {held.state.label}, version {held.version}"
    )
    OUT.print(Text(title))
    table = Table(box=None, padding=(0, 1))
    for heading in ("No.", "Day", "What", "Reason", "Note", "Recorded by", "Stands"):
        table.add_column(heading)
    for event in details.history:
        table.add_row(
            str(event.number),
            day(event.happened_on),
            _what(event),
            event.reason or "",
            Text(event.note or ""),
            Text(event.actor),
            "yes" if event.stands else "no",
        )
    OUT.print(table)


@app.command("move")
def move(
    application: Name,
    to: Annotated[ApplicationState, typer.Argument(help="What it came to.")],
    version: Annotated[int, typer.Option(help="Of the application, as `show` tells it.")],
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="When. Left out: today.")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="A code, where one is asked for.")] = None,
    note: Annotated[str | None, typer.Option(help="Up to 500 characters.")] = None,
    outcome: Annotated[
        OutcomeAtPoint | None, typer.Option(help="With the IN_WORK states: what was found.")
    ] = None,
    interview: Annotated[
        str | None, typer.Option(help="YYYY-MM-DDTHH:MM, with INTERVIEW_BOOKED.")
    ] = None,
    place: Annotated[str | None, typer.Option(help="Where the interview is.")] = None,
    video_link: Annotated[str | None, typer.Option(help="Or its link, https://...")] = None,
    contact: Annotated[str | None, typer.Option(help="Whom to ask for.")] = None,
    correct: Annotated[int | None, typer.Option(help="Number of the event put right.")] = None,
    because: Annotated[CorrectionReason, typer.Option(help="Why it was wrong.")] = (
        CorrectionReason.WRONG_STATE
    ),
) -> None:
    """Record what happened; with `--correct`, what happened instead of an earlier event."""
    correction = Correction(number=correct, reason=because) if correct is not None else None
    happened: date | None = on.date() if on else None
    with open_database() as database:
        service = ApplicationService(database, settings())
        points = [point for point, state in POINT_STATES.items() if state is to]
        if outcome and points:
            moved = service.record_outcome(
                scope(), application, points[0], outcome,
                version=version, on=happened, note=note, correct=correction,
            )  # fmt: skip
        elif outcome:
            raise ValidationError("outcome", outcome.value, "it goes with the IN_WORK states only")
        else:
            moved = service.move(
                scope(), application, to, version=version, on=happened, reason=reason, note=note,
                interview=_interview(interview, place, video_link, contact), correct=correction,
            )  # fmt: skip
    OUT.print(f"{moved.state.label}, version {moved.version}")


@app.command("undo")
def undo(
    application: Name,
    number: Annotated[int, typer.Argument(help="Of the event that did not happen.")],
    version: Annotated[int, typer.Option(help="Of the application, as `show` tells it.")],
    because: Annotated[CorrectionReason, typer.Option(help="Why it was recorded wrongly.")],
    note: Annotated[str | None, typer.Option(help="Up to 500 characters.")] = None,
) -> None:
    """Say that the newest thing recorded did not happen; both stay in the history."""
    correction = Correction(number=number, reason=because)
    with open_database() as database:
        service = ApplicationService(database, settings())
        moved = service.undo(scope(), application, correction, version=version, note=note)
    OUT.print(f"{moved.state.label}, version {moved.version}")


def _interview(
    at: str | None, place: str | None, video_link: str | None, contact: str | None
) -> Interview | None:
    if at is None:
        return None
    on, _, time = at.partition("T")
    given = {"on": on, "at": time, "place": place, "video_link": video_link, "contact": contact}
    interview = check(Interview, {key: value for key, value in given.items() if value is not None})
    if isinstance(interview, list):
        fault = interview[0]
        raise ValidationError(f"interview {fault.column}", fault.value, fault.allowed)
    return interview


def _what(event: ApplicationEvent) -> str:
    if event.undone:
        return f"event {event.corrects} did not happen"
    found = ""
    if event.point and event.outcome:
        found = f", at {event.point.label}: {event.outcome.label.lower()}"
    instead = f" (instead of event {event.corrects})" if event.corrects else ""
    return f"{event.to_state.label}{found}{instead}"
