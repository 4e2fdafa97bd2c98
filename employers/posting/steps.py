"""Posting a vacancy step by step: what each step asks, and what is wrong with its answers. Pure.

A draft keeps answers as they were typed. Each step is checked by itself when it is saved, and all
of them together before the vacancy is published. More is asked here than an import must bring
(hours, contract, pay, what the work involves), because whoever posts by hand knows it, and what is
not stated refers people to a person.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from typing import Any, TypeAlias

from employers.model import Employer, Vacancy
from employers.posting import answers as read
from employers.posting.answers import Answers, Reader, WrongAnswerError
from foundation.errors import NotFoundError, ValidationError
from foundation.record import check
from foundation.vocabulary import (
    ApplicationDocument,
    BaseLocation,
    ContractType,
    EmployerSector,
    HoursPerWeek,
    Involves,
    OffenceExclusion,
    SalaryPeriod,
    Sector,
    Source,
    Training,
    WorkPattern,
)

Values: TypeAlias = dict[str, Any]
Faults: TypeAlias = dict[str, str]

UNNUMBERED = "not published yet"


@dataclass(frozen=True, slots=True)
class Field:
    """One question: the vacancy's field that it fills, how it is read, and when it is asked."""

    name: str
    read: Reader
    asked: Callable[[Values], bool] = lambda _: True
    is_date: bool = False

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names under which a browser sends its answer."""
        if self.is_date:
            return tuple(f"{self.name}-{part}" for part in read.DATE_PARTS)
        return (self.name,)


@dataclass(frozen=True, slots=True)
class Step:
    """One page of questions. `agree` finds what is wrong with answers that are right alone."""

    number: int
    name: str
    title: str
    fields: tuple[Field, ...]
    agree: Callable[[Values, date], Faults] = lambda *_: {}

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names under which a browser sends its answers."""
        return tuple(name for field in self.fields for name in field.inputs)


@dataclass(frozen=True, slots=True)
class Checked:
    """A step's answers as values, or what is wrong with them by field."""

    values: Values
    faults: Faults


@dataclass(frozen=True, slots=True)
class Origin:
    """What no step asks: the reference, and who brought the vacancy in.

    Of the published codes none means the employer itself, and every other code would give the
    credit for an employer's own posting to somebody who did not bring it in: hence OTHER.
    """

    reference: str = UNNUMBERED
    source: Source = Source.OTHER
    secondary_source: Source | None = None


def check_step(step: Step, answers: Answers, today: date) -> Checked:
    """The step's values; or, by field, what to do about each answer that cannot be used."""
    values: Values = {}
    faults: Faults = {}
    for field in step.fields:
        if not field.asked(values):
            continue
        try:
            values[field.name] = field.read(answers, field.name)
        except WrongAnswerError as error:
            faults[field.name] = str(error)
    for name, message in step.agree(values, today).items():
        faults.setdefault(name, message)
    return Checked(values, faults)


def check_all(
    answers: Answers, employer: Employer, today: date, origin: Origin | None = None
) -> Vacancy | dict[str, Faults]:
    """The vacancy; or what is wrong, by the name of the step and then by field."""
    checked = {step.name: check_step(step, answers, today) for step in STEPS}
    faults = {name: each.faults for name, each in checked.items() if each.faults}
    if faults:
        return faults
    origin = origin or Origin()
    values: Values = {
        "employer": employer,
        "reference": origin.reference,
        "source": origin.source,
        "secondary_source": origin.secondary_source,
    }
    for each in checked.values():
        values |= each.values
    made = check(Vacancy, values)
    if isinstance(made, list):  # the steps let nothing through that a vacancy refuses; a test says
        raise ValidationError(made[0].column, made[0].value, made[0].allowed)
    return made


def known_values(answers: Answers, today: date) -> Values:
    """Whatever can be used of answers that are still incomplete, as a vacancy's values."""
    values: Values = {}
    for step in STEPS:
        checked = check_step(step, answers, today)
        values |= {
            name: value for name, value in checked.values.items() if name not in checked.faults
        }
    return values


def answers_of(vacancy: Vacancy) -> dict[str, str | list[str]]:
    """The answers that would make this vacancy, for a draft that begins from it."""
    found: dict[str, str | list[str]] = {}
    for step in STEPS:
        for field in step.fields:
            value = getattr(vacancy, field.name)
            if isinstance(value, date):
                found |= read.day_answers(field.name, value)
            elif value is not None:
                found[field.name] = _written(value)
    return found


def kept(step: Step, answers: Answers) -> dict[str, str | list[str]]:
    """The answers to this step's questions as they are stored: as typed, and nothing else.

    Raises:
        ValidationError: one is longer than any question could need.
    """
    found: dict[str, str | list[str]] = {}
    for name in step.inputs:
        given = answers.get(name, "")
        several = [read.legible(each) for each in ([given] if isinstance(given, str) else given)]
        if len(several) > MOST_CHOICES or any(len(each) > LONGEST for each in several):
            raise ValidationError(
                name, f"{several[0][:20]}…", f"write at most {LONGEST:,} characters"
            )
        found[name] = several[0] if isinstance(given, str) else several
    return found


def get_step(name: str) -> Step:
    """The step of that name, or NotFoundError."""
    for step in STEPS:
        if step.name == name:
            return step
    raise NotFoundError(f"no step {name!r}; there are {', '.join(step.name for step in STEPS)}")


def _written(value: object) -> str | list[str]:
    match value:
        case bool():
            return "yes" if value else "no"
        case time():
            return f"{value:%H:%M}"
        case tuple():
            return [str(each) for each in value]
        case _:
            return str(value)


