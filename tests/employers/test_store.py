"""Vacancies and employers go in and come out the same."""

from datetime import date
from typing import Any

import pytest

from demonstration.synthetic.vacancies import generate_vacancies
from employers.model import Vacancy, VacancyFilter
from employers.store import (
    count_dirty_vacancies,
    count_vacancies,
    get_vacancy,
    list_dirty_vacancies,
    list_vacancies,
    list_vacancy_page,
    upsert_vacancies,
)
from foundation.database import Database, Scope
from foundation.errors import NotFoundError
from foundation.record import Saved

ALL = Scope("tests")
AS_OF = date(2026, 11, 22)


def post(
    reference: str, employer: str | dict[str, Any] = "Harbour Foods", **values: object
) -> Vacancy:
    least: dict[str, Any] = {
        "employer": {"name": employer} if isinstance(employer, str) else employer,
        "reference": reference,
        "title": "Kitchen porter",
        "sector": "HOSPITALITY",
        "industry_sector": "HOSPITALITY_CATERING",
        "source": "NFN",
        "postcode": "LS1 4AP",
        "description": "Keep the kitchen clean.",
        "essential_criteria": "Stand for a shift.",
        "how_to_apply": "Ask.",
        "offence_exclusions": ["NONE"],
        "rolling": "closing_date" not in values,
    }
    return Vacancy.model_validate(least | values)


def save(database: Database, *posts: Vacancy) -> Saved:
    with database.transaction(ALL) as connection:
        return upsert_vacancies(connection, posts)


def find(database: Database, name: str) -> Vacancy:
    with database.transaction(ALL) as connection:
        return get_vacancy(connection, name).record


def employers(database: Database) -> list[str]:
    with database.transaction(ALL) as connection:
        rows = connection.execute("SELECT name FROM employer ORDER BY name").fetchall()
    return [name for (name,) in rows]


def test_made_up_vacancies_come_back_as_they_went_in(database: Database) -> None:
    posts = [each.vacancy for each in generate_vacancies(80, seed=3, as_of=AS_OF)]
    assert save(database, *posts) == Saved(inserted=80)
    for each in posts:
        found = find(database, f"{each.employer.name}/{each.reference}")
        assert found.model_copy(update={"employer": each.employer}) == each
    assert save(database, *posts) == Saved(unchanged=80)


def test_new_changed_and_unchanged_rows_are_told_apart(database: Database) -> None:
    save(database, post("1"), post("2"))
    assert save(database, post("1"), post("2", title="Cook"), post("3")) == Saved(1, 1, 1)
    assert find(database, "2").title == "Cook"


def test_an_employer_is_the_same_whatever_its_case(database: Database) -> None:
    save(database, post("1", "Harbour Foods"))
    assert save(database, post("1", "HARBOUR foods"), post("2", "harbour foods")) == Saved(1, 0, 1)
    assert employers(database) == ["Harbour Foods"]


def test_no_vacancy_is_lost_when_employers_differ_by_the_case_of_an_accent(
    database: Database,
) -> None:
    posts = (post("1", "CAFÉ ROUGE"), post("2", "Café Rouge"), post("3", "café rouge"))
    assert save(database, *posts) == Saved(inserted=3)
    assert save(database, *posts) == Saved(unchanged=3)
    assert [find(database, reference).reference for reference in "123"] == ["1", "2", "3"]


def test_details_left_out_keep_their_value_and_the_last_given_count(database: Database) -> None:
    first = {"name": "Harbour Foods", "status": "GOLD", "description": "Caterer"}
    save(database, post("1", first))
    assert find(database, "1").employer.status == "GOLD"
    save(database, post("1", "Harbour Foods"))
    assert find(database, "1").employer.description == "Caterer"
    save(
        database,
        post("1", first | {"status": "SILVER"}),
        post("2", first | {"status": "KEY_PARTNER"}),
    )
    assert find(database, "1").employer.status == "KEY_PARTNER"


def test_an_employer_of_whom_nothing_is_said_has_plain_defaults(database: Database) -> None:
    save(database, post("1"))
    employer = find(database, "1").employer
    assert (employer.sector, employer.status, employer.contact_name) == ("OTHER", "SILVER", None)


