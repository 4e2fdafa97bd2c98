"""Who is named where: opaque ids in addresses, a first name and initial in lists and titles."""

import re
from collections.abc import Callable
from typing import Any

from fastapi.testclient import TestClient

from candidates.store import list_candidates
from foundation.database import Database, Scope
from foundation.vocabulary import Offence
from matching.explain.document import RankedCandidate
from matching.shortlists.service import MatchingService

WEB = Scope("web")
PRISON_NUMBER = re.compile(r"\b[A-Z]\d{4}[A-Z]{2}\b")
OFFENCES = [code.label.lower() for code in Offence if code not in ("NONE", "OTHER", "DRIVING")]
EMPLOYERS_WORDS = re.compile(r"“[^”]*”")
Read = Callable[[str], Any]


def own_page(path: str) -> bool:
    return re.fullmatch(r"/candidates/[0-9a-f-]{36}", path) is not None


def test_addresses_hold_neither_prison_numbers_nor_names(
    client: TestClient,
    read_page: Read,
    page_paths: dict[str, str],
    ranked: RankedCandidate,
    referred: RankedCandidate,
) -> None:
    for path in page_paths.values():
        page = read_page(client.get(path).text)
        for address in page.addresses():
            assert not PRISON_NUMBER.search(address), address
            for person in (ranked.candidate, referred.candidate):
                assert person.first_name.lower() not in address.lower()


def test_a_prison_number_is_on_the_persons_own_page_only(
    client: TestClient, page_paths: dict[str, str]
) -> None:
    for path in page_paths.values():
        found = PRISON_NUMBER.findall(client.get(path).text)
        assert len(found) == (1 if own_page(path) else 0), path


def test_a_surname_is_on_the_persons_own_page_only(
    client: TestClient,
    read_page: Read,
    page_paths: dict[str, str],
    service: MatchingService,
    ranked: RankedCandidate,
    referred: RankedCandidate,
) -> None:
    for entry in (ranked, referred):
        record = service.get_candidate(WEB, str(entry.candidate.public_id)).record
        full = f"{record.first_name} {record.last_name}"
        for path in page_paths.values():
            page = read_page(client.get(path).text)
            assert full not in page.title
            assert full not in page.text or own_page(path), path


def test_a_prison_number_opens_nothing(client: TestClient, ranked: RankedCandidate) -> None:
    number = ranked.candidate.prison_number
    assert client.get(f"/candidates/{number}").status_code == 404
    assert client.get(f"/api/v1/candidates/{number}/vacancies").status_code == 404


def test_no_page_about_a_person_names_an_offence_category(
    client: TestClient, read_page: Read, service_database: Database
) -> None:
    with service_database.transaction(WEB) as connection:
        people = list_candidates(connection, range(1, 1_000))
    convicted = [each for each in people if set(each.record.offences or ()) - {Offence.NONE}]
    assert len(convicted) > 5
    for stored in convicted[:12]:
        page = read_page(client.get(f"/candidates/{stored.public_id}").text)
        said = EMPLOYERS_WORDS.sub("", page.text).lower()
        assert not [word for word in OFFENCES if re.search(rf"\b{word}\b", said)]


def test_no_shortlist_names_an_offence_category_beside_a_person(
    client: TestClient, vacancy_id: str
) -> None:
    html = client.get(f"/vacancies/{vacancy_id}").text
    people = EMPLOYERS_WORDS.sub("", html[html.index('id="people"') :]).lower()
    assert not [word for word in OFFENCES if re.search(rf"\b{word}\b", people)]
