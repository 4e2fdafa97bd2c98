"""SQL of people's cases: lists, notes, tasks, views. Functions never commit."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from candidates.model import Candidate
from candidates.store import list_candidates
from casework.people.case import (
    Access,
    Case,
    NewNote,
    NewTask,
    Note,
    NoteAbout,
    NoteFilter,
    Task,
    TaskFilter,
)
from casework.people.model import MatchingStatus, PeopleFilter, PeopleSort
from foundation.database import Scope
from foundation.errors import NotFoundError
from foundation.vocabulary import AgreementHow, ReadinessAction
from matching.groups.waiting import FIRST_PLACES


def list_people_ids(
    connection: Connection[Any],
    scope: Scope,
    people_filter: PeopleFilter,
    sort: PeopleSort,
    today: date,
    *,
    page: int = 1,
    size: int | None = None,
) -> list[int]:
    """Return ids of a page of the list in its order; without a size, of all of it."""
    parameters = _people_parameters(scope, people_filter, today)
    skip = 0 if size is None else (page - 1) * size
    rows = connection.execute(
        (f"SELECT candidate.id {_PEOPLE} {_ORDERS[sort]} LIMIT %(size)s OFFSET %(skip)s").encode(),
        parameters | {"size": size, "skip": skip},
    )
    return [row[0] for row in rows]


def count_people(
    connection: Connection[Any], scope: Scope, people_filter: PeopleFilter, today: date
) -> int:
    """Return how many people the list has, over all pages."""
    row = connection.execute(
        f"SELECT count(*) {_PEOPLE}".encode(), _people_parameters(scope, people_filter, today)
    ).fetchone()
    return int(row[0]) if row else 0


def count_people_by_week(
    connection: Connection[Any], scope: Scope, people_filter: PeopleFilter, today: date
) -> dict[tuple[int, str], int]:
    """Count people by whole weeks to release and readiness status.

    The same as counting the list for each; in one pass.
    """
    rows = connection.execute(
        f"SELECT (release_date - %(today)s::date) / 7, readiness_status, count(*) {_PEOPLE}"
        " AND release_date >= %(today)s GROUP BY 1, 2".encode(),
        _people_parameters(scope, people_filter, today),
    )
    return {(week, status): count for week, status, count in rows}


def list_standings(
    connection: Connection[Any], ids: Sequence[int], today: date
) -> dict[int, MatchingStatus]:
    """Return what matching knows of each; people in no list or application are left out."""
    rows = connection.execute(
        _STANDINGS, {"ids": list(ids), "today": today, "first": FIRST_PLACES}
    ).fetchall()
    return {
        key: MatchingStatus(shown, held, applications) for key, shown, held, applications in rows
    }


def get_case(connection: Connection[Any], public_id: UUID, *, lock: bool = False) -> Case:
    """Return a person's case, locked if `lock`, or raise NotFoundError."""
    row = connection.execute(_LOCKED_CASE if lock else _CASE, [public_id]).fetchone()
    if row is None:
        raise NotFoundError("no such candidate in your scope")
    (person,) = list_candidates(connection, [row[0]])
    how = None if row[2] is None else AgreementHow(row[2])
    return Case(person, row[1], how, row[3])


def update_case(
    connection: Connection[Any],
    candidate_id: int,
    record: Candidate,
    how: AgreementHow | None,
    by_hand: dict[str, dict[str, Any]],
) -> None:
    """Store the fields of a case that staff can write."""
    plain = record.model_dump(mode="json")
    connection.execute(
        "UPDATE candidate SET consent = %s, consent_date = %s, consent_how = %s,"
        " right_to_work = %s, readiness_status = %s, ready_since = %s, readiness_actions = %s,"
        " id_documents = %s, certificates_hinted = %s, by_hand = %s WHERE id = %s",
        [
            record.consent,
            record.consent_date,
            how,
            record.right_to_work,
            record.readiness_status,
            record.ready_since,
            Jsonb(plain["readiness_actions"]),
            plain["id_documents"],
            list(record.certificates_hinted()),
            Jsonb(by_hand),
            candidate_id,
        ],
    )


