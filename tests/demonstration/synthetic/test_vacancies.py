"""Made-up vacancies: valid, varied, and with their truth beside them."""

from datetime import date, timedelta

import pytest

from demonstration.synthetic.catalogue import handwritten_vacancies, occupations
from demonstration.synthetic.vacancies import SyntheticVacancy, generate_vacancies, handwritten
from employers.model import Vacancy

AS_OF = date(2026, 10, 5)
MANY = 5_000
LOWEST_PAY = 12.71  # pounds an hour: the minimum that the catalogue starts from


@pytest.fixture(scope="module")
def vacancies() -> list[SyntheticVacancy]:
    return list(generate_vacancies(MANY, seed=11, as_of=AS_OF))


def test_every_handwritten_vacancy_is_valid_and_fits_known_occupations() -> None:
    written = handwritten(AS_OF)
    assert len(written) == len(handwritten_vacancies(AS_OF)) > 0
    for each in written:
        assert each.occupations
        assert set(each.occupations) <= occupations().keys(), each.vacancy.reference


def test_handwritten_dates_count_from_the_day_given() -> None:
    later = AS_OF + timedelta(days=10)
    for one, other in zip(handwritten(AS_OF), handwritten(later), strict=True):
        for field in ("closing_date", "start_date"):
            before, after = getattr(one.vacancy, field), getattr(other.vacancy, field)
            assert (after - before == timedelta(days=10)) if before else after is None


def test_the_same_seed_gives_the_same_vacancies_wherever_it_is_split() -> None:
    whole = list(generate_vacancies(40, seed=4, as_of=AS_OF))
    parts = [
        *generate_vacancies(15, seed=4, as_of=AS_OF),
        *generate_vacancies(25, seed=4, as_of=AS_OF, start=15),
    ]
    assert whole == parts
    assert whole != list(generate_vacancies(40, seed=5, as_of=AS_OF))


def test_every_vacancy_passes_the_model_again(vacancies: list[SyntheticVacancy]) -> None:
    for each in vacancies[:1_000]:
        assert Vacancy.model_validate(each.vacancy.model_dump()) == each.vacancy


def test_employer_and_reference_name_one_vacancy(vacancies: list[SyntheticVacancy]) -> None:
    keys = {(each.vacancy.employer.name.lower(), each.vacancy.reference) for each in vacancies}
    assert len(keys) == MANY


def test_an_employer_is_described_the_same_wherever_it_appears(
    vacancies: list[SyntheticVacancy],
) -> None:
    employers = {each.vacancy.employer.model_dump_json() for each in vacancies}
    assert len(employers) == len({each.vacancy.employer.name for each in vacancies})


def test_certificates_and_pay_are_those_of_the_occupation(
    vacancies: list[SyntheticVacancy],
) -> None:
    for each in vacancies:
        occupation = occupations()[each.occupations[0]]
        assert each.vacancy.required_certificates == occupation.required_certificates
        if each.vacancy.salary_period == "PER_HOUR":
            assert float(each.vacancy.salary_from or 0) >= LOWEST_PAY


def test_closing_dates_meet_both_sides_of_the_limit(vacancies: list[SyntheticVacancy]) -> None:
    closing = [each.vacancy.closing_date for each in vacancies]
    assert closing.count(AS_OF) / MANY == pytest.approx(0.025, abs=0.01)
    assert closing.count(AS_OF - timedelta(days=1)) / MANY == pytest.approx(0.02, abs=0.01)
    assert closing.count(None) / MANY == pytest.approx(0.20, abs=0.025)
    dated = [day for day in closing if day]
    assert max(dated) <= AS_OF + timedelta(days=60)


def test_offence_exclusions_are_spread_as_assumed(vacancies: list[SyntheticVacancy]) -> None:
    exclusions = [each.vacancy.offence_exclusions for each in vacancies]
    assert exclusions.count(("NONE",)) / MANY == pytest.approx(0.45, abs=0.03)
    assert exclusions.count(("CASE_BY_CASE",)) / MANY == pytest.approx(0.35, abs=0.03)


def test_the_truth_is_in_no_vacancy(vacancies: list[SyntheticVacancy]) -> None:
    slugs = [slug for slug in occupations() if "-" in slug]
    for each in vacancies[:2_000]:
        record = each.vacancy.model_dump_json().lower()
        assert "synthetic" not in record
        assert not any(slug in record for slug in slugs)


def test_adverts_vary(vacancies: list[SyntheticVacancy]) -> None:
    assert len({each.vacancy.description for each in vacancies}) == MANY
