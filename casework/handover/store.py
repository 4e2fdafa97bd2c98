"""SQL of handovers, caseloads and reviews. Functions take the connection and never commit.

Every list names the scope besides being narrowed by the policies of the rows.
"""

from datetime import date
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row, dict_row
from pydantic import TypeAdapter

from casework.handover.model import (
    CandidateMatch,
    CaseloadFilter,
    CaseloadSort,
    CasePerson,
    DueHandoverTask,
    Handover,
    HandoverTask,
    NewTask,
    Support,
    SupportKind,
    Verdict,
)
from foundation.database import Scope
from foundation.errors import NotFoundError

PERSON: TypeAdapter[CasePerson] = TypeAdapter(CasePerson)
MATCH: TypeAdapter[CandidateMatch] = TypeAdapter(CandidateMatch)
DUE: TypeAdapter[DueHandoverTask] = TypeAdapter(DueHandoverTask)
TASK: TypeAdapter[HandoverTask] = TypeAdapter(HandoverTask)
SUPPORT: TypeAdapter[Support] = TypeAdapter(Support)


def find_handover(connection: Connection[Any], candidate_id: int) -> Handover | None:
    """Return a person's handover, or None."""
    with connection.cursor(row_factory=class_row(Handover)) as cursor:
        return cursor.execute(_HANDOVER, [candidate_id]).fetchone()


def insert_handover(
    connection: Connection[Any], candidate_id: int, area: str, note: str
) -> int | None:
    """Insert a handover; return its id, or None if somebody has just started one."""
    row = connection.execute(
        "INSERT INTO handover (candidate_id, area, note) VALUES (%s, %s, %s)"
        " ON CONFLICT (candidate_id) DO NOTHING RETURNING id",
        [candidate_id, area, note],
    ).fetchone()
    return int(row[0]) if row else None


def update_area(connection: Connection[Any], handover_id: int, area: str, note: str) -> bool:
    """Send a handover to another area; return False if somebody has accepted it."""
    changed = connection.execute(
        "UPDATE handover SET area = %s, note = %s WHERE id = %s AND accepted_at IS NULL",
        [area, note, handover_id],
    )
    return changed.rowcount == 1


def update_accepted(connection: Connection[Any], handover_id: int) -> bool:
    """Accept a handover; return False if somebody has already."""
    changed = connection.execute(
        "UPDATE handover SET accepted_at = now(),"
        " accepted_by = current_setting('newfutures.actor')"
        " WHERE id = %s AND accepted_at IS NULL",
        [handover_id],
    )
    return changed.rowcount == 1


def update_community_area(connection: Connection[Any], candidate_id: int, area: str) -> None:
    """Store which area's work coaches have the case."""
    connection.execute(
        "UPDATE candidate SET community_area = %s WHERE id = %s", [area, candidate_id]
    )


def update_prison_sees_until(
    connection: Connection[Any], candidate_id: int, until: date | None
) -> None:
    """Store how long the prison that they left still sees them."""
    connection.execute(
        "UPDATE candidate SET prison_sees_until = %s WHERE id = %s", [until, candidate_id]
    )


def insert_task(connection: Connection[Any], handover_id: int, task: NewTask) -> None:
    """Keep something for the coach to do."""
    connection.execute(
        "INSERT INTO handover_task (handover_id, kind, due, note) VALUES (%s, %s, %s, %s)",
        [handover_id, task.kind, task.due, task.note],
    )


def update_task_done(connection: Connection[Any], task: UUID, *, done: bool) -> bool:
    """Say that a task is done, or not after all; False if it stands so, or is not in scope."""
    changed = connection.execute(
        "UPDATE handover_task SET done_at = now(),"
        " done_by = current_setting('newfutures.actor')"
        " WHERE public_id = %s AND done_at IS NULL"
        if done
        else "UPDATE handover_task SET done_at = NULL, done_by = NULL"
        " WHERE public_id = %s AND done_at IS NOT NULL",
        [task],
    )
    return changed.rowcount == 1


def list_tasks(connection: Connection[Any], candidate_id: int) -> list[HandoverTask]:
    """A person's tasks: open ones by day, then those that are done."""
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(
            "SELECT task.public_id, kind, due, task.note, task.made_by, done_by, done_at"
            " FROM handover_task AS task JOIN handover ON handover.id = handover_id"
            " WHERE candidate_id = %s ORDER BY done_at IS NOT NULL, due, task.id",
            [candidate_id],
        )
        return [TASK.validate_python(row) for row in cursor]


