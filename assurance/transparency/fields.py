"""What each field of a transparency record says of the running service. Pure: facts in, text out.

The sentences are in `templates/fields.md.jinja`, a macro for each field; here the values that they
name are chosen. Whatever could change by a setting, a policy, a model or a table is read from the
facts. What is fixed in the program is said in words, and the tests hold the words to the program.
"""

from collections.abc import Iterable
from dataclasses import fields
from itertools import groupby
from typing import Any

from assurance.audits.tally import PROTECTED
from assurance.transparency.audit import audit_summary
from assurance.transparency.facts import Facts, ModelFacts
from assurance.transparency.limits import RISKS, is_alpha, limits_of, origin
from assurance.transparency.text import render
from assurance.transparency.words import plain
from candidates.model import Candidate
from employers.model import Employer, Vacancy
from index.text.text import CandidateText, VacancyText
from matching.fairness.record import (
    Attribute,
    PolicyError,
    PolicyRecord,
    Tier,
    require_in_force,
)
from matching.rules.pair import Outcome
from matching.rules.rules import Rule
from matching.score.features import LABELS

NAME = "New Futures Matching"
NEEDS_CONSENT = {"CONSENT_NOT_ASKED", "CONSENT_WITHDRAWN"}
PLAINER = {
    "affecting_ability": "what affects their ability to work",
    "desirable": "desirable criteria",
    "digital": "digital skill",
    "essential": "essential criteria",
    "id_documents": "ID documents",
    "involves": "what the work involves",
    "national": "whether it may be anywhere in the country",
    "only_prison_leavers": "whether it is for prison leavers only",
    "prison_id": "prison",
    "rolling": "whether it stays open",
}
TIERS = {
    Tier.T0: "may run without a signature",
    Tier.T1: "may run only when signed, until a day",
    Tier.T2: "for a person to apply, never the program",
}


def describe(field: str, values: dict[str, Any]) -> str:
    """Return what the system says of a field, by the name of its macro."""
    return render("fields.md.jinja", field, values)


def values_of(facts: Facts) -> dict[str, Any]:
    """Return everything that the sentences of the fields name."""
    may_run = [policy for policy in facts.policies if _may_run(policy, facts)]
    offence_rules = [rule.summary for rule in facts.rules if rule.code.startswith("OFFENCE")]
    return {
        "facts": facts,
        "service_name": NAME,
        "alpha": is_alpha(facts),
        "audit_summary": audit_summary(facts.audit),
        "candidate_fields": _as_words(Candidate.model_fields),
        "candidate_texts": _as_words(field.name for field in fields(CandidateText)),
        "changes_by_day": [
            (made_on, [change.policy for change in changes])
            for made_on, changes in groupby(facts.changes, key=lambda change: change.made_on)
        ],
        "default": next((each for each in may_run if each.name == facts.default_policy), None),
        "employer_fields": _as_words(Employer.model_fields),
        "group_labels": [group.label for group in Attribute],
        "known_places": [
            f"{number:,} by {kind}" for kind, number in facts.places.items() if number
        ],
        "labels": LABELS,
        "limits_said": [f"{limit.about}: {limit.says(facts)}" for limit in limits_of(facts)],
        "may_run": may_run,
        "may_not_run": [policy for policy in facts.policies if not _may_run(policy, facts)],
        "model_facts": _model_facts(facts.model),
        "need_labels": [fact.label.lower() for fact in facts.need.facts.values()],
        "need_version": _versioned(facts.need.version, facts.need_note),
        "needs_consent": {rule.code for rule in facts.rules} >= NEEDS_CONSENT,
        "offence_rules": offence_rules,
        "other_policies": [
            plain(policy.name) for policy in may_run if policy.name != facts.default_policy
        ],
        "protected": _as_words(PROTECTED),
        "refer": _rules(facts, Outcome.REFER),
        "refuse": _rules(facts, Outcome.INELIGIBLE),
        "risks_said": [f"{risk.risk} {risk.says(facts)}" for risk in RISKS],
        "score_words": (*facts.weights.words, "weak"),
        "tiers": TIERS,
        "vacancy_fields": _as_words(Vacancy.model_fields),
        "vacancy_texts": _as_words(field.name for field in fields(VacancyText)),
        "weights_version": _versioned(facts.weights.version, facts.weights_note),
        "word_thresholds": [
            f"{word} from {threshold * 100:g} points of 100"
            for word, threshold in facts.weights.words.items()
        ],
    }


def _rules(facts: Facts, outcome: Outcome) -> list[Rule]:
    return [rule for rule in facts.rules if rule.outcome is outcome]


def _may_run(policy: PolicyRecord, facts: Facts) -> bool:
    try:
        require_in_force(policy, facts.made_on)
    except PolicyError:
        return False
    return True


def _model_facts(model: ModelFacts) -> list[str]:
    return [
        f"{title}: {plain(str(value))}"
        for title, value in (
            ("Kind", model.architecture),
            ("Layers", model.layers),
            ("Length of a vector", model.dimensions),
            ("Made from", model.base),
        )
        if value is not None
    ]


def _versioned(version: str, note: str) -> list[str]:
    return [part for part in (version, origin(note)) if part]


def _as_words(names: Iterable[str]) -> list[str]:
    """Return names of fields as words."""
    return [PLAINER.get(name, name.replace("_", " ")) for name in names]
