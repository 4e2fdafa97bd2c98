"""SQL of applications. Functions take the connection and never commit.

Rows are narrowed by the policies of migration 0012: staff see the applications of the people they
see, an employer's staff those put forward to their own vacancies.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.errors import ForeignKeyViolation, SerializationFailure, UniqueViolation
from psycopg.rows import dict_row, tuple_row
from pydantic import TypeAdapter

from casework.applications.changes import NewEvent
from casework.applications.model import (
    Agreement,
    Application,
    ApplicationEvent,
    ApplicationStatus,
    CandidateProgress,
    Interview,
    IntroducedCandidate,
    Introduction,
    Places,
    PutForwardDecision,
)
from foundation.errors import ConflictError, NotFoundError
from foundation.vocabulary import AgreementHow, ApplicationState, OutcomeAtPoint

STANDING: TypeAdapter[ApplicationStatus] = TypeAdapter(ApplicationStatus)
APPLICATION: TypeAdapter[Application] = TypeAdapter(Application)
EVENT: TypeAdapter[ApplicationEvent] = TypeAdapter(ApplicationEvent)
AGREEMENT: TypeAdapter[Agreement] = TypeAdapter(Agreement)
DECISION: TypeAdapter[PutForwardDecision] = TypeAdapter(PutForwardDecision)
INTERVIEW_FIELDS = ("on", "at", "place", "video_link", "contact")
INTRODUCTION_FIELDS = tuple(Introduction.__dataclass_fields__)


def insert_application(
    connection: Connection[Any], vacancy_id: int, candidate_id: int, opened_on: date
) -> ApplicationStatus:
    """Insert an application, which has no state until its first event.

    Raises:
        ConflictError: the person has a live application for this vacancy.
    """
    try:
        with connection.transaction():
            row = connection.execute(
                "INSERT INTO application (vacancy_id, candidate_id, opened_on)"
                " VALUES (%s, %s, %s) RETURNING public_id",
                [vacancy_id, candidate_id, opened_on],
            ).fetchone()
    except UniqueViolation as error:
        raise ConflictError(
            "this person already has an application for this vacancy that is under way; open that "
            "one, or withdraw it first"
        ) from error
    if row is None:
        raise NotFoundError("no such candidate or vacancy in your scope")
    return lock_application(connection, row[0])


def insert_origin(
    connection: Connection[Any], application_id: int, run_id: UUID | None, rank: int | None
) -> None:
    """Store which ranking somebody was picked from, and at which place.

    Raises:
        NotFoundError: there is no such ranking.
    """
    try:
        with connection.transaction():
            connection.execute(
                "INSERT INTO application_origin (application_id, run_id, rank) VALUES (%s, %s, %s)",
                [application_id, run_id, rank],
            )
    except ForeignKeyViolation as error:
        raise NotFoundError(f"no ranking {run_id} is kept") from error


def get_standing(connection: Connection[Any], public_id: UUID) -> ApplicationStatus:
    """Return where an application stands, or raise NotFoundError."""
    return _standing(connection, _STANDING, public_id)


def lock_application(connection: Connection[Any], public_id: UUID) -> ApplicationStatus:
    """Return an application locked until the transaction ends, or raise NotFoundError."""
    return _standing(connection, f"{_STANDING} FOR UPDATE", public_id)


def _standing(connection: Connection[Any], statement: str, public_id: UUID) -> ApplicationStatus:
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(statement.encode(), [public_id])
        row = cursor.fetchone()
    if row is None:
        raise NotFoundError("no such application in your scope")
    return STANDING.validate_python(row)


def insert_event(connection: Connection[Any], application_id: int, event: NewEvent) -> None:
    """Insert an event; a trigger updates the application's state.

    Raises:
        ConflictError: the person has another live application for the vacancy, so that this one
            cannot be opened again; or someone else corrected the same event.
    """
    values = {name: getattr(event, name) for name in NewEvent.__dataclass_fields__}
    try:
        with connection.transaction():
            connection.execute(_INSERT_EVENT, values | {"application": application_id})
    except UniqueViolation as error:
        if error.diag.constraint_name == "application_live":
            raise ConflictError(
                "the person has begun another application for this vacancy since; withdraw that "
                "one before this is put right"
            ) from error
        raise ConflictError(_SOMEBODY_ELSE) from error
    except SerializationFailure as error:
        raise ConflictError(_SOMEBODY_ELSE) from error


def insert_agreement(
    connection: Connection[Any], application_id: int, how: AgreementHow, agreed_on: date
) -> None:
    """Insert an agreement; raise ConflictError if one stands."""
    try:
        with connection.transaction():
            connection.execute(
                "INSERT INTO application_agreement (application_id, how, agreed_on)"
                " VALUES (%s, %s, %s)",
                [application_id, how, agreed_on],
            )
    except UniqueViolation as error:
        raise ConflictError("an agreement is recorded already, and it stands") from error


def update_agreement_withdrawn(
    connection: Connection[Any], application_id: int, withdrawn_on: date
) -> None:
    """Store that the standing agreement was withdrawn, or raise NotFoundError."""
    changed = connection.execute(
        "UPDATE application_agreement SET withdrawn_on = %s, withdrawn_at = now(),"
        " withdrawn_by = current_setting('newfutures.actor')"
        " WHERE application_id = %s AND withdrawn_on IS NULL",
        [withdrawn_on, application_id],
    ).rowcount
    if not changed:
        raise NotFoundError("no agreement to be put forward stands for this application")


def insert_decision(
    connection: Connection[Any], application_id: int, decision: PutForwardDecision
) -> None:
    """Store what was decided about a problem when somebody was put forward."""
    connection.execute(
        "INSERT INTO put_forward_decision"
        " (application_id, number, problems, decision, documents_reason)"
        " VALUES (%s, %s, %s, %s, %s)",
        [
            application_id,
            decision.number,
            list(decision.problems),
            decision.decision,
            decision.documents_reason,
        ],
    )


def insert_introduction(
    connection: Connection[Any],
    application: ApplicationStatus,
    number: int,
    introduction: Introduction,
    introduced_on: date,
) -> None:
    """Store what the employer is told, with the event that put the person forward."""
    values = {name: getattr(introduction, name) for name in INTRODUCTION_FIELDS}
    connection.execute(
        _INSERT_INTRODUCTION,
        {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
        | {
            "application": application.id,
            "number": number,
            "employer": application.employer_id,
            "introduced_on": introduced_on,
        },
    )


def insert_interview(
    connection: Connection[Any], application_id: int, number: int, interview: Interview
) -> None:
    """Store when and where an interview is, with the event that booked it."""
    connection.execute(
        "INSERT INTO interview"
        " (application_id, number, on_date, at_time, place, video_link, contact)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        [application_id, number, *(getattr(interview, name) for name in INTERVIEW_FIELDS)],
    )


def get_application(connection: Connection[Any], public_id: UUID) -> Application:
    """Return an application as staff see it, or raise NotFoundError."""
    found = _applications(connection, "WHERE a.public_id = %(id)s", {"id": public_id})
    if not found:
        raise NotFoundError("no such application in your scope")
    return found[0]


def list_applications(
    connection: Connection[Any], narrowing: Mapping[str, object], *, page: int, size: int
) -> list[Application]:
    """Return one page of applications, the newest first; `page` counts from 1.

    Args:
        connection: whose scope narrows them.
        narrowing: `state`, `vacancy_id`, `candidate_id`, `employer_key` and `live`; None narrows
            nothing.
        page: which page.
        size: how many to a page.
    """
    where = _WANTED + " ORDER BY a.id DESC LIMIT %(size)s OFFSET %(skip)s"
    return _applications(connection, where, {**narrowing, "size": size, "skip": (page - 1) * size})


def count_applications(connection: Connection[Any], narrowing: Mapping[str, object]) -> int:
    """Return how many applications `list_applications` could return."""
    row = connection.execute(
        f"SELECT count(*) {_FROM} {_WANTED}".encode(), dict(narrowing)
    ).fetchone()
    return int(row[0]) if row else 0


def count_by_state(
    connection: Connection[Any], vacancy_id: int | None = None
) -> dict[ApplicationState, int]:
    """Return how many applications in scope have each state, zeros included."""
    rows = connection.execute(
        "SELECT state, count(*) FROM application"
        " WHERE %(vacancy)s::bigint IS NULL OR vacancy_id = %(vacancy)s GROUP BY state",
        {"vacancy": vacancy_id},
    ).fetchall()
    counted = {ApplicationState(state): count for state, count in rows}
    return {state: counted.get(state, 0) for state in ApplicationState}


def list_events(connection: Connection[Any], application_id: int) -> tuple[ApplicationEvent, ...]:
    """Return every event that the scope shows, in the order of recording."""
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(_EVENTS, [application_id])
        return tuple(EVENT.validate_python(row) for row in cursor)


def list_agreements(connection: Connection[Any], application_id: int) -> tuple[Agreement, ...]:
    """Return every agreement, the newest last."""
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(
            "SELECT how, agreed_on, recorded_by, nullif(recorded_role, '') AS recorded_role,"
            " recorded_at, withdrawn_on, withdrawn_by, withdrawn_at FROM application_agreement"
            " WHERE application_id = %s ORDER BY id",
            [application_id],
        )
        return tuple(AGREEMENT.validate_python(row) for row in cursor)


def list_decisions(
    connection: Connection[Any], application_id: int
) -> tuple[PutForwardDecision, ...]:
    """Return every decision to put the person forward in spite of a problem, newest last."""
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(
            "SELECT number, problems, decision, documents_reason FROM put_forward_decision"
            " WHERE application_id = %s ORDER BY number",
            [application_id],
        )
        return tuple(DECISION.validate_python(row) for row in cursor)


def find_interview(connection: Connection[Any], application_id: int) -> Interview | None:
    """Return the interview as last booked if that booking stands, or None."""
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(_INTERVIEW, [application_id])
        row = cursor.fetchone()
    return Interview.model_validate(row) if row else None


def get_introduced(connection: Connection[Any], public_id: UUID) -> tuple[int, IntroducedCandidate]:
    """Return the candidate's id, for the audit trail, and what the employer can see of them.

    Raises:
        NotFoundError: there is none in scope, or the person was not put forward.
    """
    found = _introduced(connection, "WHERE a.public_id = %(id)s", {"id": public_id})
    if not found:
        raise NotFoundError("no such application in your scope")
    return found[0]


def list_introduced(
    connection: Connection[Any],
    *,
    vacancy_id: int | None,
    state: ApplicationState | None,
    page: int,
    size: int,
) -> list[tuple[int, IntroducedCandidate]]:
    """Return one page of people put forward, the latest first, each with their id."""
    where = _WANTED_INTRODUCED + " ORDER BY a.id DESC LIMIT %(size)s OFFSET %(skip)s"
    narrowed = {"vacancy": vacancy_id, "state": state, "size": size, "skip": (page - 1) * size}
    return _introduced(connection, where, narrowed)


def count_introduced(
    connection: Connection[Any], *, vacancy_id: int | None, state: ApplicationState | None
) -> int:
    """Return how many people `list_introduced` could return."""
    row = connection.execute(
        f"SELECT count(*) {_FROM_INTRODUCED} {_WANTED_INTRODUCED}".encode(),
        {"vacancy": vacancy_id, "state": state},
    ).fetchone()
    return int(row[0]) if row else 0


def get_places(connection: Connection[Any], vacancy_id: int) -> Places:
    """Return a vacancy's places and how many are taken in all, or raise NotFoundError."""
    row = connection.execute(
        "SELECT number_of_vacancies, coalesce(taken, 0) FROM vacancy"
        " LEFT JOIN application_places ON vacancy_id = vacancy.id WHERE vacancy.id = %s",
        [vacancy_id],
    ).fetchone()
    if row is None:
        raise NotFoundError("no such vacancy in your scope")
    return Places(*row)


