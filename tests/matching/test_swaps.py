"""What may touch a score and what may not: every field of a candidate is one or the other.

A field that nobody has thought about fails here.
"""

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_readings import WEIGHTS, drawn_features, pair_of
from strategies import candidates, recorded, some, vacancies

from candidates.model import ActionState, Candidate
from candidates.monitoring.model import Monitoring
from employers.model import Vacancy
from foundation.vocabulary import (
    Accommodation,
    ActionStatus,
    AffectingAbility,
    ChangeNeeded,
    Consent,
    DeclinedReason,
    IdDocument,
    LicenceCondition,
    Offence,
    QualificationType,
    ReadinessAction,
    ReadinessStatus,
    ReleaseDateType,
    RightToWork,
    SkillLevel,
    Training,
)
from matching.score.weights import total

# What they have done, can do, hold and want, where they go and when.
MAY_TOUCH = {
    "release_date",
    "release_area",
    "no_fixed_abode",
    "work_interests",
    "job_of_particular_interest",
    "work_experience",
    "previous_work",
    "skills",
    "other_skills",
    "qualifications",
    "qualification_types",
    "other_qualifications",
    "training",
    "prison_work",
    "prison_training",
    "hours_wanted",
    "work_patterns_wanted",
    "furthest_travel_miles",
    "years_since_last_work",
}

names = st.sampled_from(["Aisha", "Daniel", "Nguyễn", "O'Neill", "Seren"])
levels = st.sampled_from(SkillLevel)
days = st.none() | st.dates(date(2026, 1, 1), date(2027, 1, 1))
clock = st.none() | st.times().map(lambda at: time(at.hour, at.minute))
# Rules may ask about these, and people may see them; no score may. Each with other values.
NEVER_TOUCHES: dict[str, st.SearchStrategy[Any]] = {
    "prison_number": st.from_regex(r"[A-Z][0-9]{4}[A-Z]{2}", fullmatch=True),
    "first_name": names,
    "last_name": names,
    "prison_id": st.sampled_from(["MDI", "LEI", "STI", "DHI"]),
    "release_date_type": st.none() | st.sampled_from(ReleaseDateType),
    "consent": st.sampled_from(Consent),
    "consent_date": days,
    "right_to_work": st.sampled_from(RightToWork),
    "readiness_status": st.sampled_from(ReadinessStatus),
    "ready_since": days,
    "readiness_actions": st.lists(
        st.builds(
            ActionState,
            action=st.sampled_from(ReadinessAction),
            status=st.sampled_from(ActionStatus),
        ),
        max_size=3,
    ).map(tuple),
    "id_documents": some(IdDocument).map(tuple),
    "support_declined_reasons": some(DeclinedReason).map(tuple),
    "changes_needed": some(ChangeNeeded).map(tuple),
    "affecting_ability": some(AffectingAbility).map(tuple),
    "can_drive": st.none() | st.booleans(),
    "pay_wanted_per_hour": st.none() | st.sampled_from([Decimal("11.44"), Decimal("20.00")]),
    "offences": recorded(Offence),
    "licence_conditions": recorded(LicenceCondition),
    "curfew_from": clock,
    "curfew_to": clock,
    "exclusion_zones": st.lists(st.sampled_from(["LS1", "B1", "M1"]), unique=True).map(tuple),
    "accommodation": st.sampled_from(Accommodation),
    "literacy": levels,
    "numeracy": levels,
    "digital": levels,
    "ever_worked": st.none() | st.booleans(),
}

asking = st.builds(
    lambda vacancy, criteria: vacancy.model_copy(update={"essential_criteria": criteria}),
    vacancies(),
    st.sampled_from(
        [
            "Able to stand for a shift. Has worked in a kitchen.",
            "CSCS card. First aid or food hygiene certificate. Three years as a labourer.",
            "Driving licence, forklift licence and manual handling; health and safety preferred.",
            "NVQ Level 2 or time served. Machinery tickets.",
        ]
    ),
)
training_codes = st.sampled_from([code for code in Training if code not in ("NONE", "OTHER")])


def test_every_field_of_a_candidate_is_said_to_touch_a_score_or_not() -> None:
    assert MAY_TOUCH.isdisjoint(NEVER_TOUCHES)
    assert MAY_TOUCH | NEVER_TOUCHES.keys() == Candidate.model_fields.keys()


def test_no_characteristic_is_a_field_of_a_candidate() -> None:
    # Nothing that ranks may import monitoring: an import contract in pyproject.toml says so.
    shared = Monitoring.model_fields.keys() & Candidate.model_fields.keys()
    assert shared == {"prison_number"}


@pytest.mark.parametrize("field", NEVER_TOUCHES)
@settings(max_examples=12)
@given(candidate=candidates(), vacancy=asking, drawn=st.data())
def test_what_may_not_touch_a_score_changes_no_feature_and_no_text(
    field: str, candidate: Candidate, vacancy: Vacancy, drawn: st.DataObject
) -> None:
    other = drawn.draw(
        NEVER_TOUCHES[field].filter(lambda value: value != getattr(candidate, field))
    )
    swapped = candidate.model_copy(update={field: other})
    assert swapped.embeddable() == candidate.embeddable()
    before, after = (drawn_features(pair_of(each, vacancy)) for each in (candidate, swapped))
    assert after == before


@settings(max_examples=60)
@given(candidate=candidates(), vacancy=asking, drawn=st.data())
def test_all_of_it_together_changes_nothing_either(
    candidate: Candidate, vacancy: Vacancy, drawn: st.DataObject
) -> None:
    swapped = candidate.model_copy(
        update={field: drawn.draw(values) for field, values in NEVER_TOUCHES.items()}
    )
    assert swapped.embeddable().texts() == candidate.embeddable().texts()
    assert drawn_features(pair_of(swapped, vacancy)) == drawn_features(pair_of(candidate, vacancy))


def with_training(candidate: Candidate, code: Training) -> Candidate:
    """Somebody for whom the certificate is recorded as training."""
    held = [each for each in candidate.training or () if each != "NONE"]
    return candidate.model_copy(update={"training": (*held, code)})


def with_qualification(candidate: Candidate, code: Training) -> Candidate:
    """Somebody for whom it is recorded as a type of qualification, where there is one."""
    kinds = [kind for kind in QualificationType if kind.value.startswith(code.value.split("_")[0])]
    held = (*candidate.qualification_types, *kinds)
    return candidate.model_copy(update={"qualification_types": tuple(dict.fromkeys(held))})


def with_skill(candidate: Candidate, code: Training) -> Candidate:
    """Somebody who names it among the skills."""
    return candidate.model_copy(update={"other_skills": (*candidate.other_skills, code.label)})


@pytest.mark.parametrize("gain", [with_training, with_qualification, with_skill])
@settings(max_examples=120)
@given(candidate=candidates(), vacancy=asking, code=training_codes)
def test_gaining_a_certificate_never_lowers_a_feature_or_the_score(
    gain: Any,  # noqa: ANN401 -- one of the functions above
    candidate: Candidate,
    vacancy: Vacancy,
    code: Training,
) -> None:
    required = vacancy.model_copy(update={"required_certificates": (code,)})
    before = drawn_features(pair_of(candidate, required)).values
    after = drawn_features(pair_of(gain(candidate, code), required)).values
    assert {name: value for name, value in after.items() if value < before[name]} == {}
    assert total(after, WEIGHTS) >= total(before, WEIGHTS)
