"""Who someone is, and what limits them, never becomes text for the encoder.

A canary sits in every field that must never be embedded. A field that is new to the model fails
here until someone has said which side it is on.
"""

import csv
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from candidates.intake import CANDIDATES
from candidates.model import (
    ActionState,
    Candidate,
    Qualification,
    TrainingInPrison,
    WorkExperience,
    WorkInterest,
)
from candidates.store import get_candidate
from foundation.database import Database, Scope
from foundation.intake.load import load
from foundation.settings import Settings
from index.encoder.encoder import SentenceEncoder, Vectors
from index.text.text import content_hash
from matching.retrieval.build import IndexBuilder

EVERYWHERE = Scope("tests")

# Every field, whole or in part, that may be embedded, with what is given and what must be found.
EMBEDDED: dict[str, tuple[Any, list[str]]] = {
    "work_experience": (
        [
            {
                "role": "Zookeeper",
                "details": "fed the giraffes",
                "type": "SPORTS",
                "start_year": 1953,
                "end_year": 1957,
            }
        ],
        ["Zookeeper", "fed the giraffes"],
    ),
    "previous_work": ("Helped in a lighthouse", ["Helped in a lighthouse"]),
    "work_interests": (
        [{"type": "BEAUTY", "role": "wigmaker"}],
        ["Hair, beauty and wellbeing", "wigmaker"],
    ),
    "job_of_particular_interest": ("Falconer", ["Falconer"]),
    "skills": (["RESILIENCE"], ["Resilience"]),
    "other_skills": (["origami"], ["origami"]),
    "qualifications": (
        [{"subject": "Botany", "level": "LEVEL_3", "grade": "Gradecanary"}],
        ["Botany level 3"],
    ),
    "other_qualifications": ("Diploma in juggling", ["Diploma in juggling"]),
    "training": (["SIA_LICENCE"], ["SIA licence"]),
    "prison_work": (["PRISON_LAUNDRY"], ["Laundry"]),
    "prison_training": ([{"type": "NUMERACY_SKILLS", "year": 1961}], ["Numeracy skills"]),
}

# Every field that may not, with its canary and the words by which it would be known.
NEVER: dict[str, tuple[Any, list[str]]] = {
    "prison_number": ("Q7391XZ", ["Q7391XZ", "7391"]),
    "first_name": ("Wilhelmina", ["Wilhelmina"]),
    "last_name": ("Featherstonehaugh", ["Featherstonehaugh"]),
    "prison_id": ("WWI", ["WWI", "Wandsworth"]),
    "release_date": ("2031-03-19", ["2031", "19 March", "release"]),
    "release_date_type": ("PRRD", ["PRRD", "recall"]),
    "release_area": ("ZE2 9UJ", ["ZE2", "9UJ", "Lerwick", "Shetland"]),
    "no_fixed_abode": (False, ["abode"]),
    "consent": ("GIVEN", ["GIVEN", "consent"]),
    "consent_date": ("2029-07-23", ["2029", "23 July"]),
    "right_to_work": ("YES", ["right to work", "YES"]),
    "readiness_status": ("SUPPORT_DECLINED", ["declined", "want support"]),
    "ready_since": ("2028-11-17", ["2028", "17 November"]),
    "readiness_actions": (
        [{"action": "INTERVIEW_CLOTHING", "status": "IN_PROGRESS"}],
        ["INTERVIEW_CLOTHING", "clothing", "progress"],
    ),
    "id_documents": (["PASSPORT"], ["passport"]),
    "support_declined_reasons": (["FULL_TIME_CARER"], ["carer", "CARER"]),
    "changes_needed": (["DEPENDENCY_SUPPORT"], ["dependency", "support"]),
    "affecting_ability": (["MENTAL_HEALTH_ISSUES"], ["mental", "health", "issues"]),
    "qualification_types": (["HIGHER_EDUCATION"], ["higher education", "HIGHER_EDUCATION"]),
    "hours_wanted": (["ZERO_HOURS"], ["zero hours", "ZERO_HOURS"]),
    "work_patterns_wanted": (["TERM_TIME_HOURS"], ["term-time", "TERM_TIME"]),
    "furthest_travel_miles": (837, ["837", "miles"]),
    "can_drive": (True, ["drive", "driving"]),
    "pay_wanted_per_hour": ("347.83", ["347", "pay"]),
    "offences": (["ARSON", "MURDER"], ["arson", "murder", "offence"]),
    "licence_conditions": (
        ["CURFEW", "EXCLUSION_ZONE", "NO_INTERNET"],
        ["curfew", "exclusion", "internet", "condition"],
    ),
    "curfew_from": ("21:47", ["21:47", "2147"]),
    "curfew_to": ("05:13", ["05:13", "0513"]),
    "exclusion_zones": (["KW17"], ["KW17", "Orkney", "Kirkwall"]),
    "accommodation": ("TEMPORARY", ["temporary", "accommodation"]),
    "literacy": ("BELOW_ENTRY_3", ["entry", "literacy"]),
    "numeracy": ("ENTRY_3", ["entry level"]),
    "digital": ("LEVEL_1", ["level 1", "digital"]),
    "years_since_last_work": (79, ["79"]),
    "ever_worked": (True, ["ever worked"]),
}

