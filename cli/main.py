"""`newfutures`: the way in. Known errors are one sentence and an exit code, never a traceback."""

import sys

import typer

from cli.deferred import deferred
from foundation.errors import NewFuturesError

INTERRUPTED = 130  # what Typer makes of Ctrl+C

# Each command: where it lies, and its line in `newfutures --help`.
COMMANDS = {
    "vacancies": (
        "cli.rankings:vacancies",
        "List vacancies, those closing soonest first.",
    ),
    "shortlist": (
        "cli.rankings:shortlist",
        "Candidates for a vacancy, ranked, with reasons.",
    ),
    "vacancies-for": (
        "cli.rankings:vacancies_for",
        "Vacancies for a person, ranked, with reasons.",
    ),
    "why": (
        "cli.rankings:why",
        "Why a person stands where they stand for a vacancy, or does not stand at all.",
    ),
    "replay": (
        "cli.rankings:replay",
        "Make a stored run again from its inputs, byte for byte, and print it.",
    ),
    "serve": (
        "cli.serving:serve_pages",
        "Serve the pages and the API, to this machine or to a proxy before it.",
    ),
    "transparency": (
        "cli.transparency:transparency",
        "Write the public record of how this works, from what is in force; people finish it.",
    ),
    "evaluate": (
        "cli.evaluating:evaluate",
        "Measure this program's ranking on a judged set, with intervals, or on made-up people.",
    ),
    "doctor": (
        "cli.doctor:doctor",
        "Say what is configured, what runs and what is missing. Exit code 1 if something is wrong.",
    ),
    "demo": (
        "cli.demo:demo",
        "Make up people and vacancies, index them, show three shortlists, then serve the pages.",
    ),
    "import": (
        "cli.imports:import_app",
        "Load a CSV or JSON Lines file. Exit codes: 0 every row loaded; 1 nothing loaded; "
        "3 some rows refused, the rest loaded.",
    ),
    "template": ("cli.imports:template_app", "Write a CSV template and its explanation."),
    "reference": ("cli.imports:reference_app", "Load reference data."),
    "index": ("cli.indexing:app", "Build and publish the vector index."),
    "groups": ("cli.groups:app", "Need, wait and place: the groups of fairness."),
    "policies": ("cli.policies:app", "Fairness policies, as versioned and signed records."),
    "audit": (
        "cli.audits:app",
        "Who gets how far, by group: the rules, lists, applications, outcomes. Names nobody.",
    ),
    "allocate": (
        "cli.allocating:app",
        "Plan who is put before which vacancy, over all of them at once.",
    ),
    "applications": ("cli.applications:app", "Applications, from the shortlist to work."),
    "users": ("cli.users:app", "Accounts: who may sign in, and as what."),
}

app = typer.Typer(
    name="newfutures",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="Ranks candidates in prison for a vacancy, and vacancies for a person, with reasons.",
)
for _name, (_target, _help) in COMMANDS.items():
    app.command(_name, help=_help, cls=deferred(_target))(lambda: None)


def run() -> None:
    """The console script."""
    try:
        app()
    except NewFuturesError as error:
        from cli.context import ERR, FAILED  # a command that fails has imported it

        ERR.print("error:", style="bold red", end=" ")
        ERR.print(str(error), soft_wrap=True, markup=False)
        sys.exit(FAILED)
    except SystemExit as stop:
        if stop.code == INTERRUPTED:
            from cli.context import ERR

            ERR.print("interrupted; run the same command again to go on")
        raise
