"""What a transparency record is made from, as plain values. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from assurance.audits.report import AuditReport
from matching.fairness.record import PolicyRecord
from matching.groups.need import NeedTable
from matching.rules.rules import Rule
from matching.score.weights import Weights


@dataclass(frozen=True, slots=True)
class AdapterFacts:
    """What was added to the model's weights for this program, and from what it learnt."""

    id: str
    sha256: str
    learnt_from: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """The configured text model, as its own files describe it; None or empty where they do not.

    `recipe` names the model and the version of the texts; it is kept with every ranking.
    `dimensions` is the length of a vector, `longest` how many word pieces are read at once.
    """

    id: str
    sha256: str
    recipe: str
    architecture: str | None = None
    layers: int | None = None
    dimensions: int | None = None
    longest: int | None = None
    base: str | None = None
    licence: str | None = None
    datasets: tuple[str, ...] = ()
    adapter: AdapterFacts | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Counts of the whole database, and of the days from `first` to `last`, both included.

    `ready` are people who consented and are ready to work; `need_unknown` is the share, in [0, 1],
    of the facts about need that are not recorded, None before anybody has been put into groups.
    """

    first: date
    last: date
    people: int
    ready: int
    vacancies: int
    open_vacancies: int
    shortlists: int
    vacancy_lists: int
    need_unknown: float | None


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """A version of a policy (`floor@2`), and the day on which it was made."""

    policy: str
    made_on: date


@dataclass(frozen=True, slots=True)
class Deployment:
    """Where and how this installation runs.

    `embedded`: the program runs PostgreSQL itself; `accounts_apart`: the account that ranks cannot
    read equality monitoring; `only_this_machine`: no other machine can open the pages.
    """

    embedded: bool
    accounts_apart: bool
    only_this_machine: bool


@dataclass(frozen=True, slots=True)
class ExclusionFacts:
    """How exactly employers are told what an exclusion of an offence would cost.

    Counts are to the nearest `fewest_told`, of a smaller one only that it is smaller; of fewer than
    `fewest_counted` people nothing is counted.
    """

    fewest_told: int
    fewest_counted: int


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that a record says of the running service.

    Args:
        program: this program's version.
        demonstration: whether the people in the database are made up.
        weights_note: what the file of weights says of itself; `need_note` likewise.
        policies: the newest version of each.
        default_policy: the name of the one that is used unless somebody chooses another.
        compared: how many of the nearest people are scored for one vacancy.
        places: known positions, by how exact they are (`postcode area`, ...).
    """

    made_on: date
    program: str
    demonstration: bool
    model: ModelFacts
    weights: Weights
    weights_note: str
    need: NeedTable
    need_note: str
    rules: tuple[Rule, ...]
    policies: tuple[PolicyRecord, ...]
    default_policy: str
    changes: tuple[PolicyChange, ...]
    compared: int
    places: Mapping[str, int]
    usage: Usage
    exclusions: ExclusionFacts
    deployment: Deployment
    audit: AuditReport
