"""The questions of a vacancy's steps in words, and answers read back. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any

from employers.model import Draft, Vacancy
from employers.posting.steps import STEPS, Faults, Step, check_step
from foundation.vocabulary import Code
from web.view.wording import clock_time, day

QUESTIONS = {
    "title": "Job title",
    "sector": "Type of work",
    "industry_sector": "Industry",
    "number_of_vacancies": "How many people",
    "description": "What the job is",
    "national": "Anywhere in the country",
    "base_location": "Where the work is done",
    "postcode": "Postcode of the workplace",
    "work_pattern": "Working pattern",
    "hours_per_week": "Hours a week",
    "contract_type": "Contract",
    "start_date": "Start date",
    "shift_start": "Shift starts",
    "shift_end": "Shift ends",
    "salary_from": "Lowest pay",
    "salary_to": "Highest pay",
    "salary_period": "Paid",
    "pays_minimum_wage": "At least the national minimum wage",
    "salary_extra": "More about pay",
    "essential_criteria": "What someone must have",
    "desirable_criteria": "What would be good to have",
    "required_certificates": "Licences and certificates that are required",
    "involves": "What the work involves",
    "offence_exclusions": "Offences that you exclude",
    "offence_exclusions_details": "What else about offences",
    "rolling": "Open until you close it",
    "closing_date": "Closing date",
    "how_to_apply": "How to apply",
    "documents_asked_for": "Documents that you ask for",
    "documents_details": "Which other document",
    "only_prison_leavers": "Only for people leaving prison",
}
NOT_GIVEN = "Not given"


@dataclass(frozen=True, slots=True)
class DraftAnswer:
    """One question with its answer; `fault` says what is wrong with it, if anything."""

    name: str
    question: str
    text: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class DraftSection:
    """One step with its answers and its status."""

    step: Step
    answers: tuple[DraftAnswer, ...]
    status: str


COMPLETED, IN_PROGRESS, NOT_STARTED = "Completed", "In progress", "Not yet started"
STATUS_COLOURS = {IN_PROGRESS: "govuk-tag--blue", NOT_STARTED: "govuk-tag--grey"}


def draft_sections(draft: Draft, faults: Mapping[str, Faults], today: date) -> list[DraftSection]:
    """Return every step of a draft: valid answers in words, others with what is wrong."""
    return [
        DraftSection(
            step,
            _answers(step, check_step(step, draft.answers, today).values, faults.get(step.name)),
            _status(draft, step, faults),
        )
        for step in STEPS
    ]


def vacancy_sections(vacancy: Vacancy) -> list[DraftSection]:
    """Return every step of a vacancy as it was posted."""
    return [
        DraftSection(
            step, _answers(step, {f.name: getattr(vacancy, f.name) for f in step.fields}), ""
        )
        for step in STEPS
    ]


def summary_errors(errors: Mapping[str, str], step: Step) -> dict[str, str]:
    """Return messages by the element that the error summary links to: a date's first part."""
    firsts = {field.name: field.inputs[0] for field in step.fields}
    return {firsts.get(name, name): message for name, message in errors.items()}


def words_of(value: object) -> str:
    """Return an answer as it is read back."""
    match value:
        case None | () | "":
            return NOT_GIVEN
        case bool():
            return "Yes" if value else "No"
        case Code():
            return value.label
        case date():
            return day(value)
        case time():
            return clock_time(value)
        case Decimal():
            return f"£{value:,.2f}"
        case tuple():
            return ", ".join(words_of(each) for each in value)
        case _:
            return str(value)


def changed_since(draft: Draft, step: Step, typed: Mapping[str, Any]) -> list[DraftAnswer]:
    """What a step says now where that is not what was typed: somebody else's answers."""
    changed = []
    for field in step.fields:
        pairs = [(draft.answers.get(name) or "", typed.get(name) or "") for name in field.inputs]
        if any(_plain(now) != _plain(mine) for now, mine in pairs):
            now = " ".join(_plain(value) for value, _ in pairs).strip()
            changed.append(DraftAnswer(field.name, QUESTIONS[field.name], now or NOT_GIVEN))
    return changed


def _answers(
    step: Step, values: Mapping[str, Any], faults: Faults | None = None
) -> tuple[DraftAnswer, ...]:
    wrong = faults or {}
    return tuple(
        DraftAnswer(
            field.name,
            QUESTIONS[field.name],
            words_of(values.get(field.name)),
            wrong.get(field.name, ""),
        )
        for field in step.fields
        if field.name in wrong or (field.name in values and _is_worth_showing(field.name, values))
    )


def _is_worth_showing(name: str, values: Mapping[str, Any]) -> bool:
    """Whatever was answered, and what a reader would miss; not what was not asked."""
    unasked = {"closing_date", "documents_details", "offence_exclusions_details", "postcode"}
    return name not in unasked or values.get(name) is not None


def _status(draft: Draft, step: Step, faults: Mapping[str, Faults]) -> str:
    fresh = draft.version == 1 and not draft.edits and not draft.copied_from
    answered = any(draft.answers.get(name) for name in step.inputs)
    if fresh or not answered:
        return NOT_STARTED
    return IN_PROGRESS if faults.get(step.name) else COMPLETED


def _plain(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(sorted(str(each) for each in value))
    return str(value).replace("\r\n", "\n").strip()