def insert_support(
    connection: Connection[Any], candidate_id: int, kind: SupportKind, on: date, note: str
) -> None:
    """Insert support that was given."""
    connection.execute(
        "INSERT INTO support_given (candidate_id, kind, given_on, note) VALUES (%s, %s, %s, %s)",
        [candidate_id, kind, on, note],
    )


def list_support(connection: Connection[Any], candidate_id: int) -> list[Support]:
    """Return support that a person was given, the latest first."""
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(
            "SELECT kind, given_on, note, recorded_by FROM support_given"
            " WHERE candidate_id = %s ORDER BY given_on DESC, id DESC",
            [candidate_id],
        )
        return [SUPPORT.validate_python(row) for row in cursor]


def list_caseload(
    connection: Connection[Any],
    scope: Scope,
    caseload_filter: CaseloadFilter,
    sort: CaseloadSort,
    today: date,
    *,
    page: int = 1,
    size: int | None = None,
) -> list[CasePerson]:
    """Return a page of the caseload in its order; without a size, all of it."""
    parameters = _case_parameters(scope, caseload_filter, today) | {
        "size": size,
        "skip": 0 if size is None else (page - 1) * size,
    }
    statement = f"{_PEOPLE} {_FROM_PEOPLE} {_ORDERS[sort]} LIMIT %(size)s OFFSET %(skip)s"
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(statement.encode(), parameters)
        return [PERSON.validate_python(row) for row in cursor]


def count_caseload(
    connection: Connection[Any], scope: Scope, caseload_filter: CaseloadFilter, today: date
) -> int:
    """Return how many people the caseload has, over all pages."""
    row = connection.execute(
        f"SELECT count(*) {_FROM_PEOPLE}".encode(), _case_parameters(scope, caseload_filter, today)
    ).fetchone()
    return int(row[0]) if row else 0


def list_places(connection: Connection[Any], scope: Scope) -> tuple[list[str], list[str]]:
    """Return the postcode areas and prisons of people in scope, for a choice of place."""
    areas = connection.execute(_AREAS.encode(), _scope_parameters(scope)).fetchall()
    prisons = connection.execute(_PRISONS.encode(), _scope_parameters(scope)).fetchall()
    return [row[0] for row in areas], [row[0] for row in prisons]


def list_matches(
    connection: Connection[Any], scope: Scope, *, reviewed: bool | None, area: str | None
) -> list[CandidateMatch]:
    """Return people in scope who are shortlisted or put forward, next released first."""
    parameters = _scope_parameters(scope) | {"reviewed": reviewed, "area": area, "id": None}
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(_MATCHES.encode(), parameters)
        return [MATCH.validate_python(row) for row in cursor]


def get_match(connection: Connection[Any], scope: Scope, application: UUID) -> CandidateMatch:
    """Return one match, or raise NotFoundError if none is in scope or it has gone further."""
    parameters = _scope_parameters(scope) | {"reviewed": None, "area": None, "id": application}
    with connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(_MATCHES.encode(), parameters).fetchone()
    if row is None:
        raise NotFoundError("no such match in your scope")
    return MATCH.validate_python(row)


def insert_review(
    connection: Connection[Any], application: UUID, verdict: Verdict, note: str
) -> None:
    """Insert a coach's review of a match."""
    connection.execute(
        "INSERT INTO match_review (application_id, verdict, note)"
        " SELECT id, %s, %s FROM application WHERE public_id = %s",
        [verdict, note, application],
    )


def list_due(connection: Connection[Any], scope: Scope, by: date) -> list[DueHandoverTask]:
    """Return open tasks of people in scope that are due by a day, the earliest first."""
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(_DUE.encode(), _scope_parameters(scope) | {"by": by})
        return [DUE.validate_python(row) for row in cursor]


def _scope_parameters(scope: Scope) -> dict[str, object]:
    return {
        "prisons": None if scope.prisons is None else list(scope.prisons),
        "areas": list(scope.areas),
    }


def _case_parameters(
    scope: Scope, caseload_filter: CaseloadFilter, today: date
) -> dict[str, object]:
    first, last = caseload_filter.days(today)
    return _scope_parameters(scope) | {
        "first": first,
        "last": last,
        "area": caseload_filter.area,
        "prison": caseload_filter.prison,
        "readiness": caseload_filter.readiness,
        "stage": caseload_filter.stage,
        "today": today,
    }


