"""Hypothesis strategies for candidates and vacancies in which every eligibility rule can apply."""

from datetime import date, time, timedelta
from typing import Any

from hypothesis import strategies as st

from candidates.model import Candidate
from employers.model import Vacancy
from foundation.vocabulary import (
    BaseLocation,
    Consent,
    HoursPerWeek,
    IdDocument,
    Involves,
    LicenceCondition,
    Offence,
    OffenceExclusion,
    PrisonTraining,
    QualificationType,
    ReadinessStatus,
    RightToWork,
    Sector,
    Source,
    Training,
    WorkPattern,
)

TODAY = date(2026, 11, 22)
POSTCODES = ("LS1 4AP", "LS11", "M1", "B1 1AA", "TR1", "ZE1", "QQ1", "LS1")  # QQ is no area

days = st.integers(-30, 400).map(lambda count: TODAY + timedelta(days=count))
near_days = st.integers(-3, 120).map(lambda count: TODAY + timedelta(days=count))
times = st.sampled_from([time(hour) for hour in (0, 6, 7, 9, 14, 15, 19, 22, 23)])


def some(codes: type[Any], *, without: tuple[str, ...] = ("NONE",)) -> st.SearchStrategy[list[Any]]:
    """A list of different codes, perhaps empty."""
    return st.lists(
        st.sampled_from([code for code in codes if code not in without]), unique=True, max_size=3
    )


def recorded(codes: type[Any]) -> st.SearchStrategy[list[Any] | None]:
    """Not recorded, NONE, or some codes."""
    return st.one_of(st.none(), st.just(["NONE"]), some(codes).map(lambda found: found or ["NONE"]))


@st.composite
def candidates(draw: st.DrawFn, number: int = 0) -> Candidate:
    """A candidate whose prison number is told by `number`."""
    conditions = draw(recorded(LicenceCondition))
    held = conditions or []
    no_fixed_abode = draw(st.booleans())
    consent = draw(st.sampled_from(Consent))
    return Candidate.model_validate(
        {
            "prison_number": f"A{number:04d}BC",
            "first_name": "Sam",
            "last_name": "Example",
            "prison_id": draw(st.sampled_from(["MDI", "LEI"])),
            "release_date": draw(st.one_of(st.none(), days)),
            "release_area": None
            if no_fixed_abode
            else draw(st.one_of(st.none(), st.sampled_from(POSTCODES))),
            "no_fixed_abode": no_fixed_abode,
            "consent": consent,
            "consent_date": None if consent is Consent.NOT_ASKED else TODAY,
            "right_to_work": draw(st.sampled_from(RightToWork)),
            "readiness_status": draw(st.sampled_from(ReadinessStatus)),
            "ready_since": draw(st.one_of(st.none(), near_days)),
            "id_documents": draw(some(IdDocument)),
            "work_interests": [{"type": code} for code in draw(some(Sector))],
            "work_experience": draw(
                st.lists(
                    st.fixed_dictionaries(
                        {
                            "role": st.sampled_from(["Labourer", "Cook", "Driver"]),
                            "details": st.sampled_from(["", "Busy site. Early starts."]),
                            "end_year": st.one_of(st.none(), st.integers(2000, 2026)),
                        }
                    ),
                    max_size=2,
                )
            ),
            "training": draw(recorded(Training)),
            "qualification_types": draw(some(QualificationType)),
            "prison_training": [{"type": code} for code in draw(some(PrisonTraining))],
            "hours_wanted": draw(some(HoursPerWeek)),
            "work_patterns_wanted": draw(some(WorkPattern)),
            "furthest_travel_miles": draw(st.one_of(st.none(), st.integers(0, 400))),
            "can_drive": draw(st.one_of(st.none(), st.booleans())),
            "offences": draw(recorded(Offence)),
            "licence_conditions": conditions,
            "curfew_from": draw(times) if "CURFEW" in held else None,
            "curfew_to": draw(times) if "CURFEW" in held else None,
            "exclusion_zones": ["LS1", "B1"] if "EXCLUSION_ZONE" in held else [],
        }
    )


@st.composite
def vacancies(draw: st.DrawFn, number: int = 0) -> Vacancy:
    """A vacancy whose reference is told by `number`."""
    national = draw(st.booleans())
    base = draw(st.sampled_from(BaseLocation))
    placeless = national or base is BaseLocation.REMOTE
    rolling = draw(st.booleans())
    exclusions = draw(some(OffenceExclusion)) or ["NONE"]
    shift = draw(st.one_of(st.none(), st.tuples(times, times)))
    return Vacancy.model_validate(
        {
            "employer": {"name": "Harbour Foods Ltd"},
            "reference": f"HF-{number}",
            "title": "Kitchen porter",
            "sector": draw(st.sampled_from(Sector)),
            "industry_sector": "OTHER",
            "source": Source.NFN,
            "postcode": None if placeless else draw(st.sampled_from(POSTCODES)),
            "national": national,
            "base_location": base,
            "work_pattern": draw(st.one_of(st.none(), st.sampled_from(WorkPattern))),
            "hours_per_week": draw(st.one_of(st.none(), st.sampled_from(HoursPerWeek))),
            "description": "Keep the kitchen clean.",
            "essential_criteria": "Able to stand for a shift. Has worked in a kitchen.",
            "how_to_apply": "Ask.",
            "offence_exclusions": exclusions,
            "offence_exclusions_details": "Ask us." if "OTHER" in exclusions else None,
            "rolling": rolling,
            "closing_date": None if rolling else draw(near_days),
            "start_date": draw(st.one_of(st.none(), near_days)),
            "involves": draw(recorded(Involves)),
            "shift_start": shift[0] if shift else None,
            "shift_end": shift[1] if shift else None,
            "required_certificates": draw(some(Training, without=("NONE", "OTHER"))),
        }
    )
