"""Rankings in the terminal: tables for people, JSON for programs."""

import re
import sys
from typing import Annotated
from uuid import UUID

import typer

from cli import tables
from cli.context import ERR, OUT, open_service, scope
from employers.model import VacancyFilter
from foundation.errors import NotFoundError, ValidationError
from foundation.vocabulary import Sector
from matching.explain.document import to_bytes
from matching.policies.service import DEFAULT_POLICY

PAGE_SIZE = 25

VacancyName = Annotated[str, typer.Argument(help="Reference, employer/reference, or public id.")]
PrisonNumber = Annotated[str, typer.Argument(help="Prison number (or public id) of the person.")]
Top = Annotated[int, typer.Option(help="How many to show.")]
Json = Annotated[bool, typer.Option("--json", help="Print the stored document.")]
Policy = Annotated[
    str, typer.Option(help="Fairness policy; `newfutures policies list` shows them all.")
]
Prison = Annotated[str | None, typer.Option(help="Only people in this prison (three letters).")]


def vacancies(
    words: Annotated[str, typer.Argument(help="Words of the title, employer or reference.")] = "",
    sector: Annotated[str, typer.Option(help="Type of work, as a code.")] = "",
    page: Annotated[int, typer.Option(min=1)] = 1,
    closed: Annotated[bool, typer.Option("--closed", help="Show closed ones too.")] = False,
) -> None:
    """List vacancies, those closing soonest first."""
    with open_service() as service:
        wanted = VacancyFilter(words, _sector(sector), None if closed else service.today)
        found = service.list_vacancies(scope(), wanted, page=page, size=PAGE_SIZE)
    if page > 1 and not found.items:
        raise NotFoundError(f"the list has no page {page}; it has {found.total:,} vacancies")
    OUT.print(tables.vacancy_table(found))


def shortlist(
    vacancy: VacancyName,
    top: Top = 20,
    prison: Prison = None,
    policy: Policy = DEFAULT_POLICY,
    as_json: Json = False,
) -> None:
    """Candidates for a vacancy, ranked, with reasons."""
    with open_service() as service:
        made = service.shortlist(scope(), vacancy, top=top, prison=_prison(prison), policy=policy)
    if as_json:
        sys.stdout.buffer.write(to_bytes(made.document))
    else:
        tables.print_shortlist(OUT, made.document, made.run_id)


def vacancies_for(prison_number: PrisonNumber, top: Top = 20, as_json: Json = False) -> None:
    """Vacancies for a person, ranked, with reasons."""
    with open_service() as service:
        made = service.vacancies_for(scope(), prison_number, top=top)
    if as_json:
        sys.stdout.buffer.write(to_bytes(made.document))
    else:
        tables.print_vacancies_for(OUT, made.document, made.run_id)


def why(
    vacancy: VacancyName,
    prison_number: PrisonNumber,
    policy: Policy = DEFAULT_POLICY,
    as_json: Json = False,
) -> None:
    """Why a person stands where they stand for a vacancy, or does not stand at all."""
    with open_service() as service:
        document = service.why(scope(), vacancy, prison_number, policy=policy)
    if as_json:
        sys.stdout.buffer.write(to_bytes(document))
    else:
        tables.print_why(OUT, document)


def replay(run_id: Annotated[str, typer.Argument(help="Id of a stored run.")]) -> None:
    """Make a stored run again from its inputs, byte for byte, and print it."""
    try:
        wanted = UUID(run_id)
    except ValueError as error:
        raise NotFoundError(f"{run_id!r} is not a run id; a shortlist prints its own") from error
    with open_service() as service:
        sys.stdout.buffer.write(service.replay(scope(), wanted))
    ERR.print("the same bytes as were shown")


def _sector(code: str) -> str:
    if code.upper() not in ("", *Sector):
        raise ValidationError("sector", code, f"use one of: {', '.join(Sector)}")
    return code.upper()


def _prison(code: str | None) -> str | None:
    if code is not None and re.fullmatch("[A-Za-z]{3}", code.strip()) is None:
        raise ValidationError("prison", code, "write the three letters of a prison, like MDI")
    return code