_HANDOVER = (
    "SELECT id, candidate_id, area, note, made_by, made_at, accepted_by, accepted_at"
    " FROM handover WHERE candidate_id = %s"
)

_AREA = "coalesce(community_area, substring(release_area FROM '^[A-Z]{1,2}'))"

_IN_SCOPE = (
    f"(%(prisons)s::text[] IS NULL OR prison_id = ANY(%(prisons)s) OR {_AREA} = ANY(%(areas)s))"
)

_STAGE = """CASE WHEN handover.id IS NULL THEN 'NOT_STARTED'
    WHEN accepted_at IS NULL THEN 'WAITING' ELSE 'ACCEPTED' END"""

_PEOPLE = f"""
SELECT candidate.id, candidate.public_id, first_name, left(last_name, 1) AS last_initial, prison_id,
    release_date, {_AREA} AS area, readiness_status, {_STAGE} AS stage,
    coalesce(tasks.open, 0) AS open_tasks, tasks.next_due
"""

_FROM_PEOPLE = f"""
FROM candidate LEFT JOIN handover ON handover.candidate_id = candidate.id
LEFT JOIN LATERAL (
    SELECT count(*) AS open, min(due) AS next_due FROM handover_task
    WHERE handover_id = handover.id AND done_at IS NULL
) AS tasks ON true
WHERE {_IN_SCOPE}
    AND (%(first)s::date IS NULL OR release_date >= %(first)s)
    AND (%(last)s::date IS NULL OR release_date <= %(last)s)
    AND (%(area)s::text IS NULL OR {_AREA} = %(area)s)
    AND (%(prison)s::text IS NULL OR prison_id = %(prison)s)
    AND (%(readiness)s::text IS NULL OR readiness_status = %(readiness)s)
    AND (%(stage)s::text IS NULL OR {_STAGE} = %(stage)s)
"""  # noqa: S608

_ORDERS = {
    # Who is released next comes first; who was released, then who has no date, come last.
    CaseloadSort.RELEASE: "ORDER BY release_date < %(today)s, release_date, candidate.id",
    CaseloadSort.AREA: f"ORDER BY {_AREA} NULLS LAST, release_date, candidate.id",
    CaseloadSort.NAME: "ORDER BY fold_name(first_name), candidate.id",
}

_AREAS = f"""
SELECT DISTINCT {_AREA} AS area FROM candidate
WHERE {_IN_SCOPE} AND {_AREA} IS NOT NULL ORDER BY area
"""  # noqa: S608
_PRISONS = f"SELECT DISTINCT prison_id FROM candidate WHERE {_IN_SCOPE} ORDER BY prison_id"  # noqa: S608

_MATCHES = f"""
SELECT application.public_id AS application, candidate.id AS candidate_id,
    candidate.public_id AS candidate, first_name, left(last_name, 1) AS last_initial,
    {_AREA} AS area, release_date, vacancy.public_id AS vacancy, title,
    employer.name AS employer_name, vacancy.postcode, application.state, opened_on,
    review.verdict, review.note, review.made_by AS reviewed_by
FROM application
JOIN candidate ON candidate.id = application.candidate_id
JOIN vacancy ON vacancy.id = application.vacancy_id
JOIN employer ON employer.id = vacancy.employer_id
LEFT JOIN LATERAL (
    SELECT verdict, note, made_by FROM match_review WHERE application_id = application.id
    ORDER BY id DESC LIMIT 1
) AS review ON true
WHERE {_IN_SCOPE}
    AND application.state IN ('SHORTLISTED', 'PUT_FORWARD')
    AND (%(id)s::uuid IS NULL OR application.public_id = %(id)s)
    AND (%(area)s::text IS NULL OR {_AREA} = %(area)s)
    AND (%(reviewed)s::boolean IS NULL OR (review.verdict IS NOT NULL) = %(reviewed)s)
ORDER BY release_date NULLS LAST, application.id
"""  # noqa: S608

_DUE = f"""
SELECT task.public_id, candidate.id AS candidate_id, candidate.public_id AS candidate, first_name,
    left(last_name, 1) AS last_initial, task.kind, task.due, task.note
FROM handover_task AS task JOIN handover ON handover.id = task.handover_id
JOIN candidate ON candidate.id = handover.candidate_id
WHERE {_IN_SCOPE} AND task.done_at IS NULL AND handover.accepted_at IS NOT NULL
    AND task.due <= %(by)s
ORDER BY task.due, task.id
"""  # noqa: S608
