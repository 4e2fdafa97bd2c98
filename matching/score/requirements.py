"""Finds the evidence that a person has for each thing that a vacancy asks for.

A certificate is a fact: held or not, by what is recorded or by its name in the profile, and never
by likeness. Everything else is looked for among the lines of the profile, and so is what may stand
in the place of a certificate ("or time served").
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from candidates.model import Candidate
from index.text.certificates import (
    VOCATIONAL,
    Certificate,
    certificate_for,
    find_certificates,
    satisfies,
)
from index.text.requirements import Requirement, RequirementKind
from index.text.text import Line, LineKind
from matching.score.similarity import Certificates, Similarities, best_few
from matching.score.weights import Weights

# "Working towards an NVQ" names a certificate that is not held yet.
NOT_YET = re.compile(
    r"\b(?:work(?:ing|ed) towards?|part[- ]way|half[- ]way|studying|due to (?:start|take)"
    r"|not (?:yet |quite )?(?:passed|finished|completed?|done)|waiting (?:to|for)|would like"
    r"|want to|expired|lapsed|ran out)\b",
    re.IGNORECASE,
)
WHERE_CERTIFICATES_STAND = (LineKind.SKILL, LineKind.TRAINING, LineKind.QUALIFICATION)
DESIRABLE_SHARE = 0.5  # of an essential requirement
ATTITUDE_SHARE = 0.25  # a profile can seldom show that somebody is reliable
LEAST_FOR_SOME_YEARS = 0.5  # of the credit, for whoever did the same work for less time than asked


@dataclass(frozen=True, slots=True)
class RequirementMatch:
    """A requirement, the words of its nearest evidence, and a credit in [0, 1].

    `evidence` is None where there is none; `met` says whether it is near enough to be quoted.
    """

    requirement: Requirement
    evidence: str | None
    similarity: float
    credit: float
    met: bool


def match_requirements(
    candidate: Candidate | None,
    requirements: Sequence[Requirement],
    lines: Sequence[Line],
    evidence: Sequence[Line],
    similarities: Similarities,
    weights: Weights,
) -> tuple[RequirementMatch, ...]:
    """Return a match for each requirement that asks for something, in the advert's order.

    Args:
        candidate: what is recorded of the person; None if there is nothing but the lines.
        lines: the a lines of the requirements, each with the number of its requirement.
        evidence: the e lines of the profile.
        similarities: shape (e, a).
    """
    matches = []
    for number, requirement in enumerate(requirements):
        columns = [place for place, line in enumerate(lines) if line.part == number]
        if not columns:
            continue
        possible = []
        if requirement.certificates:
            possible.append(_by_fact(candidate, requirement, evidence))
        if not requirement.certificates_required:
            found = similarities[:, columns]
            possible.append(_by_likeness(candidate, requirement, evidence, found, weights))
        matches.append(max(possible, key=lambda match: match.credit))
    return tuple(matches)


def certificate_lines(evidence: Sequence[Line]) -> Certificates:
    """Return which of the e lines name a certificate, shape (e,)."""
    return np.array(
        [
            line.kind in WHERE_CERTIFICATES_STAND and bool(find_certificates(line.text))
            for line in evidence
        ],
        dtype=bool,
    )


def _by_fact(
    candidate: Candidate | None, requirement: Requirement, evidence: Sequence[Line]
) -> RequirementMatch:
    codes = candidate.certificates_held() if candidate else ()
    recorded = [each for code in codes if (each := certificate_for(code)) is not None]
    named = [
        certificate
        for line in evidence
        if line.kind in WHERE_CERTIFICATES_STAND and not NOT_YET.search(line.text)
        for certificate in find_certificates(line.text)
    ]
    shown = [_words_of(wanted, recorded, named) for wanted in requirement.certificates]
    names = ", ".join(dict.fromkeys(words for words in shown if words))
    share = _share(shown, any_is_enough=requirement.any_certificate)
    return RequirementMatch(requirement, names or None, share, share, share == 1)


def _words_of(
    certificate: Certificate, recorded: Sequence[Certificate], named: Sequence[Certificate]
) -> str | None:
    """Return the words that show a certificate is held, or None.

    A record of a certificate has no room for its level or kind, so it shows any of them; but not
    of a trade course, which may be in any trade.
    """
    for held in (*recorded, *named):
        if satisfies(held, certificate):
            return held.label
    for held in recorded:
        vague = held.category is None and held.level is None and held.code != VOCATIONAL
        if vague and held.code == certificate.code:
            return f"{held.label} (which level or kind is not recorded)"
    return None


def _share(shown: Sequence[str | None], *, any_is_enough: bool) -> float:
    found = sum(words is not None for words in shown)
    return float(found > 0) if any_is_enough else found / len(shown)


def _by_likeness(
    candidate: Candidate | None,
    requirement: Requirement,
    evidence: Sequence[Line],
    similarities: Similarities,
    weights: Weights,
) -> RequirementMatch:
    if not len(evidence):
        return RequirementMatch(requirement, None, 0.0, 0.0, met=False)
    nearest = best_few(
        similarities, weights.similarity.passages_a_requirement, certificate_lines(evidence)
    )
    similarity = float(nearest.mean())
    best = evidence[int(np.argmax(similarities.mean(axis=1)))]
    credit = float(np.mean([weights.curve("requirement", each) for each in nearest.tolist()]))
    if candidate and requirement.years:
        credit *= _years_credit(candidate, best, requirement.years)
    met = similarity >= weights.met_at
    return RequirementMatch(requirement, best.shown, similarity, credit, met)


def _years_credit(candidate: Candidate, line: Line, years: float) -> float:
    """Return a credit reduced for fewer years than are years for."""
    if line.kind is not LineKind.EXPERIENCE or line.part is None:
        return 1.0
    job = candidate.work_experience[line.part]
    if job.start_year is None or job.end_year is None:
        return 1.0
    share = (job.end_year - job.start_year + 1) / years
    return min(1.0, max(LEAST_FOR_SOME_YEARS, share))


def counts_for(requirement: Requirement) -> float:
    """Return how much a requirement counts beside an essential one."""
    share = 1.0 if requirement.kind is RequirementKind.ESSENTIAL else DESIRABLE_SHARE
    return share * ATTITUDE_SHARE if requirement.attitude else share
