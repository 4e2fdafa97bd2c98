"""`newfutures`: the way in. Known errors are one sentence and an exit code, never a traceback."""

import sys

import typer

from cli import (
    allocating,
    applications,
    audits,
    demo,
    doctor,
    evaluating,
    groups,
    imports,
    indexing,
    policies,
    rankings,
    serving,
    transparency,
    users,
)
from cli.context import ERR, FAILED
from foundation.errors import NewFuturesError

INTERRUPTED = 130  # what Typer makes of Ctrl+C

app = typer.Typer(
    name="newfutures",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="Ranks candidates in prison for a vacancy, and vacancies for a person, with reasons.",
)
app.add_typer(imports.import_app, name="import")
app.add_typer(imports.template_app, name="template")
app.add_typer(imports.reference_app, name="reference")
app.add_typer(indexing.app, name="index")
app.add_typer(groups.app, name="groups")
app.add_typer(policies.app, name="policies")
app.add_typer(audits.app, name="audit")
app.add_typer(allocating.app, name="allocate")
app.add_typer(applications.app, name="applications")
app.add_typer(users.app, name="users")
app.command("vacancies")(rankings.vacancies)
app.command("shortlist")(rankings.shortlist)
app.command("vacancies-for")(rankings.vacancies_for)
app.command("why")(rankings.why)
app.command("replay")(rankings.replay)
app.command("serve")(serving.serve_pages)
app.command("transparency")(transparency.transparency)
app.command("evaluate")(evaluating.evaluate)
app.command("doctor")(doctor.doctor)
app.command("demo")(demo.demo)


def run() -> None:
    """The console script."""
    try:
        app()
    except NewFuturesError as error:
        ERR.print("error:", style="bold red", end=" ")
        ERR.print(str(error), soft_wrap=True, markup=False)
        sys.exit(FAILED)
    except SystemExit as stop:
        if stop.code == INTERRUPTED:
            ERR.print("interrupted; run the same command again to go on")
        raise
