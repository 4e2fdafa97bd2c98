"""Employers and vacancies in PostgreSQL. Functions take the connection and never commit."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from employers.model import (
    ClosedReason,
    Closure,
    Employer,
    StoredEmployer,
    StoredVacancy,
    Vacancy,
    VacancyFilter,
    VacancyOrder,
)
from foundation.errors import NotFoundError
from foundation.places.postcodes import Precision
from foundation.record import Saved

EMPLOYER_FIELDS = ("name", "description", "sector", "status", "contact_name", "contact_email")


def upsert_vacancies(connection: Connection[Any], vacancies: Sequence[Vacancy]) -> Saved:
    """Insert or update by employer and reference; an unchanged row is left untouched.

    No key may occur twice in one call. Where employers' details differ within the call, the last
    given count; details left out keep their stored value.
    """
    employers = {
        vacancy.employer.key: vacancy.employer.model_dump(mode="json")
        | {"name_key": vacancy.employer.key}
        for vacancy in vacancies
    }
    given = Jsonb(list(employers.values()))
    connection.execute(_INSERT_EMPLOYERS, [given])
    connection.execute(_UPDATE_EMPLOYERS, [given])
    written = connection.execute(_UPSERT, {"rows": _rows(vacancies)}).fetchall()
    inserted = sum(new for (new,) in written)
    return Saved(inserted, len(written) - inserted, len(vacancies) - len(written))


def upsert_posting(
    connection: Connection[Any], employer_id: int, vacancy: Vacancy
) -> StoredVacancy:
    """Insert or update one vacancy, and leave its employer, who must be stored, as it is."""
    connection.execute(_UPSERT, {"rows": _rows([vacancy])})
    (stored,) = _select(
        connection,
        "WHERE employer_id = %(employer)s AND reference = %(reference)s",
        {"employer": employer_id, "reference": vacancy.reference},
    )
    return stored


def get_employer(connection: Connection[Any], employer: int | UUID) -> StoredEmployer:
    """The employer with this id or public id, or NotFoundError."""
    column = _BY_PUBLIC_ID if isinstance(employer, UUID) else _BY_ID
    with connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute((_SELECT_EMPLOYER + column).encode(), [employer]).fetchone()
    if row is None:
        raise NotFoundError(f"no employer {employer}")
    return StoredEmployer(row.pop("id"), row.pop("public_id"), Employer.model_validate(row))


def find_employer_by_name(connection: Connection[Any], name: str) -> StoredEmployer | None:
    """The employer of this name, whatever its case; None if there is none."""
    row = connection.execute(
        "SELECT id FROM employer WHERE name_key = %s", [name.strip().casefold()]
    ).fetchone()
    return None if row is None else get_employer(connection, int(row[0]))


def insert_employer(connection: Connection[Any], employer: Employer) -> int | None:
    """A new employer's id; None, and nothing stored, where there is one of that name.

    An industry or a standing that is not said is OTHER and SILVER, as in an import.
    """
    row = connection.execute(
        "INSERT INTO employer (name, name_key, description, sector, status, contact_name,"
        " contact_email) VALUES (%s, %s, %s, coalesce(%s, 'OTHER'), coalesce(%s, 'SILVER'), %s, %s)"
        " ON CONFLICT (name_key) DO NOTHING RETURNING id",
        [
            employer.name,
            employer.key,
            employer.description,
            employer.sector,
            employer.status,
            employer.contact_name,
            employer.contact_email,
        ],
    ).fetchone()
    return None if row is None else int(row[0])


def get_next_reference(connection: Connection[Any], employer_id: int, year: int) -> str:
    """A reference that the employer has not used, such as `V-2026-0042`.

    Nobody else can take it, or post for the employer, until this transaction ends.
    """
    connection.execute("SELECT FROM employer WHERE id = %s FOR UPDATE", [employer_id])
    row = connection.execute(
        "SELECT coalesce(max(split_part(reference, '-', 3)::integer), 0) + 1 FROM vacancy"
        " WHERE employer_id = %s AND reference ~ format('^V-%%s-[0-9]{4,6}$', %s::integer)",
        [employer_id, year],
    ).fetchone()
    return f"V-{year}-{row[0] if row else 1:04d}"


def lock_vacancy(connection: Connection[Any], vacancy_id: int) -> None:
    """Let nobody else change the vacancy until this transaction ends."""
    connection.execute("SELECT FROM vacancy WHERE id = %s FOR UPDATE", [vacancy_id])


def update_closed(
    connection: Connection[Any], vacancy_id: int, reason: ClosedReason, note: str | None
) -> bool:
    """Close a vacancy; False if it was closed by hand already."""
    closed = connection.execute(
        "UPDATE vacancy SET closed_at = now(), closed_reason = %s, closed_note = %s,"
        " closed_by = current_setting('newfutures.actor') WHERE id = %s AND closed_at IS NULL",
        [reason, note, vacancy_id],
    )
    return closed.rowcount == 1


def update_reopened(
    connection: Connection[Any], vacancy_id: int, closing_date: date | None
) -> None:
    """Open a vacancy again; a closing date replaces the one it had, or having none."""
    connection.execute(
        "UPDATE vacancy SET closed_at = NULL, closed_reason = NULL, closed_note = NULL,"
        " closed_by = NULL, rolling = rolling AND %(closing)s::date IS NULL,"
        " closing_date = coalesce(%(closing)s::date, closing_date) WHERE id = %(id)s",
        {"id": vacancy_id, "closing": closing_date},
    )


def get_vacancy(connection: Connection[Any], name: str) -> StoredVacancy:
    """The vacancy with this reference, `employer/reference`, or public id.

    Raises:
        NotFoundError: there is none, or several employers use that reference.
    """
    found = _find_by_name(connection, name.strip())
    if not found:
        raise NotFoundError(f"no vacancy called {name!r}; see `newfutures vacancies`")
    if len(found) > 1:
        choices = ", ".join(
            f"'{each.record.employer.name}/{each.record.reference}'" for each in found[:5]
        )
        raise NotFoundError(f"several vacancies are called {name!r}; say which: {choices}")
    return found[0]


def list_vacancies(connection: Connection[Any], ids: Sequence[int]) -> list[StoredVacancy]:
    """The vacancies with these ids, in ascending id order."""
    return _select(
        connection, "WHERE vacancy.id = ANY(%(ids)s) ORDER BY vacancy.id", {"ids": list(ids)}
    )


def list_vacancy_page(
    connection: Connection[Any],
    wanted: VacancyFilter,
    *,
    page: int,
    size: int,
    order: VacancyOrder = VacancyOrder.CLOSING,
) -> list[StoredVacancy]:
    """One page of matching vacancies, those closing soonest first; `page` counts from 1."""
    parameters = _filter_parameters(wanted) | {"size": size, "skip": (page - 1) * size}
    return _select(connection, _FILTER + _ORDERS[order] + _PAGE, parameters)


def count_vacancies(connection: Connection[Any], wanted: VacancyFilter | None = None) -> int:
    """How many vacancies match."""
    row = connection.execute(
        _COUNT + _FILTER, _filter_parameters(wanted or VacancyFilter())
    ).fetchone()
    return int(row[0]) if row else 0


def list_dirty_vacancies(
    connection: Connection[Any], recipe: str, *, after: int, limit: int
) -> list[StoredVacancy]:
    """Vacancies whose text differs from what was embedded, locked for this transaction."""
    return _select(connection, _DIRTY, {"recipe": recipe, "after": after, "limit": limit})


def count_dirty_vacancies(connection: Connection[Any], recipe: str) -> int:
    """How many vacancies `list_dirty_vacancies` could return."""
    row = connection.execute(
        "SELECT count(*) FROM vacancy LEFT JOIN vacancy_embedding AS embedded"
        " ON embedded.vacancy_id = vacancy.id"
        " WHERE embedded.profile_hash IS DISTINCT FROM vacancy.profile_hash"
        " OR embedded.recipe IS DISTINCT FROM %s",
        [recipe],
    ).fetchone()
    return int(row[0]) if row else 0


def update_positions(connection: Connection[Any]) -> int:
    """Find every postcode's position again, after places were loaded; returns rows changed."""
    return connection.execute(
        "UPDATE vacancy SET (latitude, longitude, place_precision) ="
        " (SELECT latitude, longitude, place_precision FROM locate(postcode))"
        " WHERE postcode IS NOT NULL"
    ).rowcount


