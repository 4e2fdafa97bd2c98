"""No page of an employer's says of anybody what the introduction does not: canaries in every field.

The pages are found by following every link from the first one, so that a new page is looked at
without being listed here; a test says that every route was.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from employer_world import CLI, EmployerWorld, version_in
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from casework.applications.model import PutForwardAnswers
from casework.people.case import NewNote
from foundation.database import Database
from foundation.places.prisons import prison_name
from foundation.settings import Settings
from foundation.vocabulary import AgreementHow, ApplicationState, Role, WithdrawnReason
from web.auth.rules import roles_of

S = ApplicationState
Read = Callable[[str], Any]
FIRST_NAME = "Quillon"
PERSON = {
    "first_name": FIRST_NAME,
    "last_name": "Zqsurname-Zqdouble",
    "prison_number": "A7391QX",
    "prison_id": "MDI",
    "release_date": "2026-12-17",
    "release_date_type": "CRD",
    "release_area": "LS27 7XJ",
    "consent_date": "2026-09-13",
    "ready_since": "2026-09-14",
    "readiness_status": "READY_TO_WORK",
    "support_declined_reasons": ["LACKS_CONFIDENCE_OR_MOTIVATION"],
    "changes_needed": ["DEPENDENCY_SUPPORT"],
    "affecting_ability": ["MENTAL_HEALTH_ISSUES"],
    "job_of_particular_interest": "zqinterest",
    "work_interests": [{"type": "HOSPITALITY", "role": "zqwantedrole"}],
    "work_experience": [
        {
            "role": "Zqrole at HMP Moorland kitchen",
            "details": "zqdetails",
            "type": "HOSPITALITY",
            "start_year": 1973,
            "end_year": 1974,
        },
        {"role": "Kitchen hand", "details": "zqdetails", "type": "HOSPITALITY"},
    ],
    "previous_work": "zqprevious",
    "skills": ["TEAMWORK"],
    "other_skills": ["zqskill"],
    "qualifications": [
        {"subject": "Zqsurname kitchen award", "grade": "zqgrade"},
        {"subject": "Food safety", "level": "LEVEL_2", "grade": "zqgrade"},
    ],
    "other_qualifications": "zqqualification",
    "prison_work": ["KITCHENS_AND_COOKING"],
    "prison_training": [{"type": "SOCIAL_AND_LIFE_SKILLS", "year": 1975}],
    "pay_wanted_per_hour": "97.31",
    "offences": ["TERRORISM"],
    "licence_conditions": ["CURFEW", "EXCLUSION_ZONE", "NO_INTERNET"],
    "curfew_from": "19:17",
    "curfew_to": "05:43",
    "exclusion_zones": ["BD97"],
    "accommodation": "TEMPORARY",
    "literacy": "BELOW_ENTRY_3",
    "numeracy": "ENTRY_3",
    "digital": "LEVEL_1",
    "years_since_last_work": 77,
    "ever_worked": True,
}
# Everything that was typed for this test begins with zq. The rest are words and numbers that stand
# nowhere else on these pages; an offence and the word for it do, and have a test of their own.
CANARIES = (
    *("zq", "A7391QX", "MDI", "HMP", "LS27", "7XJ"),
    *("2026-12-17", "17 December", "17 12 2026", "17/12", "conditional release", "CRD"),
    *("2026-09-13", "13 September", "14 September", "ready to work", "readiness"),
    *("1973", "1974", "1975", "97.31", "curfew", "19:17", "05:43", "7:17pm", "BD97", "exclusion_z"),
    *("internet use", "below entry", "entry level", "temporary accommodation", "TEMPORARY_"),
    *("dependency", "mental health", "confidence", "need band", "need_band", "floor@", "amortised"),
    *("score", "run_id", "social and life", "literacy", "numeracy", "years_since"),
)
RANK = "864208642"  # so long that no id on a page has it by chance
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NOTES = {"shortlist": "zqshortlistnote", "forward": "zqforwardnote"}


@pytest.fixture(scope="module")
def world(own_database: Database, settings: Settings) -> EmployerWorld:
    return EmployerWorld.over(own_database, settings)


@pytest.fixture(scope="module")
def shown(world: EmployerWorld) -> UUID:
    """The person with a canary in every field, put forward, interviewed, and offered the job."""
    made = world.services.applications
    begun = made.shortlist(
        world.lead, "H-1", world.person(7391, **PERSON), rank=int(RANK), note=NOTES["shortlist"]
    )
    casework_notes(world)
    made.agree(world.lead, begun.public_id, AgreementHow.IN_PERSON)
    answers = PutForwardAnswers(decision="zqdecision", documents="zqdocuments")
    made.put_forward(world.lead, begun.public_id, version=1, answers=answers, note=NOTES["forward"])
    made.move(world.lead, begun.public_id, S.APPLICATION_MADE, version=2, note="zqapplied")
    booked = {"on-day": "1", "on-month": "12", "on-year": "2026", "at": "10:30"}
    world.record(begun.public_id, "interview", place="Harbour Road", contact="Jo", **booked)
    world.record(begun.public_id, "offer")
    made.move(world.lead, begun.public_id, S.OFFER_ACCEPTED, version=5, note="zqaccepted")
    return begun.public_id


@pytest.fixture(scope="module")
def unfinished(world: EmployerWorld) -> dict[str, str]:
    """Others for the same vacancy: in every state in which the page has other parts."""
    made = world.services.applications
    waiting = world.put_forward(801, first_name="Wanda")
    chosen = world.put_forward(802, first_name="Chioma")
    world.record(chosen.public_id, "arrange")
    ended = world.put_forward(803, first_name="Endre")
    world.record(ended.public_id, "unsuccessful", reason="SKILLS")
    left = world.put_forward(804, first_name="Liesl")
    made.move(
        world.lead,
        left.public_id,
        S.WITHDRAWN,
        version=2,
        reason=WithdrawnReason.RECALLED_OR_IN_CUSTODY.value,
        note="zqrecalled",
    )
    drafts = {"draft": world.new_draft(), "full draft": world.filled_draft()}
    vacancy = drafts["closed"] = world.published(title="Closed baker")
    world.own.post(f"{vacancy}/close", data={"reason": "FILLED"})
    people = {"waiting": waiting, "chosen": chosen, "ended": ended, "left": left}
    return drafts | {name: f"/employer/people/{each.public_id}" for name, each in people.items()}


def casework_notes(world: EmployerWorld) -> None:
    """Something that staff wrote of the person, which is on no application."""
    with world.database.transaction(CLI) as connection:
        row = connection.execute(
            "SELECT public_id FROM candidate WHERE prison_number = 'A7391QX'"
        ).fetchone()
    assert row is not None
    world.services.casework.add_note(world.lead, row[0], NewNote("zqcasenote"))


def canaries_in(text: str) -> list[str]:
    """Those that a text has, but for ids, in which a year may stand by chance."""
    told = ID.sub("", text.lower())
    return [word for word in CANARIES if word.lower() in told]


def links_in(text: str) -> set[str]:
    found = re.findall(r'(?:href|action|formaction|data-hx-get|data-hx-post)="([^"]+)"', text)
    parts = (urlsplit(each.replace("&amp;", "&")) for each in found)
    return {
        part.path + (f"?{part.query}" if part.query else "")
        for part in parts
        if part.path.startswith(("/", "")) and not part.netloc and part.path
    }


FILTERED = (
    *(f"/employer/people?stage={stage}" for stage in ("waiting", "interview", "offer", "ended")),
    *(f"/employer/people.csv?sort={order}" for order in ("newest", "oldest", "name", "interview")),
    *(f"/employer/vacancies?show={which}" for which in ("open", "closed", "all", "drafts")),
    "/employer/people?stage=wrong",
)


def crawl(browser: TestClient, *also: str) -> dict[str, str]:
    """Every address that can be reached by reading, with what was answered."""
    seen: dict[str, str] = {}
    waiting = ["/", *FILTERED, *also]
    while waiting:
        path = waiting.pop()
        if path in seen or path.startswith(("/static/", "/sign-out")):
            continue
        answer = browser.get(path)
        seen[path] = answer.text + str(dict(answer.headers))
        if answer.status_code == 200 and "html" in answer.headers["content-type"]:
            waiting += [each for each in links_in(answer.text) if each.startswith("/")]
    return seen


def api_answers(world: EmployerWorld, browser: TestClient) -> Iterator[tuple[str, str]]:
    """Every route of the API, asked with whatever could stand in its address."""
    with world.database.transaction(CLI) as connection:
        ids = connection.execute(
            "SELECT candidate.public_id, vacancy.public_id, application.public_id"
            " FROM application JOIN candidate ON candidate.id = candidate_id"
            " JOIN vacancy ON vacancy.id = vacancy_id WHERE prison_number = 'A7391QX'"
        ).fetchone()
    assert ids is not None
    known = dict(zip(("candidate_id", "vacancy_id", "run_id"), map(str, ids), strict=True))
    for route in iter_route_contexts(world.app.routes):
        if str(route.path).startswith(("/api/", "/health/")):
            path = re.sub(r"{([a-z_]+)[^}]*}", lambda m: known.get(m[1], str(ids[2])), route.path)
            yield path, browser.get(path).text


def test_the_canaries_are_in_the_record(world: EmployerWorld, shown: UUID) -> None:
    with world.database.transaction(CLI) as connection:
        row = connection.execute(
            "SELECT candidate::text, (SELECT string_agg(note, ' ') FROM application_event)"
            " FROM candidate WHERE prison_number = 'A7391QX'"
        ).fetchone()
    assert row is not None
    for canary in ("Zqsurname", "MDI", "2026-12-17", "LS27", "19:17", "BD97", "97.31", "1973"):
        assert canary in row[0]
    for canary in (*NOTES.values(), "zqapplied", "zqaccepted"):
        assert canary in row[1]


def test_every_page_and_answer_is_without_what_is_protected(
    world: EmployerWorld, shown: UUID, unfinished: dict[str, str]
) -> None:
    answers = crawl(world.own, *unfinished.values())
    api = {path: text for path, text in api_answers(world, world.own) if "openapi" not in path}
    assert FIRST_NAME in answers[f"/employer/people/{shown}"]
    assert len(answers) > 50
    assert len(api) > 4
    for path, text in (answers | api).items():
        found = canaries_in(text)
        assert not found, (path, found)


def test_every_route_of_an_employers_was_looked_at(
    world: EmployerWorld, shown: UUID, unfinished: dict[str, str]
) -> None:
    visited = {urlsplit(path).path for path in crawl(world.own, *unfinished.values())}
    for route in iter_route_contexts(world.app.routes):
        own = str(route.path).startswith("/employer/") and "GET" in (route.methods or ())
        if own and Role.EMPLOYER in (roles_of(route) or ()):
            pattern = re.sub(r"{[^}]+}", "[^/]+", route.path)
            assert any(re.fullmatch(pattern, path) for path in visited), route.path


def test_forms_sent_wrongly_or_too_late_give_nothing_away(
    world: EmployerWorld, shown: UUID, unfinished: dict[str, str]
) -> None:
    person, draft = f"/employer/people/{shown}", unfinished["full draft"]
    for path in (
        *(f"{person}/{name}" for name in ("interview", "offer", "started", "unsuccessful")),
        *(f"{unfinished['waiting']}/{name}" for name in ("interview", "offer", "unsuccessful")),
        *(f"{person}/correct/{number}" for number in (1, 2, 3, 4, 5, 6)),
        *(f"{draft}/exclusions/effect", f"{draft}/exclusions", f"{draft}/check"),
    ):
        for sent in ({}, {"version": "1"}, {"version": "6", "what": "change", "on-day": "40"}):
            text = world.own.post(path, data=sent).text
            assert not canaries_in(text), path


def test_an_offence_is_named_where_the_employer_chooses_and_nowhere_beside_a_person(
    world: EmployerWorld, shown: UUID, unfinished: dict[str, str]
) -> None:
    for path, text in crawl(world.own, *unfinished.values()).items():
        if path.startswith(("/employer/people", "/?")) or path == "/":
            for word in ("terrorism", "offence", "convict", "licence condition", "sentence"):
                own_reason = text.lower().replace("conviction disclosed, role not suitable", "")
                own_reason = own_reason.partition("<footer")[0].replace("conviction_not", "")
                assert word not in own_reason, (path, word)


def test_neither_rank_nor_prison_nor_colleagues_of_the_prison_are_named(
    world: EmployerWorld, shown: UUID, unfinished: dict[str, str]
) -> None:
    with world.database.transaction(CLI) as connection:
        (candidate,) = connection.execute(
            "SELECT public_id::text FROM candidate WHERE prison_number = 'A7391QX'"
        ).fetchone()  # type: ignore[misc]
    for path, text in crawl(world.own, *unfinished.values()).items():
        for word in (RANK, prison_name("MDI"), world.lead.actor, candidate, "rank"):
            own_words = text.lower().replace("it ranks and explains", "")
            assert word.lower() not in own_words, (path, word)


def test_why_somebody_withdrew_and_what_became_of_them_later_are_not_told(
    world: EmployerWorld, unfinished: dict[str, str]
) -> None:
    page = world.own.get(unfinished["left"]).text
    assert "No longer available" in page
    for word in ("custody", "recall", "withdr", "zq"):
        assert word not in page.lower()
    started = world.put_forward(805, first_name="Stella")
    made = world.services.applications
    version = 2
    for state in (S.JOB_OFFER, S.STARTED, S.IN_WORK_6_WEEKS):
        version = made.move(CLI, started.public_id, state, version=version).version
    page = world.own.get(f"/employer/people/{started.public_id}").text
    assert "Started work" in page
    assert "6 weeks" not in page


PATHS = ("", "/interview", "/offer", "/started", "/unsuccessful", "/arrange", "/correct/3")


def assert_nothing_of(world: EmployerWorld, application: UUID, first_name: str) -> None:
    """No page of theirs is there, and no list, count or file holds them."""
    absent = world.own.get("/nowhere").text
    for path in PATHS:
        address = f"/employer/people/{application}{path}"
        answer = world.own.get(address, follow_redirects=False)
        assert (answer.status_code, answer.text) == (404, absent), address
        if path:
            sent = {"version": "1", "what": "undo", "reason": "SKILLS"}
            assert world.own.post(address, data=sent).status_code == 404, address
    for path, text in crawl(world.own).items():
        assert first_name not in text, path
        assert str(application) not in text, path


def test_nothing_is_shown_before_somebody_agrees_and_is_put_forward(world: EmployerWorld) -> None:
    begun = world.shortlisted(811, first_name="Beforehand")
    assert_nothing_of(world, begun.public_id, "Beforehand")
    world.services.applications.agree(world.lead, begun.public_id, AgreementHow.IN_PERSON)
    assert_nothing_of(world, begun.public_id, "Beforehand")


def test_nothing_is_shown_once_somebody_takes_their_agreement_back(world: EmployerWorld) -> None:
    held = world.put_forward(812, first_name="Afterwards")
    world.record(held.public_id, "arrange")
    path = f"/employer/people/{held.public_id}"
    assert "Afterwards" in world.own.get(path).text
    late = version_in(world.own, f"{path}/offer")
    world.services.applications.withdraw_agreement(world.lead, held.public_id)
    assert world.own.post(f"{path}/offer", data={"version": late}).status_code == 404
    assert_nothing_of(world, held.public_id, "Afterwards")


def test_nothing_is_shown_once_somebody_takes_consent_back(world: EmployerWorld) -> None:
    held = world.put_forward(813, first_name="Consenting")
    world.person(813, first_name="Consenting", consent="WITHDRAWN", consent_date="2026-11-20")
    assert_nothing_of(world, held.public_id, "Consenting")


def test_another_employer_sees_nobody_of_this_one(
    world: EmployerWorld, shown: UUID, unfinished: dict[str, str]
) -> None:
    assert world.other.get(f"/employer/people/{shown}").status_code == 404
    for path, text in crawl(world.other).items():
        assert FIRST_NAME not in text, path
        assert not canaries_in(text), path


def test_that_somebody_was_looked_at_is_in_the_audit_trail(
    world: EmployerWorld, shown: UUID
) -> None:
    world.own.get(f"/employer/people/{shown}")
    with world.database.transaction(CLI) as connection:
        row = connection.execute(
            "SELECT actor, action, detail ->> 'of' FROM audit_event WHERE subject = 'candidate'"
            " AND action = 'view' ORDER BY id DESC LIMIT 1"
        ).fetchone()
    assert row == ("own@harbour.example", "view", "introduction")
