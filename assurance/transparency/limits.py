"""What is known to be wrong with the service, or missing, and what can go wrong. Pure.

The one list of limits: whoever mends one removes it here, unless it watches the configuration
itself (`holds`). The transparency record publishes all that hold, with the sentences of
`templates/limits.md.jinja`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from assurance.transparency.facts import Facts
from assurance.transparency.text import render
from foundation.places.postcodes import Precision
from matching.rules.distance import UNCERTAIN_MILES

# How the files of weights begin to say where they come from.
BY_HAND, FITTED = "set by hand", "fitted on made-up people"


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit: what it is about, the macro that says it, and whether it holds."""

    about: str
    macro: str
    holds: Callable[[Facts], bool] = lambda _: True

    def says(self, facts: Facts) -> str:
        """Return the sentences that say it."""
        return _say(self.macro, facts)


@dataclass(frozen=True, slots=True)
class Risk:
    """What can go wrong, and the macro that says what this installation does against it."""

    risk: str
    macro: str

    def says(self, facts: Facts) -> str:
        """Return what is done against it."""
        return _say(self.macro, facts)


def limits_of(facts: Facts) -> list[Limit]:
    """Return the limits that hold for this installation."""
    return [limit for limit in LIMITS if limit.holds(facts)]


def origin(note: str) -> str:
    """Return where numbers come from, by how their file's note begins, or empty text."""
    return next((each for each in (BY_HAND, FITTED) if note.lower().startswith(each)), "")


def is_alpha(facts: Facts) -> bool:
    """Return whether the version says that nothing is settled (Semantic Versioning, item 4)."""
    return facts.program.startswith("0.")


def knows_only_areas(facts: Facts) -> bool:
    """Return whether no position is known better than by its postcode area."""
    return not any(count for kind, count in facts.places.items() if kind != Precision.AREA.label)


def _say(macro: str, facts: Facts) -> str:
    values = {
        "facts": facts,
        "weights_origin": origin(facts.weights_note),
        "area_uncertain_miles": UNCERTAIN_MILES[Precision.AREA],
    }
    return render("limits.md.jinja", macro, values)


LIMITS = (
    Limit("People", "people", lambda facts: facts.demonstration),
    Limit("Phase", "phase", is_alpha),
    Limit("Weights", "weights", lambda facts: bool(origin(facts.weights_note))),
    Limit("Need", "need", lambda facts: origin(facts.need_note) == BY_HAND),
    Limit("Words for scores", "words_for_scores"),
    Limit("Small differences", "small_differences"),
    Limit("Text", "text"),
    Limit("Free text", "free_text"),
    Limit("Search", "search"),
    Limit("Distance", "distance"),
    Limit("Places", "places", knows_only_areas),
    Limit("Outcomes", "outcomes"),
    Limit("Decisions of staff", "decisions"),
    Limit("Command line", "command_line"),
    Limit("Separate accounts", "accounts", lambda facts: not facts.deployment.accounts_apart),
    Limit("Audit", "audit", lambda facts: not facts.audit.lists),
)

RISKS = (
    Risk("Staff follow the order without thinking.", "reasons_shown"),
    Risk(
        "People who are easiest to place are favoured, and the rest are parked.", "policy_in_force"
    ),
    Risk("Somebody is left out in error.", "unknown_is_referred"),
    Risk("Groups that the law protects do worse.", "audited_by_group"),
    Risk("Equality monitoring is used to decide about a person.", "monitoring_apart"),
    Risk(
        "An offence is used beyond what the law and the employer's rules ask.",
        "offences_by_category",
    ),
    Risk("Somebody looks at people whom they have no business with.", "scoped_access"),
    Risk("Records are out of date or wrong.", "made_when_asked"),
    Risk("A result cannot be explained later.", "runs_stored"),
    Risk("The model is replaced or tampered with.", "model_checked"),
)