def _find_by_name(connection: Connection[Any], name: str) -> list[StoredVacancy]:
    try:
        return _select(connection, "WHERE vacancy.public_id = %(id)s", {"id": UUID(name)})
    except ValueError:
        pass  # not a public id
    found = _select(
        connection, "WHERE reference = %(name)s ORDER BY vacancy.id LIMIT 6", {"name": name}
    )
    # Either part may hold a slash itself, so every way of splitting is tried.
    slashes = [position for position, letter in enumerate(name) if letter == "/"]
    if found or not slashes:
        return found
    parts = {
        "employers": [name[:slash].casefold() for slash in slashes],
        "references": [name[slash + 1 :] for slash in slashes],
    }
    return _select(connection, _BY_EMPLOYER_AND_REFERENCE, parts)


def _filter_parameters(wanted: VacancyFilter) -> dict[str, object]:
    escaped = wanted.words.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return {
        "words": f"%{escaped}%" if escaped else None,
        "sector": wanted.sector or None,
        "open_on": wanted.open_on,
        "closed_on": wanted.closed_on,
        "employer": wanted.employer_id,
    }


def _rows(vacancies: Sequence[Vacancy]) -> Jsonb:
    return Jsonb(
        [
            vacancy.model_dump(mode="json")
            | {
                "employer_key": vacancy.employer.key,
                "profile_hash": vacancy.embeddable().fingerprint(),
            }
            for vacancy in vacancies
        ]
    )