# The parts of the embedded fields, sorted the same way.
PARTS = {
    WorkExperience: ({"role", "details"}, {"type", "start_year", "end_year"}),
    WorkInterest: ({"type", "role"}, set()),
    Qualification: ({"subject", "level"}, {"grade"}),
    TrainingInPrison: ({"type"}, {"year"}),
    ActionState: (set(), {"action", "status"}),
}
PART_CANARIES = ["1953", "1957", "1961", "Gradecanary", "Sport and fitness", "SPORTS"]

CANARY = {name: value for side in (EMBEDDED, NEVER) for name, (value, _) in side.items()}
WORDS = [*PART_CANARIES, *(word for _, words in NEVER.values() for word in words)]

# Another value for each field, to show that the texts do not depend on it at all.
CHANGED: dict[str, Any] = {
    "prison_number": "B0000BB",
    "first_name": "Jo",
    "last_name": "Li",
    "prison_id": "LEI",
    "release_date": None,
    "release_date_type": "ARD",
    "release_area": None,
    "no_fixed_abode": None,  # with the release area, below
    "consent": "WITHDRAWN",
    "consent_date": "2020-01-01",
    "right_to_work": "NO",
    "readiness_status": "READY_TO_WORK",
    "ready_since": None,
    "readiness_actions": [],
    "id_documents": ["OTHER"],
    "support_declined_reasons": ["RETIRED"],
    "changes_needed": [],
    "affecting_ability": ["NONE"],
    "qualification_types": ["TRADE"],
    "hours_wanted": [],
    "work_patterns_wanted": [],
    "furthest_travel_miles": 1,
    "can_drive": False,
    "pay_wanted_per_hour": None,
    "offences": ["NONE"],
    "licence_conditions": ["CURFEW", "EXCLUSION_ZONE"],
    "curfew_from": "01:00",
    "curfew_to": "02:00",
    "exclusion_zones": ["LS1"],
    "accommodation": "SETTLED",
    "literacy": "LEVEL_2",
    "numeracy": "LEVEL_2",
    "digital": "LEVEL_2",
    "years_since_last_work": 1,
    "ever_worked": False,
}


class Recorder:
    """The real encoder, and every text that it was given."""

    def __init__(self, encoder: SentenceEncoder) -> None:
        self._encoder = encoder
        self.model_id = encoder.model_id
        self.dimensions = encoder.dimensions
        self.texts: list[str] = []

    def encode(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> Vectors:
        self.texts += texts
        return self._encoder.encode(texts, on_progress)


def as_csv(path: Path) -> Path:
    """The canary as a person would type it; what a CSV cannot carry is left out."""

    def cell(name: str, value: Any) -> str:  # noqa: ANN401 -- any JSON value
        if isinstance(value, bool):
            return "yes" if value else "no"
        if name == "work_experience":
            return " | ".join(f"{job['role']}: {job['details']}" for job in value)
        if name == "prison_training":
            return "; ".join(f"{course['type']} {course['year']}" for course in value)
        if not isinstance(value, list):
            return str(value)
        parts = (each if isinstance(each, str) else ": ".join(each.values()) for each in value)
        return "; ".join(parts)

    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(CANARY)
        writer.writerow(cell(name, value) for name, value in CANARY.items())
    return path


def as_json_lines(path: Path) -> Path:
    path.write_text(json.dumps(CANARY) + "\n", encoding="utf-8")
    return path


WRITERS = {"canary.csv": as_csv, "canary.jsonl": as_json_lines}


def assert_no_canary(text: str) -> None:
    for word in WORDS:
        assert not re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE), (word, text)


