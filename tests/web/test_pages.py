"""What each page says, and that it says it without JavaScript."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from employers.model import VacancyFilter
from foundation.database import Database, Scope
from foundation.places.prisons import prison_label, prison_name
from matching.explain.document import RankedCandidate
from matching.fairness import POLICIES
from matching.score.weights import load_weights
from matching.shortlists.service import MatchingService

WEB = Scope("web")
ID = re.compile(r"^/vacancies/([0-9a-f-]{36})$")
Read = Callable[[str], Any]


def test_every_page_answers_with_a_title_a_language_and_the_banners(
    client: TestClient, read_page: Read, page_paths: dict[str, str]
) -> None:
    for path in page_paths.values():
        answer = client.get(path)
        page = read_page(answer.text)
        assert answer.status_code == 200, path
        assert 'lang="en-GB"' in answer.text
        assert page.title.endswith(" - New Futures Matching"), path
        assert "Alpha" in page.text
        assert "Every person on these pages is made up." in page.text
        assert "#main-content" in page.links
        assert len(page.ids) == len(set(page.ids)), path


def test_every_link_leads_somewhere(
    client: TestClient, read_page: Read, page_paths: dict[str, str]
) -> None:
    addresses = {
        address
        for path in page_paths.values()
        for address in read_page(client.get(path).text).addresses()
        if not address.startswith(("#", "?"))
    }
    for address in sorted(addresses)[:120]:
        # 405: a form that is sent, which nobody reads
        assert client.get(address).status_code in (200, 405, 422), address


def test_the_list_shows_each_open_vacancy_once_and_in_the_same_order(
    client: TestClient, read_page: Read, service: MatchingService
) -> None:
    expected = service.list_vacancies(WEB, VacancyFilter(open_on=service.today), page=1, size=500)
    shown: list[str] = []
    path = "/vacancies"
    while path:
        answer = client.get(path)
        assert answer.text == client.get(path).text
        page = read_page(answer.text)
        shown += [found[1] for link in page.links if (found := ID.match(link))]
        following = re.search(r'href="(\?[^"]+)" rel="next"', answer.text)
        path = "/vacancies" + following[1].replace("&amp;", "&") if following else ""
    assert shown == [str(stored.public_id) for stored in expected.items]
    assert len(shown) > 25


def test_a_vacancy_says_how_each_line_of_its_criteria_is_read(
    client: TestClient, read_page: Read, service: MatchingService
) -> None:
    found = service.list_vacancies(WEB, VacancyFilter(open_on=service.today), page=1, size=500)
    reasons = {
        each: next((line.boilerplate_reason for line in lines if line.boilerplate_reason), None)
        for each in found.items
        if (lines := each.record.embeddable().requirements())
    }
    stored = next(each for each, reason in reasons.items() if reason)
    page = read_page(client.get(f"/vacancies/{stored.public_id}").text)
    for line in stored.record.embeddable().requirements():
        reason = line.boilerplate_reason
        kind = "Not counted" if reason else line.kind.value.capitalize()
        assert f"{kind}: {' '.join(line.shown.split())}" in page.text
    assert f"Read as: {reasons[stored]}" in page.text


def test_a_shortlist_says_how_sure_its_order_is(
    client: TestClient, read_page: Read, service: MatchingService
) -> None:
    found = service.list_vacancies(WEB, VacancyFilter(open_on=service.today), page=1, size=5)
    page = read_page(client.get(f"/vacancies/{found.items[0].public_id}").text)
    assert "How sure is this order?" in page.text
    assert f"{load_weights().tie_band * 100:g} points of 100 apart are level" in page.text
    strong, possible = (load_weights().words[word] * 100 for word in ("strong", "possible"))
    assert f"Strong means {strong:g} points of 100 or more, possible {possible:g}" in page.text


def test_the_filter_finds_words_sector_and_closed_ones(
    client: TestClient, read_page: Read, service: MatchingService
) -> None:
    found = service.list_vacancies(WEB, VacancyFilter(open_on=service.today), page=1, size=1)
    record = found.items[0].record
    by_word = read_page(client.get("/vacancies", params={"words": record.title}).text)
    assert record.title in by_word.text
    by_sector = client.get("/vacancies", params={"sector": record.sector.value})
    expected = service.list_vacancies(
        WEB, VacancyFilter(sector=record.sector.value, open_on=service.today), page=1, size=1
    ).total
    assert re.search(rf"{expected}\s+vacanc", read_page(by_sector.text).text)
    assert f'<option value="{record.sector.value}" selected>' in by_sector.text
    everything = service.list_vacancies(WEB, VacancyFilter(), page=1, size=1).total
    assert f"{everything} vacanc" in read_page(client.get("/vacancies?show=all").text).text


def test_an_empty_list_says_what_to_try(client: TestClient, read_page: Read) -> None:
    page = read_page(client.get("/vacancies?words=zzzzzz").text)
    assert "0 vacancies" in page.text
    assert "Try fewer words" in page.text


def test_links_to_pages_keep_the_filter(client: TestClient) -> None:
    answer = client.get("/vacancies?words=e&show=all")
    assert 'href="?words=e&amp;show=all&amp;page=2"' in answer.text


def test_a_vacancy_shows_itself_and_who_fits_in_order(
    client: TestClient, read_page: Read, service: MatchingService, vacancy_id: str
) -> None:
    record = service.get_vacancy(WEB, vacancy_id).record
    shortlist = service.shortlist(WEB, vacancy_id).document
    page = read_page(client.get(f"/vacancies/{vacancy_id}").text)
    assert page.title == f"{record.title}, {record.employer.name} - New Futures Matching"
    assert "Fairness policy in force, floor@1: every part of a list holds" in page.text
    assert f"eligible {shortlist.counts.eligible}" in page.text
    assert f"not eligible {shortlist.counts.ineligible}" in page.text
    people = [link for link in page.links if link.startswith("/candidates/")]
    expected = [*shortlist.ranked, *shortlist.refer]
    assert people == [
        f"/candidates/{entry.candidate.public_id}?from={vacancy_id}" for entry in expected
    ]
    for entry in shortlist.refer:
        for reason in entry.refer:
            assert reason.sentence in page.text
    for count in shortlist.ineligible_by_reason:
        assert f"{count.summary} {count.count}" in page.text
    for fact in ("straight lines", shortlist.basis.weights, shortlist.basis.recipe, "Run"):
        assert fact in page.text


def test_a_shortlist_narrows_to_a_prison_and_a_length(
    client: TestClient, read_page: Read, referred: RankedCandidate, vacancy_id: str
) -> None:
    prison = referred.candidate.prison_id
    page = read_page(client.get(f"/vacancies/{vacancy_id}?prison={prison.lower()}&top=10").text)
    assert f"/candidates/{referred.candidate.public_id}?from={vacancy_id}" in page.links
    beside_names = re.findall(
        r"Prison (.+?) Release", page.text[page.text.index("Fairness policy in force") :]
    )
    assert set(beside_names) == {prison_name(prison)}
    assert f"for people in {prison_label(prison)}" in page.text


def test_a_lead_chooses_from_their_prisons_in_order_of_name_and_the_chosen_one_stays(
    client: TestClient, service_database: Database, vacancy_id: str
) -> None:
    with service_database.transaction(WEB) as connection:
        rows = connection.execute("SELECT DISTINCT prison_id FROM candidate ORDER BY 1").fetchall()
    own = [code for (code,) in rows]
    html = client.get(f"/vacancies/{vacancy_id}?prison={own[0]}").text
    form = html[html.index('id="prison"') : html.index("</select>")]
    everybody, *options = re.findall(r'<option value="([^"]*)"[^>]*>([^<]+)</option>', form)
    assert everybody == ("", "All of yours")
    assert sorted(code for code, _ in options) == own
    assert [words for _, words in options] == sorted(words for _, words in options)
    assert f'value="{own[0]}" selected' in html


def test_a_prison_that_is_not_in_the_list_can_still_be_asked_for(
    client: TestClient, read_page: Read, vacancy_id: str
) -> None:
    html = client.get(f"/vacancies/{vacancy_id}?prison=zzz").text
    assert '<option value="ZZZ" selected>ZZZ</option>' in html
    assert "Nobody in ZZZ can be put forward" in read_page(html).text


def test_a_list_without_anybody_eligible_leads_with_those_to_look_at(
    client: TestClient, read_page: Read, service: MatchingService
) -> None:
    page = read_page(client.get(f"/vacancies/{nobody_eligible(service)}").text)
    assert "To look at first" in page.text
    assert "settle it before they are put forward" in page.text
    for absent in ("Eligible, in order", "can be put forward as things stand"):
        assert absent not in page.text


def nobody_eligible(service: MatchingService) -> str:
    """A vacancy and a prison with people to refer and nobody to rank."""
    open_now = VacancyFilter(open_on=service.today)
    for stored in service.list_vacancies(WEB, open_now, page=1, size=100).items:
        name = str(stored.public_id)
        for entry in service.shortlist(WEB, name, top=100).document.refer:
            prison = entry.candidate.prison_id
            if not service.shortlist(WEB, name, prison=prison).document.ranked:
                return f"{name}?prison={prison}"
    raise AssertionError("the shared population has no such list")


def test_the_way_back_from_a_person_leads_to_the_vacancy_they_came_from(
    client: TestClient, read_page: Read, vacancy_id: str, candidate_id: str
) -> None:
    def back(path: str) -> str:
        html = client.get(f"/candidates/{candidate_id}{path}").text
        found = re.search(r'href="([^"]*)" class="govuk-back-link"', html)
        assert found is not None
        return found[1]

    carried = f"from={vacancy_id}"
    assert back("") == "/people"
    assert back(f"?{carried}") == f"/vacancies/{vacancy_id}"
    assert back(f"?top=10&{carried}") == f"/vacancies/{vacancy_id}"
    for path in ("/why?vacancy=assistant&", "/why?vacancy=&", f"/reasons/{vacancy_id}?"):
        assert back(path) == f"/candidates/{candidate_id}"
        assert back(path + carried) == f"/candidates/{candidate_id}?{carried}"
    page = client.get(f"/candidates/{candidate_id}?{carried}").text
    assert page.count(f'<input type="hidden" name="from" value="{vacancy_id}">') == 2
    reasons = read_page(client.get(f"/vacancies/{vacancy_id}/reasons/{candidate_id}").text)
    assert f"/candidates/{candidate_id}?{carried}" in reasons.links


@pytest.mark.parametrize("given", ["", "HF-001", "//elsewhere.example", "javascript:alert(1)"])
def test_a_way_back_that_is_no_vacancys_id_is_passed_over(
    client: TestClient, candidate_id: str, given: str
) -> None:
    answer = client.get(f"/candidates/{candidate_id}", params={"from": given})
    assert answer.status_code == 200
    assert 'href="/people" class="govuk-back-link"' in answer.text
    assert given == "" or given not in answer.text


def test_reasons_are_a_page_and_for_htmx_a_part_of_one(
    client: TestClient,
    read_page: Read,
    service: MatchingService,
    vacancy_id: str,
    candidate_id: str,
) -> None:
    path = f"/vacancies/{vacancy_id}/reasons/{candidate_id}"
    why = service.why(WEB, vacancy_id, candidate_id)
    whole, part = client.get(path), client.get(path, headers={"HX-Request-Type": "partial"})
    assert "<html" in whole.text
    assert "<html" not in part.text
    for html in (whole.text, part.text):
        page = read_page(html)
        assert why.score is not None
        assert why.placing in page.text
        for requirement in why.score.requirements:
            assert requirement.requirement in page.text
            assert (requirement.evidence or "Not evidenced in their profile") in page.text
        for contribution in why.score.contributions:
            assert contribution.label in page.text
            assert contribution.sentence in page.text


def test_points_shown_add_up_to_the_points_shown(
    client: TestClient, vacancy_id: str, candidate_id: str
) -> None:
    html = client.get(f"/vacancies/{vacancy_id}/reasons/{candidate_id}").text
    stated = re.search(r"Where the (\d+) points come from", html)
    *parts, total = re.findall(r'numeric">(?:<strong>)?(\d+)(?:</strong>)? <span[^>]*>of ', html)
    assert stated is not None
    assert len(parts) == len(load_weights().weights)
    assert sum(map(int, parts)) == int(total) == int(stated[1])


def test_a_person_shows_facts_evidence_and_vacancies(
    client: TestClient, read_page: Read, service: MatchingService, candidate_id: str
) -> None:
    record = service.get_candidate(WEB, candidate_id).record
    matches = service.vacancies_for(WEB, candidate_id).document
    page = read_page(client.get(f"/candidates/{candidate_id}").text)
    shown = f"{record.first_name} {record.last_name[:1]}."
    assert page.title == f"{shown} - New Futures Matching"
    for fact in (prison_label(record.prison_id), "Consent to matching", "Right to work in the UK"):
        assert fact in page.text
    for entry in (*matches.ranked, *matches.refer):
        assert f"/vacancies/{entry.vacancy.public_id}" in page.links
        assert entry.vacancy.employer in page.text


def test_why_not_takes_a_reference(
    client: TestClient,
    read_page: Read,
    service: MatchingService,
    vacancy_id: str,
    candidate_id: str,
) -> None:
    vacancy = service.get_vacancy(WEB, vacancy_id).record
    name = f"{vacancy.employer.name}/{vacancy.reference}"
    page = read_page(client.get(f"/candidates/{candidate_id}/why", params={"vacancy": name}).text)
    assert service.why(WEB, vacancy_id, candidate_id).placing in page.text
    assert f"/candidates/{candidate_id}" in page.links


@pytest.mark.parametrize(
    ("name", "status", "said"),
    [
        ("assistant", 200, "Choose one."),
        ("nothing like this", 404, "No vacancy has the reference or words"),
        ("", 422, "Enter a vacancy’s reference"),
        ("x" * 300, 422, "Enter a vacancy’s reference"),
    ],
)
def test_why_not_helps_when_the_name_is_not_one_vacancy(
    client: TestClient, read_page: Read, candidate_id: str, name: str, status: int, said: str
) -> None:
    answer = client.get(f"/candidates/{candidate_id}/why", params={"vacancy": name})
    assert answer.status_code == status
    assert said in read_page(answer.text).text


def test_what_people_type_is_text_and_never_markup(client: TestClient, candidate_id: str) -> None:
    evil = "\"><script>alert(1)</script>'"
    for path, name in (
        ("/vacancies", "words"),
        (f"/candidates/{candidate_id}/why", "vacancy"),
        ("/vacancies", "sector"),
        ("/vacancies", "show"),
    ):
        answer = client.get(path, params={name: evil})
        assert "<script>alert" not in answer.text
        assert 'value="">' not in answer.text.replace('<option value="">', "")


def test_each_policy_can_be_chosen_where_the_list_is(
    client: TestClient, read_page: Read, vacancy_id: str
) -> None:
    html = client.get(f"/vacancies/{vacancy_id}").text
    form = html[html.index('id="policy"') : html.index("</select>", html.index('id="policy"'))]
    offered = re.findall(r'<option value="([a-z_]+)"', form)
    assert sorted(offered) == sorted(POLICIES)
    page = read_page(client.get(f"/vacancies/{vacancy_id}?policy=none").text)
    assert "No fairness policy: order by score only." in page.text
    page = read_page(client.get(f"/vacancies/{vacancy_id}?policy=det_cons").text)
    assert "Fairness policy in force, det_cons@1" in page.text


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ("additive@1", "Policy additive@1 is of tier T1 and is not signed"),
        ("quota", "Choose a fairness policy from the list"),
        ("a b", "Choose a fairness policy from the list"),
    ],
)
def test_a_policy_that_may_not_run_is_refused_beside_its_field(
    client: TestClient, read_page: Read, vacancy_id: str, policy: str, said: str
) -> None:
    answer = client.get(f"/vacancies/{vacancy_id}", params={"policy": policy})
    page = read_page(answer.text)
    assert answer.status_code == 422
    assert "There is a problem" in page.text
    assert said in page.text
    assert "#policy" in page.links


def test_whoever_moved_is_told_why_in_the_list_and_in_the_reasons(
    client: TestClient,
    read_page: Read,
    service: MatchingService,
    moved: tuple[str, RankedCandidate],
) -> None:
    vacancy_id, entry = moved
    assert entry.move is not None
    page = read_page(client.get(f"/vacancies/{vacancy_id}").text)
    assert entry.move.sentence in page.text
    reasons = f"/vacancies/{vacancy_id}/reasons/{entry.candidate.public_id}?policy=floor@1"
    assert reasons in page.links
    page = read_page(client.get(reasons).text)
    assert f"From {entry.move.baseline} by score to {entry.move.rank}" in page.text
    assert "Policy floor@1" in page.text
