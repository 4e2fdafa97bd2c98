"""A list to be read by eye says who is first, why, and who stands behind."""

from typing import Any

from benchmarks.advert_page import page, person_in_words

PERSON = {
    "work_experience": [{"role": "Porter", "start_year": 2015, "end_year": 2017}],
    "prison_work": ["PRISON_LAUNDRY"],
    "training": ["FIRST_AID_CERTIFICATE"],
    "work_interests": [{"type": "OTHER", "role": "Night porter"}],
}


def place(score: int) -> dict[str, Any]:
    return {
        "score": score,
        "contributions": {"role": [0.5, 100_000, "Nearest to the job: Porter."]},
        "matches": [{"requirement": "Lifting", "evidence": "Porter", "credit": 0.25}],
        "distance": "3 miles away",
        "person": PERSON,
    }


def test_the_first_are_in_full_and_the_rest_in_a_line() -> None:
    record = {
        "group": "porter", "place": 0, "title": "Porter", "employer": "A hospital",
        "reference": "1", "sector": "OTHER", "open": 9, "compared": 3, "advert": "Move beds.",
        "requirements": [
            {"kind": "essential", "text": "Lifting", "why_not": None, "attitude": True,
             "certificates": []},
            {"kind": "boilerplate", "text": "Pension", "why_not": "pay and benefits",
             "attitude": False, "certificates": []},
        ],
        "top": [place(500_000), place(400_000)],
    }  # fmt: skip
    lines = page([record], top=1).splitlines()
    assert lines[0] == "# porter 0: Porter (A hospital)"
    assert "- [essential, attitude] Lifting" in lines
    assert "- (pay and benefits) Pension" in lines
    assert "## 1. 0.500, 3 miles away" in lines
    assert "(role 0.50)" in lines
    assert lines[-1] == f"2. 0.400 {person_in_words(PERSON)}"


def test_a_record_in_words_leaves_out_what_it_does_not_say() -> None:
    said = person_in_words(PERSON)
    assert said.startswith("Porter 2015-2017 | certificates: FIRST_AID_CERTIFICATE | prison: ")
    assert "wants: Night porter (OTHER)" in said
    assert "qualified" not in said
