"""The record of the Algorithmic Transparency Recording Standard, from the running configuration.

The standard is the United Kingdom government's, template v3.0: tier 1, and tier 2 in five sections.
What a program can know is filled in from `Facts`; what only people can know is marked, with a hint
of what is wanted. Pure: the same facts make the same record.

Fields carry the template's numbers where we are sure of them, and the name alone elsewhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from assurance.transparency.facts import Facts
from assurance.transparency.fields import NAME, describe, values_of
from foundation.record import Record

STANDARD = "Algorithmic Transparency Recording Standard, template v3.0"
SYSTEM = "the system"
PERSON = "a person"
BOTH = "the system and a person"
TO_BE_FILLED = "TO BE FILLED BY A PERSON"

Tier = Literal["Tier 1", "Tier 2"]


class Field(Record):
    """One field: its number in the template (None where unsure), name, value, and whose it is.

    `filled_by` is "the system", or begins with "a person: " or "the system and a person: " and
    goes on with what is wanted of them; the value then ends in a line that asks for it.
    """

    number: str | None
    name: str
    value: str
    filled_by: str


class Section(Record):
    """One section of the template."""

    tier: Tier
    title: str
    fields: tuple[Field, ...]


class TransparencyRecord(Record):
    """The whole record."""

    name: str
    standard: str
    made_on: date
    program: str
    demonstration: bool
    sections: tuple[Section, ...]

    @property
    def fields(self) -> list[Field]:
        """Every field, in the order of the template."""
        return [field for section in self.sections for field in section.fields]

    @property
    def open_fields(self) -> list[Field]:
        """Those that a person still has to fill, or to add to."""
        return [field for field in self.fields if field.filled_by != SYSTEM]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A field of the template: the macro that says what the system knows, and what people add."""

    number: str | None
    name: str
    macro: str | None = None
    wanted: str = ""


@dataclass(frozen=True, slots=True)
class _Part:
    tier: Tier
    title: str
    asked: tuple[_Asked, ...]


def build_record(facts: Facts) -> TransparencyRecord:
    """Every field of the template, filled from the facts or marked for a person."""
    return TransparencyRecord(
        name=NAME,
        standard=STANDARD,
        made_on=facts.made_on,
        program=facts.program,
        demonstration=facts.demonstration,
        sections=tuple(
            Section(tier=part.tier, title=part.title, fields=tuple(_filled(part.asked, facts)))
            for part in TEMPLATE
        ),
    )


def _filled(asked: Iterable[_Asked], facts: Facts) -> Iterable[Field]:
    values = values_of(facts)
    for each in asked:
        known = describe(each.macro, values) if each.macro else ""
        request = f"{TO_BE_FILLED}: {each.wanted}" if each.wanted or not known else ""
        whose = PERSON if not known else BOTH if request else SYSTEM
        yield Field(
            number=each.number,
            name=each.name,
            value="\n\n".join(text for text in (known, request) if text),
            filled_by=whose if whose == SYSTEM else f"{whose}: {each.wanted}",
        )