def insert_note(connection: Connection[Any], candidate_id: int, note: NewNote) -> UUID:
    """Insert a note; raise NotFoundError if the application is not this person's."""
    row = connection.execute(
        "INSERT INTO case_note (candidate_id, about, action, application_id, words)"
        " SELECT %(candidate)s, %(about)s, %(action)s, application.id, %(words)s"
        " FROM (SELECT) AS one LEFT JOIN application"
        " ON application.public_id = %(application)s AND candidate_id = %(candidate)s"
        " WHERE %(application)s::uuid IS NULL OR application.id IS NOT NULL RETURNING public_id",
        {
            "candidate": candidate_id,
            "about": note.about,
            "action": note.action,
            "application": note.application,
            "words": note.words,
        },
    ).fetchone()
    if row is None:
        raise NotFoundError("no such application of this person in your scope")
    made: UUID = row[0]
    return made


def update_note_struck(connection: Connection[Any], public_id: UUID, reason: str) -> bool:
    """Strike a note through; return False if none is in scope or it was struck."""
    return (
        connection.execute(
            "UPDATE case_note SET struck_at = clock_timestamp(), struck_reason = %s,"
            " struck_by = current_setting('newfutures.actor')"
            " WHERE public_id = %s AND struck_at IS NULL",
            [reason, public_id],
        ).rowcount
        == 1
    )


def list_notes(
    connection: Connection[Any], note_filter: NoteFilter, *, limit: int | None = None
) -> list[Note]:
    """Return notes, newest first, struck ones included."""
    rows = connection.execute(
        f"{_NOTES} ORDER BY case_note.id DESC LIMIT %(limit)s".encode(),
        _note_parameters(note_filter) | {"limit": limit},
    )
    return [
        Note(
            public_id,
            candidate,
            candidate_id,
            NoteAbout(about),
            None if action is None else ReadinessAction(action),
            *rest,
        )
        for public_id, candidate, candidate_id, about, action, *rest in rows
    ]


def count_notes(connection: Connection[Any], note_filter: NoteFilter) -> int:
    """Return how many notes `list_notes` could return."""
    row = connection.execute(_COUNT_NOTES, _note_parameters(note_filter)).fetchone()
    return int(row[0]) if row else 0


def insert_task(connection: Connection[Any], candidate_id: int, task: NewTask) -> UUID:
    """Keep a task."""
    row = connection.execute(
        "INSERT INTO case_task (candidate_id, what, due, for_account, for_role)"
        " VALUES (%s, %s, %s, %s, %s) RETURNING public_id",
        [candidate_id, task.what, task.due, task.for_account, task.for_role],
    ).fetchone()
    if row is None:
        raise NotFoundError("the task that was just stored is gone")
    made: UUID = row[0]
    return made


def insert_rule_done(
    connection: Connection[Any], candidate_id: int, rule: str, key: str, what: str, due: date
) -> None:
    """Store that a rule's task is done; a second time changes nothing."""
    connection.execute(
        "INSERT INTO case_task (candidate_id, what, due, for_role, rule, rule_key, done_at,"
        " done_by) VALUES (%s, %s, %s, 'PRISON_EMPLOYMENT_LEAD', %s, %s, clock_timestamp(),"
        " current_setting('newfutures.actor')) ON CONFLICT (candidate_id, rule_key) DO NOTHING",
        [candidate_id, what, due, rule, key],
    )


def list_rules_done(connection: Connection[Any], ids: Sequence[int]) -> set[tuple[int, str]]:
    """Return people and keys of rules' tasks that somebody has done."""
    rows = connection.execute(
        "SELECT candidate_id, rule_key FROM case_task"
        " WHERE candidate_id = ANY(%s) AND rule_key IS NOT NULL",
        [list(ids)],
    )
    return {(key, rule) for key, rule in rows}


def update_task_done(connection: Connection[Any], public_id: UUID, *, done: bool) -> bool:
    """Say that a task is done, or that it is not after all; False if that changes nothing."""
    return (
        connection.execute(
            "UPDATE case_task SET done_at = CASE WHEN %(done)s THEN clock_timestamp() END,"
            " done_by = CASE WHEN %(done)s THEN current_setting('newfutures.actor') END"
            " WHERE public_id = %(id)s AND (done_at IS NULL) = %(done)s AND rule IS NULL",
            {"done": done, "id": public_id},
        ).rowcount
        == 1
    )


