"""What is known to be wrong with the service, or missing, and what can go wrong. Pure.

The one list of limits: whoever mends one removes it here, unless it watches the configuration
itself (`holds`). The transparency record publishes all that hold.
"""

from collections.abc import Callable
from dataclasses import dataclass

from assurance.transparency.facts import Facts
from foundation.places.postcodes import Precision
from matching.rules.distance import UNCERTAIN_MILES

# How the files of weights begin to say where they come from.
BY_HAND, FITTED = "set by hand", "fitted on made-up people"


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit: what it is about, the sentence that says it, and whether it holds."""

    about: str
    says: Callable[[Facts], str]
    holds: Callable[[Facts], bool] = lambda _: True


@dataclass(frozen=True, slots=True)
class Risk:
    """What can go wrong, and what this service does against it as it is configured."""

    risk: str
    mitigation: Callable[[Facts], str]


def limits_of(facts: Facts) -> list[Limit]:
    """The limits that hold for this installation."""
    return [limit for limit in LIMITS if limit.holds(facts)]


def origin(note: str) -> str:
    """Where numbers come from, by how their file's note begins; empty where it does not say."""
    return next((each for each in (BY_HAND, FITTED) if note.lower().startswith(each)), "")


def is_alpha(facts: Facts) -> bool:
    """Whether the version says that nothing is settled yet (Semantic Versioning, item 4)."""
    return facts.program.startswith("0.")


def knows_only_areas(facts: Facts) -> bool:
    """Whether no position is known better than by its postcode area."""
    return not any(count for kind, count in facts.places.items() if kind != Precision.AREA.label)


def exclusion_count(facts: Facts) -> str:
    """How exactly an employer is told how many people an exclusion would remove."""
    told = facts.exclusions
    return (
        f"a number over every prison, to the nearest {told.fewest_told}, of which fewer than "
        f"{told.fewest_told} is all that is said of a smaller one, and which is not told of fewer "
        f"than {told.fewest_counted} people"
    )


LIMITS = (
    Limit(
        "People",
        lambda _: (
            "The people in this installation are made up. No figure in this record says "
            "anything about real people."
        ),
        lambda facts: facts.demonstration,
    ),
    Limit(
        "Phase",
        lambda facts: (
            f"Version {facts.program} is an alpha: it is still being developed, and much of it "
            "may change."
        ),
        is_alpha,
    ),
    Limit(
        "Weights",
        lambda facts: (
            f"The weights of the score were {origin(facts.weights_note)}, and not learnt from what "
            f"became of people ({facts.weights.version})."
        ),
        lambda facts: bool(origin(facts.weights_note)),
    ),
    Limit(
        "Need",
        lambda facts: (
            "The points that make a need band were set by hand, and not learnt from "
            f"what became of people ({facts.need.version})."
        ),
        lambda facts: origin(facts.need_note) == BY_HAND,
    ),
    Limit(
        "Words for scores",
        lambda facts: (
            f"The words {', '.join(facts.weights.words)} and weak were calibrated on made-up "
            "people: nobody has checked how often real people who are called strong get or keep "
            "the job."
        ),
    ),
    Limit(
        "Small differences",
        lambda facts: (
            f"A difference of under {facts.weights.tie_band * 100:g} points of 100 between two "
            "scores is taken to mean nothing. That width was measured on made-up people whose "
            "records were written again with other slips."
        ),
    ),
    Limit(
        "Text",
        lambda _: (
            "The text model can miss what somebody can do when it is written in other words "
            "than the advert's, and a general phrase in an advert counts as a thing asked for "
            "unless a rule knows it."
        ),
    ),
    Limit(
        "Free text",
        lambda _: (
            "What is written about a job, a skill or a qualification is given to the text "
            "model as it was written. If somebody wrote there of an offence or of their health, "
            "the model would read it."
        ),
    ),
    Limit(
        "Search",
        lambda facts: (
            f"For each vacancy only the {facts.compared:,} people whose profiles are "
            "most like it are scored. Where more are eligible, the others are in no list, though "
            "staff can ask for the reasons of any one of them."
        ),
    ),
    Limit(
        "Distance",
        lambda _: (
            "Distances are straight lines, and not journeys: rivers, timetables and fares "
            "are not known."
        ),
    ),
    Limit(
        "Places",
        lambda _: (
            "No better positions than the centres of postcode areas are loaded, so that "
            f"each end of a distance may be {UNCERTAIN_MILES[Precision.AREA]:g} miles out. Nobody "
            "is refused because of that: what is in doubt is for a person to check."
        ),
        knows_only_areas,
    ),
    Limit(
        "Outcomes",
        lambda _: (
            "Work at 6 weeks and at 6 months can be recorded only of people who started a job that "
            "they were put forward for. Nobody has measured yet whether the ranking helps people "
            "into work, or helps some groups more than others."
        ),
    ),
    Limit(
        "Decisions of staff",
        lambda _: (
            "When somebody is put above others, only that person is counted, and not those whom "
            "they pass. Why staff put one person forward and not another is not recorded unless "
            "they hide or move somebody."
        ),
    ),
    Limit(
        "Command line",
        lambda _: (
            "Whoever may use the command line on the machine that runs the service needs no "
            "account and sees every prison."
        ),
    ),
    Limit(
        "Separate accounts",
        lambda _: (
            "One database account does everything, so that equality monitoring is kept from "
            "the ranking by roles alone and not by accounts."
        ),
        lambda facts: not facts.deployment.accounts_apart,
    ),
    Limit(
        "Audit",
        lambda _: "No list was shown in the period, so that there is no audit to report.",
        lambda facts: not facts.audit.lists,
    ),
)