def list_reached(connection: Connection[Any]) -> list[CandidateProgress]:
    """Return how far each person in scope came with any application, by candidate id.

    For a monitoring transaction as for an ordinary one. A person without an application is not in
    it. Where several applications have an outcome at a point, the one recorded last counts.
    """
    with connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute(_REACHED)
        return [
            CandidateProgress(candidate, stage, first, _outcome(weeks), _outcome(months))
            for candidate, stage, first, weeks, months in cursor
        ]


def _outcome(code: str | None) -> OutcomeAtPoint | None:
    return OutcomeAtPoint(code) if code else None


def _applications(
    connection: Connection[Any], where: str, parameters: Mapping[str, object]
) -> list[Application]:
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(f"{_SELECT} {_FROM} {where}".encode(), parameters)
        return [APPLICATION.validate_python(row) for row in cursor]


def _introduced(
    connection: Connection[Any], where: str, parameters: Mapping[str, object]
) -> list[tuple[int, IntroducedCandidate]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(f"{_SELECT_INTRODUCED} {_FROM_INTRODUCED} {where}".encode(), parameters)
        rows = cursor.fetchall()
    return [
        (row["candidate_id"], _one_introduced(row, find_interview(connection, row["id"])))
        for row in rows
    ]


def _one_introduced(row: dict[str, Any], interview: Interview | None) -> IntroducedCandidate:
    told: dict[str, Any] = {
        name: tuple(row[name]) if isinstance(row[name], list) else row[name]
        for name in INTRODUCTION_FIELDS
    }
    return IntroducedCandidate(
        public_id=row["public_id"],
        state=ApplicationState(row["state"]),
        version=row["version"],
        vacancy_public_id=row["vacancy_public_id"],
        reference=row["reference"],
        title=row["title"],
        introduced_on=row["introduced_on"],
        updated_at=row["updated_at"],
        introduction=Introduction(**told),
        interview=interview,
    )


def list_standing(
    connection: Connection[Any],
    application_ids: Sequence[UUID],
    people: Sequence[tuple[str, str]],
) -> list[tuple[ApplicationStatus, str, str]]:
    """Return applications by public id, or by prison number and vacancy reference.

    Returns: each with the person's prison number and the vacancy's reference; ascending ids.
    """
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(
            _STANDING_OF,
            {
                "ids": list(application_ids),
                "numbers": [number for number, _ in people],
                "references": [reference for _, reference in people],
            },
        )
        rows = cursor.fetchall()
    found = []
    for row in rows:
        number, reference = row.pop("prison_number"), row.pop("reference")
        found.append((STANDING.validate_python(row), number, reference))
    return found


_STANDING = """
SELECT id, public_id, vacancy_id, employer_id, candidate_id, state, version, last_step, agreed,
    put_forward, opened_on, updated_at
FROM application WHERE public_id = %s
"""

_SOMEBODY_ELSE = "somebody else has recorded something of this application; look at it again"

_INSERT_EVENT = """
INSERT INTO application_event (application_id, number, corrects, undone, to_state, point, outcome,
    happened_on, reason, note, correction_reason)
VALUES (%(application)s, %(number)s, %(corrects)s, %(undone)s, %(to_state)s, %(point)s,
    %(outcome)s, %(happened_on)s, %(reason)s, %(note)s, %(correction_reason)s)
"""

_INSERT_INTRODUCTION = """
INSERT INTO introduction (application_id, number, employer_id, first_name, summary, skills,
    evidence, certificates, available_from, hours_wanted, travel, area, introduced_on)
VALUES (%(application)s, %(number)s, %(employer)s, %(first_name)s, %(summary)s, %(skills)s,
    %(evidence)s, %(certificates)s, %(available_from)s, %(hours_wanted)s, %(travel)s, %(area)s,
    %(introduced_on)s)
"""

_SELECT = """
SELECT a.id, a.public_id, a.state, a.version, a.agreed, a.put_forward, a.opened_on, a.updated_at,
    vacancy.public_id AS vacancy_public_id, vacancy.reference, vacancy.title,
    employer.name AS employer_name, a.candidate_id, candidate.public_id AS candidate_public_id,
    candidate.prison_number, candidate.first_name, candidate.last_name, candidate.prison_id,
    origin.run_id, origin.rank
"""

_FROM = """
FROM application AS a
JOIN candidate ON candidate.id = a.candidate_id
JOIN vacancy ON vacancy.id = a.vacancy_id
JOIN employer ON employer.id = a.employer_id
LEFT JOIN application_origin AS origin ON origin.application_id = a.id
"""

_WANTED = """
WHERE (%(state)s::text IS NULL OR a.state = %(state)s)
  AND (%(vacancy_id)s::bigint IS NULL OR a.vacancy_id = %(vacancy_id)s)
  AND (%(candidate_id)s::bigint IS NULL OR a.candidate_id = %(candidate_id)s)
  AND (%(employer_key)s::text IS NULL OR employer.name_key = %(employer_key)s)
  AND (%(live)s::boolean IS NULL OR %(live)s <> (
      SELECT closed FROM application_state WHERE application_state.state = a.state))
"""

_EVENTS = """
SELECT number, step, previous_step, corrects, undone, from_state, to_state, state_after, point,
    outcome, happened_on, reason, note, correction_reason, actor, nullif(role, '') AS role,
    recorded_at,
    NOT undone AND NOT EXISTS (
        SELECT FROM application_event AS later
        WHERE later.application_id = event.application_id AND later.corrects = event.number
    ) AS stands
FROM application_event AS event
WHERE application_id = %s ORDER BY number
"""

_INTERVIEW = """
SELECT on_date AS on, at_time AS at, place, video_link, contact
FROM interview
WHERE application_id = %s AND NOT EXISTS (
    SELECT FROM application_event AS event
    WHERE event.application_id = interview.application_id AND event.corrects = interview.number
        AND event.undone)
ORDER BY number DESC LIMIT 1
"""

_SELECT_INTRODUCED = """
SELECT a.id, a.public_id, a.candidate_id, a.state, a.version, a.updated_at,
    vacancy.public_id AS vacancy_public_id, vacancy.reference, vacancy.title, told.introduced_on,
    told.first_name, told.summary, told.skills, told.evidence, told.certificates,
    told.available_from, told.hours_wanted, told.travel, told.area
"""

_FROM_INTRODUCED = """
FROM application AS a
JOIN vacancy ON vacancy.id = a.vacancy_id
JOIN LATERAL (
    SELECT * FROM introduction WHERE introduction.application_id = a.id
    ORDER BY number DESC LIMIT 1
) AS told ON true
"""

_WANTED_INTRODUCED = """
WHERE a.put_forward AND a.agreed
  AND (%(vacancy)s::bigint IS NULL OR a.vacancy_id = %(vacancy)s)
  AND (%(state)s::text IS NULL OR a.state = %(state)s)
"""

_STANDING_OF = """
SELECT a.id, a.public_id, a.vacancy_id, a.employer_id, a.candidate_id, a.state, a.version,
    a.last_step, a.agreed, a.put_forward, a.opened_on, a.updated_at, candidate.prison_number,
    vacancy.reference
FROM application AS a
JOIN candidate ON candidate.id = a.candidate_id
JOIN vacancy ON vacancy.id = a.vacancy_id
WHERE a.public_id = ANY(%(ids)s::uuid[])
   OR (candidate.prison_number, vacancy.reference) IN (
       SELECT * FROM unnest(%(numbers)s::text[], %(references)s::text[]))
ORDER BY a.id
"""

_REACHED = """
WITH standing AS (
    SELECT application.candidate_id, application.id AS application_id, event.number,
        event.to_state, event.point, event.outcome, event.happened_on
    FROM application_event AS event
    JOIN application ON application.id = event.application_id
    WHERE NOT event.undone AND NOT EXISTS (
        SELECT FROM application_event AS later
        WHERE later.application_id = event.application_id AND later.corrects = event.number)
)
SELECT candidate_id, max(application_state.stage),
    min(happened_on) FILTER (WHERE to_state = 'PUT_FORWARD'),
    (array_agg(outcome ORDER BY application_id DESC, number DESC)
        FILTER (WHERE point = 'SIX_WEEKS'))[1],
    (array_agg(outcome ORDER BY application_id DESC, number DESC)
        FILTER (WHERE point = 'SIX_MONTHS'))[1]
FROM standing JOIN application_state ON application_state.state = standing.to_state
GROUP BY candidate_id ORDER BY candidate_id
"""