def list_tasks(connection: Connection[Any], scope: Scope, task_filter: TaskFilter) -> list[Task]:
    """Tasks that somebody wrote down, those due first."""
    with connection.cursor(row_factory=class_row(Task)) as cursor:
        return cursor.execute(
            _TASKS,
            {
                **_scope_parameters(scope),
                "candidate": task_filter.candidate,
                "due_by": task_filter.due_by,
                "account": task_filter.account_id,
                "role": task_filter.role,
                "done": task_filter.done,
            },
        ).fetchall()


def list_accesses(connection: Connection[Any], candidate_id: int) -> list[Access]:
    """Return everybody who was shown this person, newest first."""
    with connection.cursor(row_factory=class_row(Access)) as cursor:
        return cursor.execute(_ACCESSES, [candidate_id]).fetchall()


def _scope_parameters(scope: Scope) -> dict[str, object]:
    return {
        "prisons": None if scope.prisons is None else list(scope.prisons),
        "areas": list(scope.areas),
    }


def _people_parameters(scope: Scope, people_filter: PeopleFilter, today: date) -> dict[str, object]:
    return {
        **_scope_parameters(scope),
        "words": people_filter.words,
        "prison": people_filter.prison,
        "release_from": people_filter.release_from(today),
        "release_to": people_filter.release_to(today),
        "readiness": people_filter.readiness,
        "ready_from": people_filter.ready_from,
        "sector": people_filter.sector,
        "need": people_filter.need,
        "without_shortlist": people_filter.without_shortlist,
        "first_for": people_filter.first_for,
        "first": FIRST_PLACES,
        "today": today,
    }


def _note_parameters(note_filter: NoteFilter) -> dict[str, object]:
    return {
        "candidate": note_filter.candidate,
        "after": note_filter.after,
        "not_by": note_filter.not_by,
    }


# The scope is named besides row-level security, so that the index on prison and release serves.
_IN_SCOPE = """
(%(prisons)s::text[] IS NULL OR prison_id = ANY(%(prisons)s)
    OR coalesce(community_area, substring(release_area FROM '^[A-Z]{1,2}')) = ANY(%(areas)s))
"""

_OPEN = "closed_at IS NULL AND (rolling OR closing_date >= %(today)s)"

_PEOPLE = f"""
FROM candidate
WHERE {_IN_SCOPE}
  AND (%(prison)s::text IS NULL OR prison_id = %(prison)s)
  AND (%(release_from)s::date IS NULL OR release_date >= %(release_from)s)
  AND (%(release_to)s::date IS NULL OR release_date <= %(release_to)s)
  AND (%(readiness)s::text IS NULL OR readiness_status = %(readiness)s)
  AND (%(ready_from)s::date IS NULL
       OR readiness_status = 'READY_TO_WORK' AND ready_since >= %(ready_from)s)
  AND NOT EXISTS (
      SELECT FROM unnest(string_to_array(fold_name(%(words)s), ' ')) AS word
      WHERE ' ' || name_key || ' ' || lower(prison_number) NOT LIKE '%% ' || word || '%%')
  AND (%(sector)s::text IS NULL
       OR work_interests @> jsonb_build_array(jsonb_build_object('type', %(sector)s::text)))
  AND (%(need)s::text IS NULL OR EXISTS (
      SELECT FROM candidate_group
      WHERE candidate_group.candidate_id = candidate.id AND need_band = %(need)s))
  AND (NOT %(without_shortlist)s OR NOT EXISTS (
      SELECT FROM exposure JOIN vacancy ON vacancy.id = exposure.vacancy_id
      WHERE exposure.candidate_id = candidate.id AND rank <= %(first)s AND {_OPEN}))
  AND (%(first_for)s::uuid IS NULL OR EXISTS (
      SELECT FROM exposure JOIN vacancy ON vacancy.id = exposure.vacancy_id
      WHERE exposure.candidate_id = candidate.id AND rank <= %(first)s
          AND vacancy.public_id = %(first_for)s))
"""  # noqa: S608