RISKS = (
    Risk(
        "Staff follow the order without thinking.",
        lambda _: (
            "Each place carries its reasons and the evidence quoted; what is missing or "
            "unclear is put in a list of its own, with what to check; nobody is put forward by the "
            "service. The audit counts by group how often staff decide otherwise."
        ),
    ),
    Risk(
        "People who are easiest to place are favoured, and the rest are parked.",
        lambda facts: (
            f"Lists are ordered under the policy {facts.default_policy} unless somebody "
            "chooses another, and the reasons say who moved because of it. The audit shows who is "
            "ready and on no list."
        ),
    ),
    Risk(
        "Somebody is left out in error.",
        lambda _: (
            "What is not recorded is referred to a person to look at, and does not refuse: "
            "only consent must be there. Every refusal has a sentence, and any person can be "
            "looked up for any vacancy."
        ),
    ),
    Risk(
        "Groups that the law protects do worse.",
        lambda _: (
            "The rules, the score and the policies read no protected characteristic; what "
            "stands for one by chance is looked for in the audit, by group, at each step from the "
            "rules to work at 6 months."
        ),
    ),
    Risk(
        "Equality monitoring is used to decide about a person.",
        lambda facts: (
            "The role that ranks has no right to read it"
            + (
                ", and logs in by an account that cannot take the other role."
                if facts.deployment.accounts_apart
                else "; here one account may take both roles, which separate accounts would stop."
            )
        ),
    ),
    Risk(
        "An offence is used beyond what the law and the employer's rules ask.",
        lambda facts: (
            "Offences are recorded in categories for the rules. They are never turned into "
            "text for the model and have no part in the score. An employer who writes a vacancy is "
            f"told how many people an exclusion would remove: {exclusion_count(facts)}."
        ),
    ),
    Risk(
        "Somebody looks at people whom they have no business with.",
        lambda _: (
            "Pages need an account, which has one role and sees only the prisons, areas, regions "
            "or employer that it is for; the database refuses the rest too. Who looked at whom is "
            "in the audit trail, which auditors read."
        ),
    ),
    Risk(
        "Records are out of date or wrong.",
        lambda _: (
            "Rankings are made from the records as they stand when somebody asks; what has "
            "changed since it was last prepared for search is referred to a person."
        ),
    ),
    Risk(
        "A result cannot be explained later.",
        lambda _: (
            "Every ranking is stored with what it was made from, so that the same version of "
            "the program makes it again to the byte; who looked at what is in the audit trail."
        ),
    ),
    Risk(
        "The model is replaced or tampered with.",
        lambda _: (
            "The model's file is checked against a fixed SHA-256 before it is used, and "
            "vectors of two models are never mixed."
        ),
    ),
)
