"""Reading an advert's criteria: every line is understood by its words, and none is lost.

Rules, not a model: an employer or an adviser can see why a line was not counted, and the phrases
(`phrases.toml`) can be put right by whoever finds a fault.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from index.text.certificates import VOCATIONAL, Certificate, find_certificates
from index.text.requirements.clauses import OR, clauses_of, one_is_enough
from index.text.requirements.model import Requirement, RequirementKind
from index.text.requirements.phrases import ASKS, HERE, phrases
from index.text.requirements.splitting import Piece, split_pieces
from index.text.requirements.years import least_years

REMEMBERED = 4096  # adverts
FEWEST_WORDS = 2
NO_EXPERIENCE = "no experience needed"
NEEDS_ITS_TAIL = re.compile(
    r"\b(?:no|not)\b[^,.;]*$|n['’]t$|\b(?:when|as|if|where|and|or|but|be)$", re.I
)
BETWEEN_ANY = re.compile(r"\bor\b|(?<!and)/(?!and)|\band/or\b", re.I)
HINT = re.compile(  # of a certificate, or of years
    r"\b(?:cards?|tickets?|badges?|diplomas?|level\s*\d|hygiene|first\s+aid|driv\w+|years?|months?)\b",
    re.I,
)
FIELD_AFTER = re.compile(
    r"\s*(?:\([^)]*\)\s*)?(?:qualifications?\s+|diplomas?\s+|certificates?\s+|awards?\s+)?"
    r"(?:or\s+(?:an?\s+)?(?:equivalent|above|similar)\s+(?:\w+\s+)?)?in\s+(?:an?\s+|the\s+)?+"
    r"(?!(?:any|some|relevant|related|appropriate|similar|suitable|this|house|place|post)\b)[a-z]",
    re.I,
)
EQUIVALENT = re.compile(r"\bor\s+(?:an?\s+)?(?:equivalent|similar|comparable)\b", re.I)
OR_BEFORE = re.compile(OR.pattern + r"\s+(?:(?:an?|the|your|valid|current)\s+|\w+\s+){0,2}$", re.I)
OR_AFTER = re.compile(r"(?:(?!\b(?:and|with|for|to|on|plus)\b)[^.;,])*?,?\s*" + OR.pattern, re.I)


@lru_cache(REMEMBERED)  # a ranking asks for the same advert's requirements more than once
def read_requirements(essential: str, desirable: str) -> tuple[Requirement, ...]:
    """What the essential criteria ask for, then the desirable ones, in the order of the advert.

    Within either text a heading or the words of a line ("preferred", "would be an advantage") may
    say otherwise; words that ask less after a comma become a requirement of their own.
    """
    return (
        *_read_field(essential, RequirementKind.ESSENTIAL),
        *_read_field(desirable, RequirementKind.DESIRABLE),
    )


def read_prose(description: str) -> tuple[Requirement, ...]:
    """What the prose of an advert asks for: what a profile can show first, then attitudes.

    Only lines that ask in so many words, or that stand under a heading of criteria; duties, the
    employer's praise of itself and what it offers are left out.
    """
    asked = [
        requirement
        for piece in split_pieces(description)
        if _may_ask(piece)
        and (requirement := _read(piece, RequirementKind.ESSENTIAL)).boilerplate_reason is None
        and _asks(requirement, listed=piece.section != HERE)
    ]
    return tuple(sorted(asked, key=lambda requirement: requirement.attitude))


def _may_ask(piece: Piece) -> bool:
    """Cheaply, whether reading a line could show that it asks: most lines of prose do not."""
    if piece.section not in (HERE, *RequirementKind):
        return False
    return piece.section != HERE or _says("asking", piece.shown) or bool(HINT.search(piece.shown))


def _asks(requirement: Requirement, *, listed: bool) -> bool:
    if requirement.certificates or requirement.years is not None:
        return True
    return _says_any(("asking", *(ASKS if listed else ())), requirement.shown)


def cleaned(shown: str) -> str:
    """A line without the words that only introduce or close it, where at least two words stay."""
    text = shown
    while True:
        shorter = _without_tail(_without_lead(text)).strip(" ,:;")
        if shorter == text or len(shorter.split()) < FEWEST_WORDS:
            return text
        text = shorter


def _without_lead(text: str) -> str:
    lead = phrases().lead.match(text)
    if not lead or len(text[lead.end() :].split()) < FEWEST_WORDS:
        return text
    rest = text[lead.end() :]
    return rest[0].upper() + rest[1:]


def _without_tail(text: str) -> str:
    shorter = phrases().tail.sub("", text)
    return text if NEEDS_ITS_TAIL.search(shorter) else shorter


def _read_field(text: str, field: RequirementKind) -> Iterator[Requirement]:
    for piece in split_pieces(text):
        for part in _with_tail_apart(piece):
            yield _read(part, field)


def _with_tail_apart(piece: Piece) -> Sequence[Piece]:
    """Two pieces for "a driving licence, ideally with C1", which asks for one and likes another."""
    head, comma, tail = piece.shown.rpartition(",")
    words = phrases().words
    if not comma or not words["desirable_tail"].match(tail.strip()):
        return (piece,)
    if len(head.split()) < FEWEST_WORDS or words["desirable"].search(head):
        return (piece,)
    return (Piece(head.strip(), piece.section), Piece(tail.strip(), RequirementKind.DESIRABLE))


def _read(piece: Piece, field: RequirementKind) -> Requirement:
    shown = piece.shown
    text = cleaned(shown)
    certificates = _facts(shown)
    reason = _reason(piece, certificates)
    if reason is not None:
        return Requirement(
            RequirementKind.BOILERPLATE,
            text,
            shown,
            no_experience_needed=_says("no_experience", shown),
            boilerplate_reason=reason,
        )
    obtainable = _says("obtainable", shown)
    return Requirement(
        kind=_kind(piece, field),
        text=text,
        shown=shown,
        clauses=clauses_of(text),
        alternatives=one_is_enough(text),
        certificates=certificates,
        any_certificate=_any_is_enough(shown, certificates),
        certificates_required=bool(certificates)
        and not obtainable
        and not _replaceable(shown, certificates),
        obtainable=obtainable and bool(certificates),
        years=least_years(shown),
        no_experience_needed=_says("no_experience", shown),
        attitude=_attitude(shown, certificates),
    )


def _facts(shown: str) -> tuple[Certificate, ...]:
    """The certificates that a line names, but for a qualification in a field that is not known.

    "NVQ Level 2 in pharmacy services" is not what an NVQ in plastering is; it is compared by
    likeness, as all else is.
    """
    return tuple(
        each
        for each in find_certificates(shown)
        if each.code != VOCATIONAL
        or each.category is not None
        or not each.span
        or not FIELD_AFTER.match(shown, each.span[1])
    )


def _says(words: str, shown: str) -> bool:
    return phrases().words[words].search(shown) is not None


def _says_any(groups: Sequence[str], shown: str) -> bool:
    return any(_says(words, shown) for words in groups)


def _kind(piece: Piece, field: RequirementKind) -> RequirementKind:
    section = field if piece.section == HERE else RequirementKind(piece.section)
    asks_less = _says("desirable", piece.shown) and not _says("essential", piece.shown)
    return RequirementKind.DESIRABLE if asks_less else section


def _reason(piece: Piece, certificates: tuple[Certificate, ...]) -> str | None:
    """Why a line is not counted; None where it is."""
    if piece.section not in (HERE, *RequirementKind):
        return piece.section
    if certificates:
        return None
    rest = phrases().words["no_experience"].sub("", piece.shown)
    if least_years(rest) is not None:
        return None
    for boilerplate in phrases().boilerplate:
        if boilerplate.pattern.search(piece.shown) and not _says_any(
            boilerplate.gives_way_to, rest
        ):
            return boilerplate.reason
    return NO_EXPERIENCE if rest != piece.shown and not _says_any(ASKS, rest) else None


def _attitude(shown: str, certificates: tuple[Certificate, ...]) -> bool:
    if certificates or least_years(shown) is not None:
        return False
    rest = phrases().words["no_experience"].sub("", shown)
    soft = _says("attitude", rest) or _says("readiness", rest)
    return _says("physical", rest) or (soft and not _says("evidence", rest))


def _any_is_enough(shown: str, certificates: tuple[Certificate, ...]) -> bool:
    spans = [each.span for each in certificates if each.span]
    return any(BETWEEN_ANY.search(shown[one[1] : other[0]]) for one, other in pairwise(spans))


def _replaceable(shown: str, certificates: tuple[Certificate, ...]) -> bool:
    """Whether something that is no certificate will do instead."""
    spans = [each.span for each in certificates if each.span]
    first, last = min(span[0] for span in spans), max(span[1] for span in spans)
    before, after = shown[:first], shown[last:]
    return bool(
        EQUIVALENT.search(after)
        or (OR_BEFORE.search(before) and not find_certificates(before))
        or (OR_AFTER.match(after) and not find_certificates(after))
    )
