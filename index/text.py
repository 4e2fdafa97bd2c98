"""What is embedded, and what never is.

Only the fields of `CandidateText` and `VacancyText` can become text for the encoder. Names,
numbers, prisons, dates, offences, licence conditions and protected characteristics have no place in
these types, so that they cannot get in by mistake. Years are kept beside a line for people to read
(`shown`) but are not part of what is encoded (`text`).
"""

import hashlib
import re
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

TEXTS_VERSION = "texts-1"  # change it whenever the same fields would make other texts

BULLET = re.compile(r"^\s*(?:[-*•·–—▪●o]|\(?[0-9a-z]{1,2}[.)])\s+")
SENTENCE_END = re.compile(r"(?<=[.!?;])\s+(?=[A-Z0-9\"'(])|;\s+")
FEWEST_LETTERS = 3


class LineKind(StrEnum):
    """What a line is evidence of, or how much a requirement matters."""

    EXPERIENCE = "experience"
    SKILL = "skill"
    TRAINING = "training"
    QUALIFICATION = "qualification"
    PRISON_WORK = "prison work"
    PRISON_TRAINING = "prison training"
    ESSENTIAL = "essential"
    DESIRABLE = "desirable"


@dataclass(frozen=True, slots=True)
class Line:
    """One evidence or requirement line: `text` is encoded, `shown` is quoted to people.

    `job` counts the experiences from 0 and says which one the line tells of.
    """

    kind: LineKind
    text: str
    shown: str
    job: int | None = None


@dataclass(frozen=True, slots=True)
class Texts:
    """Everything that is encoded for one candidate or vacancy: the whole, and its lines."""

    whole: str
    lines: tuple[Line, ...]

    def all(self) -> list[str]:
        """The whole first, then each line."""
        return [self.whole, *(line.text for line in self.lines)]


@dataclass(frozen=True, slots=True)
class Experience:
    """A job held: what it was called and what was done."""

    role: str
    details: str = ""
    years: str = ""


@dataclass(frozen=True, slots=True)
class CandidateText:
    """The parts of a profile that may be embedded, already in words."""

    experience: tuple[Experience, ...] = ()
    previous_work: str = ""
    skills: tuple[str, ...] = ()
    training: tuple[str, ...] = ()
    qualifications: tuple[str, ...] = ()
    prison_work: tuple[str, ...] = ()
    prison_training: tuple[tuple[str, str], ...] = ()
    interests: tuple[str, ...] = ()

    def fingerprint(self) -> int:
        """A signed 64-bit hash of these fields: it changes when what is embedded could change."""
        return _fingerprint(asdict(self))

    def texts(self) -> Texts:
        """The whole profile as natural sentences, and one line for each piece of evidence."""
        lines = tuple(
            line
            for part in (
                *(_experience_lines(*numbered) for numbered in enumerate(self.experience)),
                [_line(LineKind.EXPERIENCE, text) for text in split_sentences(self.previous_work)],
                [_line(LineKind.SKILL, text) for text in self.skills],
                [_line(LineKind.TRAINING, text) for text in self.training],
                [_line(LineKind.QUALIFICATION, text) for text in self.qualifications],
                [
                    Line(LineKind.PRISON_WORK, text, f"{text}, worked in prison")
                    for text in self.prison_work
                ],
                [
                    Line(
                        LineKind.PRISON_TRAINING, text, f"{text}, trained in prison {year}".strip()
                    )
                    for text, year in self.prison_training
                ],
            )
            for line in part
        )
        return Texts(self._whole(), lines)

    def _whole(self) -> str:
        jobs = [
            f"Worked as {job.role}: {job.details}" if job.details else f"Worked as {job.role}"
            for job in self.experience
        ]
        named = (
            ("Skills", self.skills),
            ("Training and licences", self.training),
            ("Qualifications", self.qualifications),
            ("Work in prison", self.prison_work),
            ("Training in prison", tuple(text for text, _ in self.prison_training)),
            ("Would like to work in", self.interests),
        )
        parts = [*jobs, self.previous_work]
        parts += [f"{name}: {', '.join(words)}" for name, words in named if words]
        return ". ".join(part.rstrip(" .") for part in parts if part.strip()) + "."


@dataclass(frozen=True, slots=True)
class VacancyText:
    """The parts of a vacancy that are embedded."""

    title: str
    description: str
    essential: str
    desirable: str = ""

    def fingerprint(self) -> int:
        """A signed 64-bit hash of these fields."""
        return _fingerprint(asdict(self))

    def texts(self) -> Texts:
        """Title, description and criteria as a whole, and one line for each requirement."""
        whole = f"{self.title}. {self.description} {self.essential} {self.desirable}".strip()
        lines = [
            *(_line(LineKind.ESSENTIAL, text) for text in split_sentences(self.essential)),
            *(_line(LineKind.DESIRABLE, text) for text in split_sentences(self.desirable)),
        ]
        return Texts(whole, tuple(lines))


def split_sentences(text: str) -> list[str]:
    """The lines, bullets and sentences of a text, bullets marks removed, fragments dropped."""
    return [
        sentence
        for line in text.splitlines()
        for piece in SENTENCE_END.split(BULLET.sub("", line))
        if sum(map(str.isalpha, sentence := piece.strip(" ;,.\t"))) >= FEWEST_LETTERS
    ]


def content_hash(text: str) -> bytes:
    """The address of a text among the embeddings: SHA-256 of its UTF-8."""
    return hashlib.sha256(text.encode()).digest()


def _fingerprint(fields: dict[str, Any]) -> int:
    digest = hashlib.sha256(repr(sorted(fields.items())).encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def _line(kind: LineKind, text: str) -> Line:
    return Line(kind, text, text)


def _experience_lines(number: int, job: Experience) -> list[Line]:
    years = f" ({job.years})" if job.years else ""
    texts = [job.role, *(f"{job.role}: {piece}" for piece in split_sentences(job.details))]
    return [Line(LineKind.EXPERIENCE, text, f"{text}{years}", job=number) for text in texts]