def _select(
    connection: Connection[Any], where: str, parameters: Mapping[str, object]
) -> list[StoredVacancy]:
    with connection.cursor(row_factory=dict_row, binary=True) as cursor:
        cursor.execute((_SELECT + where).encode(), parameters)
        return [_stored(row) for row in cursor]


def _stored(row: dict[str, Any]) -> StoredVacancy:
    identity = {name: row.pop(name) for name in ("id", "public_id", "profile_hash")}
    latitude, longitude, precision = (
        row.pop(name) for name in ("latitude", "longitude", "place_precision")
    )
    at, reason, note, by = (
        row.pop(name) for name in ("closed_at", "closed_reason", "closed_note", "closed_by")
    )
    row["employer"] = {name: row.pop(f"employer_{name}") for name in EMPLOYER_FIELDS}
    return StoredVacancy(
        **identity,
        record=Vacancy.model_validate(row),
        latitude=latitude,
        longitude=longitude,
        precision=None if precision is None else Precision(precision),
        closure=None if at is None else Closure(at, ClosedReason(reason), note, by),
    )


_SELECT = """
SELECT vacancy.id, vacancy.public_id, vacancy.profile_hash, latitude, longitude, place_precision,
    closed_at, closed_reason, closed_note, closed_by,
    employer.name AS employer_name, employer.description AS employer_description,
    employer.sector AS employer_sector, employer.status AS employer_status,
    employer.contact_name AS employer_contact_name,
    employer.contact_email AS employer_contact_email,
    reference, title, vacancy.sector, industry_sector, number_of_vacancies, source,
    secondary_source, postcode, national, base_location, salary_from, salary_to, salary_period,
    pays_minimum_wage, salary_extra, work_pattern, hours_per_week, contract_type,
    vacancy.description, essential_criteria, desirable_criteria, how_to_apply, offence_exclusions,
    offence_exclusions_details, rolling, closing_date, start_date, only_prison_leavers,
    documents_asked_for, documents_details, involves, shift_start, shift_end, required_certificates
FROM vacancy JOIN employer ON employer.id = vacancy.employer_id
"""

_BY_EMPLOYER_AND_REFERENCE = """
WHERE (employer.name_key, reference) IN (
    SELECT * FROM unnest(%(employers)s::text[], %(references)s::text[]))
ORDER BY vacancy.id LIMIT 6
"""

_COUNT = "SELECT count(*) FROM vacancy JOIN employer ON employer.id = vacancy.employer_id"

_FILTER = """
WHERE (%(sector)s::text IS NULL OR vacancy.sector = %(sector)s)
  AND (%(open_on)s::date IS NULL
       OR closed_at IS NULL AND (rolling OR closing_date >= %(open_on)s))
  AND (%(closed_on)s::date IS NULL OR closed_at IS NOT NULL OR closing_date < %(closed_on)s)
  AND (%(employer)s::bigint IS NULL OR employer_id = %(employer)s)
  AND (%(words)s::text IS NULL OR title ILIKE %(words)s OR employer.name ILIKE %(words)s
       OR reference ILIKE %(words)s)
"""

_ORDERS = {
    VacancyOrder.CLOSING: "ORDER BY closing_date NULLS LAST, vacancy.id",
    VacancyOrder.NEWEST: "ORDER BY created_at DESC, vacancy.id DESC",
    VacancyOrder.TITLE: "ORDER BY lower(title), vacancy.id",
}

_PAGE = " LIMIT %(size)s OFFSET %(skip)s"

_SELECT_EMPLOYER = """
SELECT id, public_id, name, description, sector, status, contact_name, contact_email FROM employer
"""

_BY_ID, _BY_PUBLIC_ID = "WHERE id = %s", "WHERE public_id = %s"