def _has_workplace(values: Values) -> bool:
    """Only once both answers are known, so that one fault does not bring another."""
    national, base = values.get("national"), values.get("base_location")
    return national is False and base not in (None, BaseLocation.REMOTE)


def _place_agrees(values: Values, today: date) -> Faults:
    faults: Faults = {}
    shift = {name: values.get(name) for name in ("shift_start", "shift_end") if name in values}
    if len(shift) == 2 and any(shift.values()):
        messages = {
            "shift_start": "Enter when the shift starts, or leave its end empty",
            "shift_end": "Enter when the shift ends, or leave its start empty",
        }
        faults |= {name: messages[name] for name, value in shift.items() if value is None}
    start = values.get("start_date")
    if start and start < today:
        faults["start_date"] = "Start date must be today or later, or left empty if not fixed"
    return faults


def _pay_agrees(values: Values, _today: date) -> Faults:
    lowest, highest = values.get("salary_from"), values.get("salary_to")
    if lowest and highest and lowest > highest:
        return {"salary_to": "The highest pay must be the same as the lowest pay, or more"}
    return {}


def _exclusions_agree(values: Values, _today: date) -> Faults:
    if OffenceExclusion.OTHER in values.get("offence_exclusions", ()) and (
        "offence_exclusions_details" in values and not values["offence_exclusions_details"]
    ):
        return {"offence_exclusions_details": "Say in words what else you exclude"}
    return {}


def _applying_agrees(values: Values, today: date) -> Faults:
    closing = values.get("closing_date")
    if closing and closing < today:
        return {"closing_date": "Closing date must be today or later"}
    return {}


def _asks_for_another_document(values: Values) -> bool:
    return ApplicationDocument.OTHER in values.get("documents_asked_for", ())


MOST_CHOICES = 50
LONGEST = 20_000

STEPS: tuple[Step, ...] = (
    Step(
        1,
        "job",
        "The job",
        (
            Field("title", read.text("Job title", least=3, most=100, missing="Enter a job title")),
            Field("sector", read.code(Sector, missing="Select the type of work")),
            Field("industry_sector", read.code(EmployerSector, missing="Select the industry")),
            Field(
                "number_of_vacancies",
                read.whole_number(
                    "Number of vacancies",
                    least=1,
                    most=100_000,
                    missing="Enter how many people you want to take on",
                ),
            ),
            Field(
                "description",
                read.text("Description", most=3000, missing="Describe what the job is"),
            ),
        ),
    ),
    Step(
        2,
        "place",
        "Place and time",
        (
            Field(
                "national",
                read.yes_or_no("Select yes if the work can be anywhere in the country"),
            ),
            Field(
                "base_location", read.code(BaseLocation, missing="Select where the work is done")
            ),
            Field(
                "postcode",
                read.postcode(
                    "Enter the postcode of the workplace, or say that the work is anywhere in the "
                    "country or remote"
                ),
                asked=_has_workplace,
            ),
            Field("work_pattern", read.code(WorkPattern)),
            Field(
                "hours_per_week", read.code(HoursPerWeek, missing="Select how many hours a week")
            ),
            Field("contract_type", read.code(ContractType, missing="Select the kind of contract")),
            Field("start_date", read.day("Start date"), is_date=True),
            Field("shift_start", read.clock_time("Start of the shift")),
            Field("shift_end", read.clock_time("End of the shift")),
        ),
        _place_agrees,
    ),
    Step(
        3,
        "pay",
        "Pay",
        (
            Field("salary_from", read.money("Lowest pay", missing="Enter what the job pays")),
            Field("salary_to", read.money("Highest pay")),
            Field(
                "salary_period",
                read.code(SalaryPeriod, missing="Select the period that this pays for"),
            ),
            Field(
                "pays_minimum_wage",
                read.yes_or_no("Select yes if it pays at least the national minimum wage"),
            ),
            Field("salary_extra", read.text("More about pay", most=100)),
        ),
        _pay_agrees,
    ),
    Step(
        4,
        "needed",
        "What is needed",
        (
            Field(
                "essential_criteria",
                read.text(
                    "What someone must have",
                    most=1000,
                    missing="Say what someone must have or be able to do",
                ),
            ),
            Field("desirable_criteria", read.text("What would be good to have", most=1000)),
            Field(
                "required_certificates",
                read.codes(Training, without=(Training.NONE, Training.OTHER)),
            ),
            Field(
                "involves",
                read.codes(Involves, missing="Select what the work involves, or “None”"),
            ),
        ),
    ),
    Step(
        5,
        "exclusions",
        "Offences that you exclude",
        (
            Field(
                "offence_exclusions",
                read.codes(
                    OffenceExclusion,
                    missing="Select what you exclude, “Case by case”, or “None”",
                ),
            ),
            Field("offence_exclusions_details", read.text("What else you exclude", most=500)),
        ),
        _exclusions_agree,
    ),
    Step(
        6,
        "applying",
        "How to apply",
        (
            Field("rolling", read.yes_or_no("Select yes if there is no closing date")),
            Field(
                "closing_date",
                read.day("Closing date", missing="Enter the last day to apply"),
                asked=lambda values: values.get("rolling") is False,
                is_date=True,
            ),
            Field(
                "how_to_apply",
                read.text("How to apply", most=1000, missing="Say how to apply"),
            ),
            Field("documents_asked_for", read.codes(ApplicationDocument)),
            Field(
                "documents_details",
                read.text(
                    "What other document", most=200, missing="Say which other document to send"
                ),
                asked=_asks_for_another_document,
            ),
            Field(
                "only_prison_leavers",
                read.yes_or_no("Select yes if only people leaving prison may apply"),
            ),
        ),
        _applying_agrees,
    ),
)
CHECK_NUMBER = len(STEPS) + 1  # the step reached by who has answered all and looks them over