# The id last, so that a page never repeats or leaves out anybody.
_ORDERS = {
    # Who is released next comes first; who has been released, then who has no date, come last.
    PeopleSort.RELEASE_DATE: "ORDER BY release_date < %(today)s, release_date, candidate.id",
    PeopleSort.NAME: "ORDER BY fold_name(last_name), fold_name(first_name), candidate.id",
    PeopleSort.READY_SINCE: "ORDER BY CASE WHEN readiness_status = 'READY_TO_WORK'"
    " THEN ready_since END, candidate.id",
}

_STANDINGS = f"""
SELECT asked.id, shown.last, coalesce(shown.held, 0), coalesce(applied.open, 0)
FROM unnest(%(ids)s::bigint[]) AS asked (id)
LEFT JOIN (
    SELECT candidate_id, max(shown_on) FILTER (WHERE shown_on <= %(today)s) AS last,
        count(*) FILTER (WHERE {_OPEN}) AS held
    FROM exposure JOIN vacancy ON vacancy.id = exposure.vacancy_id
    WHERE candidate_id = ANY(%(ids)s) AND rank <= %(first)s
    GROUP BY candidate_id
) AS shown ON shown.candidate_id = asked.id
LEFT JOIN (
    SELECT candidate_id, count(*) AS open FROM application
    WHERE candidate_id = ANY(%(ids)s) AND state IN ('SHORTLISTED', 'PUT_FORWARD',
        'APPLICATION_MADE', 'SELECTED_FOR_INTERVIEW', 'INTERVIEW_BOOKED', 'JOB_OFFER',
        'OFFER_ACCEPTED')
    GROUP BY candidate_id
) AS applied ON applied.candidate_id = asked.id
""".encode()  # noqa: S608

_CASE = "SELECT id, case_version, consent_how, by_hand FROM candidate WHERE public_id = %s"
_LOCKED_CASE = f"{_CASE} FOR UPDATE".encode()

_NOTES = """
SELECT case_note.public_id, candidate.public_id AS candidate, candidate.id AS candidate_id,
    about, action,
    application.public_id AS application, words, made_at, made_by, role, struck_at, struck_by,
    struck_reason
FROM case_note
JOIN candidate ON candidate.id = case_note.candidate_id
LEFT JOIN application ON application.id = case_note.application_id
WHERE (%(candidate)s::uuid IS NULL OR candidate.public_id = %(candidate)s)
  AND (%(after)s::timestamptz IS NULL OR made_at > %(after)s)
  AND (%(not_by)s::text IS NULL OR made_by <> %(not_by)s)
"""

_COUNT_NOTES = f"SELECT count(*) FROM ({_NOTES}) AS found".encode()  # noqa: S608

_TASKS = f"""
SELECT case_task.public_id, candidate.public_id AS candidate, candidate_id,
    first_name || ' ' || last_name AS name, prison_id, what, due, for_account, for_role, rule,
    made_at, made_by, done_at, done_by
FROM case_task JOIN candidate ON candidate.id = case_task.candidate_id
WHERE {_IN_SCOPE}
  AND (%(candidate)s::uuid IS NULL OR candidate.public_id = %(candidate)s)
  AND (%(due_by)s::date IS NULL OR due <= %(due_by)s)
  AND (%(account)s::bigint IS NULL AND %(role)s::text IS NULL
       OR for_account = %(account)s OR for_role = %(role)s)
  AND (%(done)s OR done_at IS NULL)
ORDER BY done_at DESC NULLS FIRST, due, case_task.id
""".encode()  # noqa: S608

_ACCESSES = """
SELECT at, actor, audit_person.role, action,
    CASE WHEN subject = 'vacancy'
        THEN coalesce('the shortlist of ' || title || ' (' || reference || ')', 'a shortlist')
        WHEN detail ? 'of' THEN detail ->> 'of'
        WHEN subject = 'candidate' THEN 'their page'
        ELSE subject
    END AS of,
    coalesce(detail ->> 'address', '') AS address
FROM audit_person LEFT JOIN vacancy ON subject = 'vacancy' AND vacancy.id = subject_id
WHERE candidate_id = %s ORDER BY event_id DESC
"""