@pytest.fixture(params=sorted(WRITERS))
def imported(
    request: pytest.FixtureRequest, tmp_path: Path, database: Database
) -> tuple[Database, Candidate]:
    path = WRITERS[request.param](tmp_path / request.param)
    rejections: list[object] = []
    outcome = load(path, CANDIDATES, database, EVERYWHERE, on_rejection=rejections.append)
    assert rejections == []
    assert outcome.saved.inserted == 1
    with database.transaction(EVERYWHERE) as connection:
        return database, get_candidate(connection, "Q7391XZ").record


def test_every_field_has_been_sorted_into_embedded_or_never() -> None:
    assert set(EMBEDDED) | set(NEVER) == set(Candidate.model_fields)
    assert not set(EMBEDDED) & set(NEVER)
    for kind, (embedded, never) in PARTS.items():
        assert embedded | never == set(kind.model_fields), kind
        assert not embedded & never, kind
    assert set(CHANGED) == set(NEVER)


def test_every_canary_arrives_in_the_record(imported: tuple[Database, Candidate]) -> None:
    _, candidate = imported
    for name in CANARY:
        default = Candidate.model_fields[name].default
        if name != "no_fixed_abode":  # it can only be false beside a release area
            assert getattr(candidate, name) not in (default, None, ()), name


def test_what_may_be_embedded_is(imported: tuple[Database, Candidate]) -> None:
    _, candidate = imported
    texts = candidate.embeddable().texts()
    for name, (_, words) in EMBEDDED.items():
        for word in words:
            assert word in texts.whole, name


def test_no_canary_is_in_any_text(imported: tuple[Database, Candidate]) -> None:
    _, candidate = imported
    texts = candidate.embeddable().texts()
    assert len(texts.lines) >= 9
    for text in texts.all():
        assert_no_canary(text)


def test_the_encoder_is_given_no_canary(
    imported: tuple[Database, Candidate],
    make_settings: Callable[..., Settings],
    encoder: SentenceEncoder,
) -> None:
    database, candidate = imported
    builder, recorder = IndexBuilder(database, make_settings()), Recorder(encoder)
    builder.encoder = recorder  # type: ignore[assignment]
    built = builder.build()
    assert built.embedded == 1
    assert set(recorder.texts) == set(candidate.embeddable().texts().all())
    for text in recorder.texts:
        assert_no_canary(text)
    with database.transaction(EVERYWHERE) as connection:
        rows = connection.execute("SELECT content_hash FROM embedding").fetchall()
    assert {bytes(row[0]) for row in rows} == {content_hash(text) for text in recorder.texts}


@pytest.mark.parametrize("field", sorted(NEVER))
def test_the_texts_do_not_depend_on(field: str) -> None:
    before = Candidate.model_validate(CANARY)
    values = CANARY | {field: CHANGED[field]}
    if field == "no_fixed_abode":
        values |= {"no_fixed_abode": True, "release_area": None}
    after = Candidate.model_validate(values)
    assert getattr(after, field) != getattr(before, field)
    assert after.embeddable() == before.embeddable()
    assert after.embeddable().fingerprint() == before.embeddable().fingerprint()


@pytest.mark.parametrize(
    ("holder", "part", "value"),
    [
        ("work_experience", "type", "RETAIL"),
        ("work_experience", "start_year", 1950),
        ("work_experience", "end_year", None),
        ("qualifications", "grade", "Merit"),
        ("prison_training", "year", None),
    ],
)
def test_the_texts_do_not_depend_on_the_part(holder: str, part: str, value: object) -> None:
    before = Candidate.model_validate(CANARY)
    after = Candidate.model_validate(CANARY | {holder: [CANARY[holder][0] | {part: value}]})
    assert after != before
    assert after.embeddable().texts().all() == before.embeddable().texts().all()


@pytest.mark.parametrize("field", sorted(EMBEDDED))
def test_the_fingerprint_depends_on(field: str) -> None:
    before = Candidate.model_validate(CANARY)
    empty = None if field == "training" else Candidate.model_fields[field].default
    after = Candidate.model_validate(CANARY | {field: empty})
    assert after.embeddable().fingerprint() != before.embeddable().fingerprint()


@pytest.mark.parametrize(
    ("field", "codes"),
    [("training", ["NONE"]), ("training", ["OTHER"]), ("skills", ["OTHER", "NONE"])],
)
def test_none_and_other_say_nothing_to_the_encoder(field: str, codes: list[str]) -> None:
    texts = Candidate.model_validate(CANARY | {field: codes}).embeddable().texts()
    assert not any(re.search(r"\b(none|other)\b", text, re.IGNORECASE) for text in texts.all())
