"""Files in: candidates, vacancies and reference data; and the templates to fill in."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from candidates.intake import CANDIDATES
from candidates.intake import COLUMNS as CANDIDATE_COLUMNS
from candidates.model import Candidate
from candidates.monitoring.intake import COLUMNS as MONITORING_COLUMNS
from candidates.monitoring.intake import MONITORING
from candidates.monitoring.model import Monitoring
from casework.applications.intake import COLUMNS as OUTCOME_COLUMNS
from casework.applications.intake import ImportedOutcome, outcomes_kind
from cli.context import ERR, FAILED, OUT, ROWS_REJECTED, open_database, scope, settings
from employers.intake import COLUMNS as VACANCY_COLUMNS
from employers.intake import VACANCIES
from employers.model import Vacancy
from foundation import clock
from foundation.database import Database
from foundation.intake.load import IntakeKind, Outcome, Rejection, load
from foundation.intake.template import write_template
from foundation.record import Record
from matching.rules.positions import load_places

EXIT_CODES = (
    "Exit codes: 0 every row loaded; 1 nothing loaded; 3 some rows refused, the rest loaded."
)

import_app = typer.Typer(no_args_is_help=True, help=f"Load a CSV or JSON Lines file. {EXIT_CODES}")
template_app = typer.Typer(no_args_is_help=True, help="Write a CSV template and its explanation.")
reference_app = typer.Typer(no_args_is_help=True, help="Load reference data.")

File = Annotated[Path, typer.Argument(help="A .csv or .jsonl file, in UTF-8.")]
Strict = Annotated[bool, typer.Option("--strict", help="Load every row, or none if one is bad.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="Where to write it.")]

T = TypeVar("T", bound=Record)


@import_app.command("candidates")
def import_candidates(file: File, strict: Strict = False) -> None:
    """Load candidates, by prison number. JSON Lines carries every field; CSV is for people."""
    _import(file, CANDIDATES, strict)


@import_app.command("vacancies")
def import_vacancies(file: File, strict: Strict = False) -> None:
    """Load vacancies, by employer and reference; schema.org JobPosting objects are understood."""
    _import(file, VACANCIES, strict)


@import_app.command("monitoring")
def import_monitoring(file: File, strict: Strict = False) -> None:
    """Load equality monitoring, by prison number. Kept apart: nothing that ranks can read it."""
    _import(file, MONITORING, strict, then=None)


@import_app.command("outcomes")
def import_outcomes(file: File, strict: Strict = False) -> None:
    """Load what became of applications, by application or by person and vacancy."""
    today = clock.today(settings())
    _import(file, lambda database: outcomes_kind(file, database, scope(), today), strict, then=None)


@template_app.command("candidates")
def template_candidates(output: Output = None) -> None:
    """A CSV template for candidates, and a text file that explains each column."""
    target = output or Path("candidates.csv")
    companion = write_template(target, CANDIDATE_COLUMNS, Candidate)
    OUT.print(f"wrote {target} and {companion}")


@template_app.command("vacancies")
def template_vacancies(output: Output = None) -> None:
    """A CSV template for vacancies, and a text file that explains each column."""
    target = output or Path("vacancies.csv")
    companion = write_template(target, VACANCY_COLUMNS, Vacancy)
    OUT.print(f"wrote {target} and {companion}")


@template_app.command("monitoring")
def template_monitoring(output: Output = None) -> None:
    """A CSV template for equality monitoring, and a text file that explains each column."""
    target = output or Path("monitoring.csv")
    companion = write_template(target, MONITORING_COLUMNS, Monitoring)
    OUT.print(f"wrote {target} and {companion}")


@template_app.command("outcomes")
def template_outcomes(output: Output = None) -> None:
    """A CSV template for what became of applications, and a text file about each column."""
    target = output or Path("outcomes.csv")
    companion = write_template(target, OUTCOME_COLUMNS, ImportedOutcome)
    OUT.print(f"wrote {target} and {companion}")


load_app = typer.Typer(no_args_is_help=True, help="Load a file of reference data.")
reference_app.add_typer(load_app, name="load")


@load_app.command("postcodes")
def load_postcodes(file: File) -> None:
    """Outward codes or full postcodes with latitude and longitude; used at once."""
    with open_database() as database, Progress(console=ERR) as progress:
        task = progress.add_task("reading postcodes", total=None)
        loaded = load_places(database, scope(), file, lambda: progress.advance(task))
    OUT.print(
        f"{loaded.places:,} places loaded; the positions of {loaded.candidates:,} candidates and "
        f"{loaded.vacancies:,} vacancies were found again"
    )


def _import(
    file: Path,
    kind: IntakeKind[T] | Callable[[Database], IntakeKind[T]],
    strict: bool,
    then: str | None = "newfutures index build",
) -> None:
    def report(rejection: Rejection) -> None:
        ERR.print(str(rejection), markup=False, soft_wrap=True)

    with open_database() as database, _byte_progress() as progress:
        task = progress.add_task(file.name, total=file.stat().st_size if file.exists() else None)
        outcome = load(
            file,
            kind if isinstance(kind, IntakeKind) else kind(database),
            database,
            scope(),
            strict=strict,
            on_rejection=report,
            on_bytes=lambda position: progress.update(task, completed=position),
        )
    _summarise(file, outcome, then)


def _summarise(file: Path, outcome: Outcome, then: str | None) -> None:
    saved = outcome.saved
    OUT.print(
        f"{file}: {outcome.read:,} rows read; {saved.inserted:,} new, {saved.updated:,} changed, "
        f"{saved.unchanged:,} already as given, {outcome.rejected:,} refused",
        markup=False,
    )
    if outcome.rolled_back:
        ERR.print("nothing was loaded, because --strict was given and rows were refused")
        raise typer.Exit(FAILED)
    if then and (saved.inserted or saved.updated):
        OUT.print(f"now run: {then}")
    if outcome.rejected:
        raise typer.Exit(ROWS_REJECTED if outcome.read > outcome.rejected else FAILED)


def _byte_progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=ERR,
        disable=settings().log_level == "ERROR",
    )