_DIRTY = """
LEFT JOIN vacancy_embedding AS embedded ON embedded.vacancy_id = vacancy.id
WHERE (embedded.profile_hash IS DISTINCT FROM vacancy.profile_hash
       OR embedded.recipe IS DISTINCT FROM %(recipe)s)
  AND vacancy.id > %(after)s
ORDER BY vacancy.id LIMIT %(limit)s
FOR UPDATE OF vacancy SKIP LOCKED
"""

_INSERT_EMPLOYERS = """
INSERT INTO employer (name, name_key, description, sector, status, contact_name, contact_email)
SELECT given.name, given.name_key, given.description, coalesce(given.sector, 'OTHER'),
    coalesce(given.status, 'SILVER'), given.contact_name, given.contact_email
FROM jsonb_populate_recordset(NULL::employer, %s) AS given
ORDER BY given.name_key
ON CONFLICT (name_key) DO NOTHING
"""

_UPDATE_EMPLOYERS = """
UPDATE employer SET
    description = coalesce(given.description, employer.description),
    sector = coalesce(given.sector, employer.sector),
    status = coalesce(given.status, employer.status),
    contact_name = coalesce(given.contact_name, employer.contact_name),
    contact_email = coalesce(given.contact_email, employer.contact_email)
FROM jsonb_populate_recordset(NULL::employer, %s) AS given
WHERE employer.name_key = given.name_key
"""

_UPSERT = """
INSERT INTO vacancy (
    employer_id, reference, title, sector, industry_sector, number_of_vacancies, source,
    secondary_source, postcode, national, base_location, salary_from, salary_to, salary_period,
    pays_minimum_wage, salary_extra, work_pattern, hours_per_week, contract_type, description,
    essential_criteria, desirable_criteria, how_to_apply, offence_exclusions,
    offence_exclusions_details, rolling, closing_date, start_date, only_prison_leavers,
    documents_asked_for, documents_details, involves, shift_start, shift_end,
    required_certificates, profile_hash, latitude, longitude, place_precision)
SELECT
    employer.id, given.reference, given.title, given.sector, given.industry_sector,
    given.number_of_vacancies, given.source, given.secondary_source, given.postcode,
    given.national, given.base_location, given.salary_from, given.salary_to, given.salary_period,
    given.pays_minimum_wage, given.salary_extra, given.work_pattern, given.hours_per_week,
    given.contract_type, given.description, given.essential_criteria, given.desirable_criteria,
    given.how_to_apply, given.offence_exclusions, given.offence_exclusions_details, given.rolling,
    given.closing_date, given.start_date, given.only_prison_leavers, given.documents_asked_for,
    given.documents_details, given.involves, given.shift_start, given.shift_end,
    given.required_certificates, given.profile_hash, located.latitude, located.longitude,
    located.place_precision
FROM jsonb_array_elements(%(rows)s) AS element
CROSS JOIN LATERAL jsonb_populate_record(NULL::vacancy, element) AS given
JOIN employer ON employer.name_key = element ->> 'employer_key'
LEFT JOIN LATERAL locate(given.postcode) AS located ON true
ORDER BY employer.id, given.reference
ON CONFLICT (employer_id, reference) DO UPDATE SET
    title = excluded.title,
    sector = excluded.sector,
    industry_sector = excluded.industry_sector,
    number_of_vacancies = excluded.number_of_vacancies,
    source = excluded.source,
    secondary_source = excluded.secondary_source,
    postcode = excluded.postcode,
    national = excluded.national,
    base_location = excluded.base_location,
    salary_from = excluded.salary_from,
    salary_to = excluded.salary_to,
    salary_period = excluded.salary_period,
    pays_minimum_wage = excluded.pays_minimum_wage,
    salary_extra = excluded.salary_extra,
    work_pattern = excluded.work_pattern,
    hours_per_week = excluded.hours_per_week,
    contract_type = excluded.contract_type,
    description = excluded.description,
    essential_criteria = excluded.essential_criteria,
    desirable_criteria = excluded.desirable_criteria,
    how_to_apply = excluded.how_to_apply,
    offence_exclusions = excluded.offence_exclusions,
    offence_exclusions_details = excluded.offence_exclusions_details,
    rolling = excluded.rolling,
    closing_date = excluded.closing_date,
    start_date = excluded.start_date,
    only_prison_leavers = excluded.only_prison_leavers,
    documents_asked_for = excluded.documents_asked_for,
    documents_details = excluded.documents_details,
    involves = excluded.involves,
    shift_start = excluded.shift_start,
    shift_end = excluded.shift_end,
    required_certificates = excluded.required_certificates,
    profile_hash = excluded.profile_hash,
    latitude = excluded.latitude,
    longitude = excluded.longitude,
    place_precision = excluded.place_precision
RETURNING xmax = 0 AS inserted
"""