def test_saving_the_same_again_writes_no_event(database: Database) -> None:
    posts = (post("1", {"name": "Harbour Foods", "status": "GOLD"}), post("2"))
    save(database, *posts)
    with database.transaction(ALL) as connection:
        before = connection.execute("SELECT count(*) FROM audit_event").fetchone()
    assert save(database, *posts) == Saved(unchanged=2)
    with database.transaction(ALL) as connection:
        assert connection.execute("SELECT count(*) FROM audit_event").fetchone() == before


def test_a_vacancy_is_found_by_reference_employer_or_public_id(database: Database) -> None:
    save(database, post("1"), post("1", "Another Employer"), post("2"))
    with database.transaction(ALL) as connection:
        stored = get_vacancy(connection, " 2 ")
        assert get_vacancy(connection, str(stored.public_id)) == stored
        assert get_vacancy(connection, "Harbour Foods/2") == stored
        assert list_vacancies(connection, [stored.id, 10**9]) == [stored]
        with pytest.raises(NotFoundError, match="'Another Employer/1'"):
            get_vacancy(connection, "1")
        with pytest.raises(NotFoundError, match="no vacancy called 'absent'"):
            get_vacancy(connection, "absent")


def test_a_page_shows_what_closes_soonest_first(database: Database) -> None:
    save(
        database,
        post("rolling"),
        post("later", closing_date="2027-01-31"),
        post("sooner", closing_date="2026-12-01"),
    )
    with database.transaction(ALL) as connection:
        pages = [
            [
                row.record.reference
                for row in list_vacancy_page(connection, VacancyFilter(), page=page, size=2)
            ]
            for page in (1, 2, 3)
        ]
    assert pages == [["sooner", "later"], ["rolling"], []]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (VacancyFilter(), 4),
        (VacancyFilter(words="PORTER"), 3),
        (VacancyFilter(words="another"), 1),
        (VacancyFilter(words="100%"), 1),
        (VacancyFilter(words="%"), 1),
        (VacancyFilter(words="_"), 1),
        (VacancyFilter(words="\\"), 0),
        (VacancyFilter(words="'; DROP TABLE vacancy; --"), 0),
        (VacancyFilter(sector="DRIVING"), 1),
        (VacancyFilter(sector="NONSENSE"), 0),
        (VacancyFilter(open_on=date(2026, 12, 1)), 4),
        (VacancyFilter(open_on=date(2026, 12, 2)), 3),
        (VacancyFilter(words="porter", open_on=date(2026, 12, 2)), 2),
    ],
)
def test_a_filter_narrows(database: Database, wanted: VacancyFilter, found: int) -> None:
    save(
        database,
        post("1", closing_date="2026-12-01"),
        post("snake_case", "Another Employer"),
        post("3"),
        post("4", title="100% driver", sector="DRIVING"),
    )
    with database.transaction(ALL) as connection:
        assert count_vacancies(connection, wanted) == found
        assert len(list_vacancy_page(connection, wanted, page=1, size=10)) == found


def test_only_a_change_of_text_makes_a_vacancy_dirty(database: Database) -> None:
    save(database, post("1"))
    with database.transaction(ALL) as connection:
        (row,) = list_dirty_vacancies(connection, "r1", after=0, limit=10)
        connection.execute(
            "INSERT INTO vacancy_embedding VALUES (%s, %s, 'r1', '{}')", [row.id, row.profile_hash]
        )
        assert count_dirty_vacancies(connection, "r1") == 0
        upsert_vacancies(connection, [post("1", how_to_apply="Write to us.")])
        assert count_dirty_vacancies(connection, "r1") == 0
        upsert_vacancies(connection, [post("1", description="Cook.")])
        assert count_dirty_vacancies(connection, "r1") == 1


def test_a_vacancy_without_a_postcode_has_no_position(database: Database) -> None:
    save(database, post("1", postcode=None, national=True), post("2"))
    with database.transaction(ALL) as connection:
        assert get_vacancy(connection, "1").precision is None
        assert get_vacancy(connection, "2").precision == 1
