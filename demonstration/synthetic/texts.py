"""The many ways in which people put the same work into words, and the slips they make."""

import re
from collections.abc import Sequence
from random import Random

from demonstration.synthetic.catalogue import Occupation
from demonstration.synthetic.phrases import (
    EMPLOYERS,
    HABITS,
    MISSPELT,
    OTHER_WORDS,
    PAST,
    SAME_WORK,
    SHORT_LENGTHS,
    VAGUE,
)
from foundation.vocabulary import Sector

WORD = re.compile(r"[A-Za-z']+")
LONG_ENOUGH = 5  # letters: shorter words are seldom misspelt
GERUND = re.compile(r"\b[a-z-]+ing\b")


class Scribe:
    """Writes things down as one person would, and counts the slips made.

    `rate` is slips a word; `lower` leaves capitals out; `stops` keeps the full stop at the end.
    """

    def __init__(self, rng: Random, *, rate: float, lower: bool, stops: bool) -> None:
        """`rng` decides where the slips fall."""
        self.rng = rng
        self.rate = rate
        self.lower = lower
        self.stops = stops
        self.slips = 0

    def write(self, text: str) -> str:
        """The text in this hand."""
        if self.lower:
            text = text.lower()
        if not self.stops:
            text = text.removesuffix(".")
        if self.rate:
            text = WORD.sub(self._perhaps_slip, text)
        return text

    def _perhaps_slip(self, match: re.Match[str]) -> str:
        word = match[0]
        known = MISSPELT.get(word.lower())
        chance = self.rng.random()
        if known and chance < self.rate * 6:
            self.slips += 1
            wrong = self.rng.choice(known)
            return wrong.capitalize() if word[0].isupper() else wrong
        if len(word) < LONG_ENOUGH or chance >= self.rate:
            return word
        self.slips += 1
        return misspell(word, self.rng)


def misspell(word: str, rng: Random) -> str:
    """The word with a letter doubled, left out or changed round, or its last g dropped."""
    if word.endswith("ing") and rng.random() < 0.3:
        return word[:-1]
    at = rng.randrange(1, len(word) - 1)
    kind = rng.randrange(3)
    if kind == 0:
        return word[:at] + word[at] + word[at:]
    if kind == 1:
        return word[:at] + word[at + 1 :]
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def sentence(text: str) -> str:
    """The text with a capital at the front and a full stop at the end."""
    return f"{text[0].upper()}{text[1:]}{'' if text[-1] in '.!?' else '.'}"


