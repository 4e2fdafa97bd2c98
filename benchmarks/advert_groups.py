"""Which real adverts are for work that most people leaving prison could be put forward for.

By the words of the title alone, in eight groups; posts that need a profession's registration, or
that lead others, are left out, and so are unpaid ones and those for the employer's own staff.
"""

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

Advert = dict[str, Any]

GROUPS: Mapping[str, re.Pattern[str]] = {  # the first that matches
    name: re.compile(words, re.IGNORECASE)
    for name, words in {
        "porter": r"\bporter(?:s|ing)?\b",
        "driver": r"\b(?:drivers?|courier)\b|\btransport (?:assistant|operative)",
        "warehouse": r"\b(?:warehouse|stores?|store ?keeper|materials management|stock|logistics"
        r"|distribution|supply chain|procurement assistant)\b",
        "catering": r"\b(?:cater\w*|chefs?|cook|kitchen|food service|barista|meals)\b",
        "domestic": r"\b(?:domestics?|cleaners?|cleaning|housekeep\w+|laundry|linen"
        r"|hotel services)\b",
        "estates": r"\b(?:estates?|maintenance|grounds?|gardens?|gardener|caretaker|plumber"
        r"|electrician|carpenter|joiner|painter|\w*craftsperson|labourer"
        r"|facilities (?:assistant|operative))\b",
        "clerical": r"\b(?:clerical|clerk|admin\w*|receptionist|secretary|data entry)\b",
        "care": r"\b(?:health ?care (?:assistant|support)|hca|care (?:assistant|worker|support)"
        r"|support workers?|carer)\b",
    }.items()
}
NOT_FOR_ANYBODY = re.compile(
    r"nurs|midwi|matron|doctor|medical secret|consultant|practitioner|therap|psycholog|pharmacist"
    r"|pharmacy tech|medicines|physio|radiograph|scientist|paramedic|dent(?:al|ist)|social worker"
    r"|health visitor|clinical|engineer|analys|developer|systems|specialist|advis|fellow"
    r"|director|chief|executive|head of|manager|\blead|supervis|senior|principal|programme|project"
    r"|strateg|business|governance|quality|compliance|contracts|partner|co-?ordinat|trainer"
    r"|officer (?:operations|- decontamination)|\bband ?[5-9]|\(?xn0[5-9]|internal|employees only"
    r"|volunt",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """An advert, its group, and its place in that group's draw, from 0."""

    group: str
    place: int
    advert: Advert


def group_of(title: str) -> str | None:
    """The group that a title belongs to; None where it belongs to none."""
    words = html.unescape(title)
    if NOT_FOR_ANYBODY.search(words):
        return None
    return next((name for name, pattern in GROUPS.items() if pattern.search(words)), None)


def choose(adverts: Iterable[Advert], count: int, seed: int) -> list[Chosen]:
    """A seeded draw of `count` adverts, as even over the groups as they allow; no text twice."""
    by_group: dict[str, dict[str, Advert]] = {name: {} for name in GROUPS}
    for advert in sorted(adverts, key=lambda each: str(each["id"])):
        group = group_of(advert["title"])
        if group is not None:
            by_group[group].setdefault(advert["text"], advert)
    drawn = {
        name: Random(f"{seed}:{name}").sample(list(found.values()), len(found))  # noqa: S311
        for name, found in by_group.items()
    }
    longest = max(map(len, drawn.values()))
    in_turn = [
        Chosen(name, place, several[place])
        for place in range(longest)
        for name, several in drawn.items()
        if place < len(several)
    ]
    return in_turn[:count]
