"""The demonstration: made-up people, three shortlists, then the pages."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.panel import Panel
from rich.table import Table

from cli import tables
from cli.context import OUT, StageProgress, open_database, scope, settings, stage_progress
from demonstration.population import load_demonstration
from demonstration.story.cast import PASSWORD
from demonstration.story.story import Story
from employers.model import StoredVacancy, VacancyFilter
from foundation import clock
from foundation.accounts.model import Account
from foundation.vocabulary import OffenceExclusion
from matching.retrieval.build import IndexBuilder
from matching.shortlists.service import MatchingService
from web.app import serve
from web.nightly import Nightly
from web.services import Services

SHOWN = ("warehouse", "kitchen", "driver")
TRIED = 6
AUDITED = 60
PAGE = 20
SEED = 2026


def demo(
    candidates: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many people.")] = 2000,
    seed: Annotated[int, typer.Option(help="Another seed makes other people.")] = SEED,
    no_serve: Annotated[
        bool, typer.Option("--no-serve", help="Stop after the shortlists in the terminal.")
    ] = False,
) -> None:
    """Make up people and vacancies, index them, show three shortlists, then serve the pages."""
    found = settings()
    OUT.print(
        Panel(
            "Every person here is made up. Real codes, real model, real PostgreSQL; no real data.",
            title="Demonstration",
        )
    )
    with open_database() as database:
        with stage_progress() as stages:
            today = clock.today(found)
            load_demonstration(
                database, people=candidates, seed=seed, as_of=today, on_progress=stages
            )
            IndexBuilder(database, found).build(on_progress=stages)
            service = MatchingService(database, found)
            _rank_some(service, stages)
            accounts = Story(database, found).tell(stages)
        for words in SHOWN:
            _show(service, words)
        _print_accounts(accounts)
        if no_serve:
            OUT.print("To see the same in pages: newfutures serve")
        else:
            with Nightly(database, found):
                serve(Services.over(database, found), found, _invite)


def _print_accounts(accounts: Sequence[Account]) -> None:
    """Who may sign in. Nobody is real, so this is no secret."""
    table = Table("Role", "Email address", title=f"Accounts, all with the password: {PASSWORD}")
    for account in accounts:
        table.add_row(account.role.label, account.email)
    OUT.print(table)


def _invite(address: str) -> None:
    OUT.print(
        f"Open {address} and sign in as the prison employment lead: choose a vacancy, see who is "
        "ranked and unfold the reasons, then put somebody forward. Sign in as the employer in "
        "another browser and see what they see. (Ctrl+C stops it)"
    )


def _rank_some(service: MatchingService, on_progress: StageProgress) -> None:
    """Show some lists to nobody, so that the audit has something to add up; once."""
    if service.count_listed(scope()) >= AUDITED:
        return
    found: list[StoredVacancy] = []
    while len(found) < AUDITED:
        wanted = VacancyFilter(open_on=service.today)
        page = service.list_vacancies(scope(), wanted, page=len(found) // PAGE + 1, size=PAGE)
        found += page.items
        if len(found) >= page.total:
            break
    for done, stored in enumerate(found[:AUDITED], start=1):
        service.shortlist(scope(), str(stored.public_id))
        on_progress("shortlists", done, min(AUDITED, len(found)))


def _show(service: MatchingService, words: str) -> None:
    """The shortlist with most eligible people, among open vacancies that exclude no offence."""
    found = service.list_vacancies(
        scope(), VacancyFilter(words, open_on=service.today), page=1, size=50
    ).items
    unconditional = [
        stored for stored in found if stored.record.offence_exclusions == (OffenceExclusion.NONE,)
    ]
    lists = [
        service.shortlist(scope(), str(stored.public_id), top=5)
        for stored in (unconditional or found)[:TRIED]
    ]
    if lists:
        best = max(lists, key=lambda made: made.document.counts.eligible)
        tables.print_shortlist(OUT, best.document, best.run_id, explained=1)