def listed(parts: Sequence[str]) -> str:
    """`a`, `a and b`, or `a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def as_doing(task: str) -> str:
    """A task that can follow `You will be`: `doing daily checks`, but `pressure washing floors`."""
    first = task.split()[:3]
    return task if any(word.rstrip(",").endswith("ing") for word in first) else f"doing {task}"


def in_other_words(task: str, rng: Random) -> str:
    """A task with its first verb, or a common noun, said as others say it."""
    verb, _, rest = task.partition(" ")
    if rest and verb in SAME_WORK and rng.random() < 0.4:
        task = f"{rng.choice(SAME_WORK[verb])} {rest}"
    if rng.random() < 0.3:
        for noun, others in OTHER_WORDS.items():
            if f" {noun}" in task:
                return re.sub(rf"\b{noun}\b", rng.choice(others), task)
    return task


def in_the_past(task: str, rng: Random) -> str:
    """What somebody did: `carried bricks` for `carrying bricks` where that is safe to say."""
    verb, _, rest = task.partition(" ")
    past = PAST.get(verb)
    if past and rest and len(GERUND.findall(task)) == 1:
        return f"{past} {rest}"
    return f"{rng.choice(('was', 'was', 'helped with', 'did a lot of'))} {task}"


def how_long(years: int, rng: Random) -> str:
    """A length of time in words: `about 3 years`."""
    if years < 2:
        return rng.choice(SHORT_LENGTHS[years])
    return rng.choice((f"{years} years", f"about {years} years", f"around {years} years"))


def first_part(task: str) -> str:
    """The start of a task, as somebody who writes little would put it."""
    words = re.split(r",| and | with | before | ready | from | to ", task, maxsplit=1)[0].split()
    return " ".join(words[:4])


def role_name(occupation: Occupation, quality: str, rng: Random) -> str:
    """What the job is called: its title, another, or a vague word from those who say little."""
    if quality == "short" and rng.random() < 0.35:
        return rng.choice(VAGUE[occupation.sector])
    if rng.random() < 0.45:
        return occupation.title
    return rng.choice(occupation.other_titles)


def job_details(occupation: Occupation, years: int, quality: str, voice: str, rng: Random) -> str:
    """What was done in a job for so many years, at the length and in the voice of who tells it."""
    if quality == "short":
        return first_part(rng.choice(occupation.tasks)) if rng.random() < 0.45 else ""
    count = rng.choice((2, 2, 3, 3, 4)) if quality == "usual" else rng.choice((4, 4, 5, 6))
    picked = rng.sample(occupation.tasks, min(count, len(occupation.tasks)))
    tasks = [in_other_words(as_doing(task), rng) for task in picked]
    length = how_long(years, rng)
    if quality == "usual":
        return _usual_details(tasks, occupation, length, voice, rng)
    if voice == "notes":
        return _long_notes(tasks, occupation, length, rng)
    return _long_account(tasks, occupation, length, rng)


def _usual_details(
    tasks: list[str], occupation: Occupation, length: str, voice: str, rng: Random
) -> str:
    if voice == "notes":
        form = rng.randrange(4)
        if form == 0:
            return f"Duties: {', '.join(tasks)}."
        if form == 1:
            return f"Experience of {listed(tasks)}."
        if form == 2:
            return f"Worked {rng.choice(EMPLOYERS)}. {sentence(listed(tasks))}"
        return f"{sentence(', '.join(tasks))} Good at {rng.choice(occupation.skills)}."
    form = rng.randrange(6)
    if form == 0:
        return sentence(listed(tasks))
    if form == 1:
        return f"I was {listed(tasks)}."
    if form == 2:
        return f"Mostly {tasks[0]}, also {listed(tasks[1:])}."
    if form == 3:
        past = [in_the_past(task, rng) for task in tasks]
        return f"{sentence(past[0])} I also {listed(past[1:])}."
    if form == 4:
        return f"{sentence(tasks[0])} {sentence(tasks[1])} Did it for {length}."
    return f"Worked {rng.choice(EMPLOYERS)} {listed(tasks)}."


def _long_account(tasks: list[str], occupation: Occupation, length: str, rng: Random) -> str:
    past = [in_the_past(task, rng) for task in tasks]
    sentences = [
        rng.choice(
            (
                f"I worked {rng.choice(EMPLOYERS)} for {length}.",
                f"I did this for {length} {rng.choice(EMPLOYERS)}.",
                f"Started {rng.choice(EMPLOYERS)} and stayed {length}.",
            )
        ),
        f"I {listed(past[:2])}.",
        rng.choice(("Most days I was", "A lot of it was", "The rest of the time I was"))
        + f" {listed(tasks[2:4])}.",
    ]
    if len(tasks) > 4:
        sentences.append(f"Sometimes I {listed(past[4:])} as well.")
    skill = rng.choice(occupation.skills)
    sentences.append(
        rng.choice(
            (
                f"I got good at {skill}.",
                f"It taught me {skill}.",
                f"The foreman trusted me with {skill}."
                if occupation.sector is Sector.CONSTRUCTION
                else f"They trusted me with {skill}.",
                f"I would say {skill} is what I am best at.",
            )
        )
    )
    if rng.random() < 0.6:
        sentences.append(rng.choice(HABITS))
    return " ".join(sentences)


def _long_notes(tasks: list[str], occupation: Occupation, length: str, rng: Random) -> str:
    skills = rng.sample(occupation.skills, min(2, len(occupation.skills)))
    sentences = [
        f"Worked {rng.choice(EMPLOYERS)} for {length}.",
        f"Duties included {listed(tasks[:3])}.",
        f"Also {listed(tasks[3:])}.",
        f"Reports being confident with {listed(skills)}.",
    ]
    if rng.random() < 0.5:
        sentences.append(
            rng.choice(
                (
                    "Would like to return to this type of work.",
                    "Left when the contract ended.",
                    "Speaks well about this job.",
                    "Reference may be available.",
                )
            )
        )
    return " ".join(sentences)