TEMPLATE = (
    _Part(
        "Tier 1",
        "Overview",
        (
            _Asked("1", "Name", "name"),
            _Asked("2", "Description", "overview"),
            _Asked("3", "Website URL", wanted="the page where the public can read about it."),
            _Asked("4", "Contact email", wanted="an address that the public can write to."),
        ),
    ),
    _Part(
        "Tier 2",
        "1. Owner and responsibility",
        (
            _Asked("1.1", "Organisation or department", wanted="who is responsible for its use."),
            _Asked("1.2", "Team", wanted="the team that runs it."),
            _Asked(
                "1.3",
                "Senior responsible owner",
                wanted="the post of whoever answers for it, and the post of whoever signs its "
                "fairness policies.",
            ),
            _Asked(
                "1.4",
                "External supplier involvement",
                "third_parties",
                "whether a supplier built, hosts or supports it; yes or no.",
            ),
            _Asked("1.4.1", "External supplier", wanted="the supplier's name, or “none”."),
            _Asked("1.4.2", "Companies House number", wanted="the supplier's number, or “none”."),
            _Asked("1.4.3", "External supplier role", wanted="what the supplier does, or “none”."),
            _Asked(
                "1.4.4",
                "Procurement procedure type",
                wanted="how the supplier was chosen (open, framework, direct award), or “none”.",
            ),
            _Asked(
                "1.4.5",
                "Data access terms",
                wanted="what of people's data the supplier may see, and on what terms, or “none”.",
            ),
        ),
    ),
    _Part(
        "Tier 2",
        "2. Description and rationale",
        (
            _Asked("2.1", "Detailed description", "detailed_description"),
            _Asked(
                "2.2",
                "Scope",
                "scope",
                "which prisons and which vacancies it is used for here.",
            ),
            _Asked("2.3", "Benefit", "benefit", "what is hoped for here, and any evidence of it."),
            _Asked(
                "2.4",
                "Previous process",
                wanted="how candidates were found for a vacancy before this service.",
            ),
            _Asked(
                "2.5",
                "Alternatives considered",
                "alternatives",
                "what else was considered, with or without an algorithm, and why not chosen.",
            ),
        ),
    ),
    _Part(
        "Tier 2",
        "3. Decision-making process",
        (
            _Asked(
                "3.1",
                "Process integration",
                "process",
                "who uses the lists here, and what happens between a list and an interview.",
            ),
            _Asked("3.2", "Provided information", "provided"),
            _Asked("3.3", "Frequency and scale of usage", "usage"),
            _Asked(
                "3.4",
                "Human decisions and review",
                "human_decisions",
                "who decides whom to put forward, and who reviews their decisions and how often.",
            ),
            _Asked(
                "3.5",
                "Required training",
                wanted="what staff are taught before they use it: what the order means, what it "
                "does not know, and when to differ from it.",
            ),
            _Asked(
                "3.6",
                "Appeals and review",
                "appeals",
                "how people are told that it is used, how they can contest a result, with whom, "
                "and how soon they are answered.",
            ),
        ),
    ),
    _Part(
        "Tier 2",
        "4. Tool specification",
        (
            _Asked("4.1.1", "System architecture", "architecture"),
            _Asked("4.1.2", "Phase", "phase", "the phase that it is in here, and since when."),
            _Asked(
                "4.1.3",
                "Maintenance",
                "maintenance",
                "who reviews the rules, weights and policies, and how often.",
            ),
            _Asked("4.1.4", "Models", "models"),
            _Asked("4.2.1", "Model name", "model_name"),
            _Asked("4.2.2", "Model version", "model_version"),
            _Asked("4.2.3", "Model task", "model_task"),
            _Asked("4.2.4", "Model input", "model_input"),
            _Asked("4.2.5", "Model output", "model_output"),
            _Asked("4.2.6", "Model architecture", "model_architecture"),
            _Asked(
                "4.2.7",
                "Model performance",
                "performance",
                "how good the lists were found to be in trials, by whom, and on what people.",
            ),
            _Asked(
                "4.2.8",
                "Datasets",
                "datasets",
                "anything more that is known of the data which the text model was trained on.",
            ),
            _Asked("4.2.9", "Dataset purposes", "dataset_purposes"),
            _Asked(None, "Development data", "development_data"),
            _Asked(
                None,
                "Source data name",
                wanted="the systems that the records of people and vacancies come from.",
            ),
            _Asked(
                None,
                "Source data URL",
                wanted="where that source is described, or “not published”.",
            ),
            _Asked(None, "Operational data sources", "operational_data"),
            _Asked(None, "Data modality", "modality"),
            _Asked(None, "Data quantities", "quantities"),
            _Asked(
                None,
                "Data collection",
                "collection",
                "who records the data, for what first purpose, and what people are told.",
            ),
            _Asked(None, "Data cleaning", "cleaning"),
            _Asked(
                None,
                "Data completeness and representativeness",
                "completeness",
                "how the people in it compare with all whom the service is for.",
            ),
            _Asked(None, "Sensitive attributes", "sensitive"),
            _Asked(
                None,
                "Data ethics",
                "ethics",
                "the lawful basis, and what any ethics review said.",
            ),
            _Asked(
                None,
                "Data sharing agreements",
                "sharing",
                "agreements under which data comes in, or goes to employers and others.",
            ),
            _Asked(
                None,
                "Data access and storage",
                "storage",
                "who has accounts, where the machine stands, how long data is kept, and how it is "
                "protected and backed up.",
            ),
        ),
    ),
    _Part(
        "Tier 2",
        "5. Risks, mitigations and impact assessments",
        (
            _Asked(
                "5.1",
                "Impact assessments",
                "impact_assessments",
                "the data protection impact assessment and the equality impact assessment: date, "
                "summary, and where they are published.",
            ),
            _Asked("5.2", "Risks and mitigations", "risks"),
        ),
    ),
)
