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

from index.text.facets import facets_of, keywords_of
from index.text.requirements import Requirement, RequirementKind, read_requirements

TEXTS_VERSION = "texts-3"  # change it whenever the same fields would make other texts

BULLET = re.compile(r"^\s*(?:[-*•·–—▪●o]|\(?[0-9a-z]{1,2}[.)])\s+")
SENTENCE_END = re.compile(r"(?<=[.!?;])\s+(?=[A-Z0-9\"'(])|;\s+")
ANY_STOP = re.compile(r"(?<=[a-z]{2}[.!?;])\s+|;\s+")  # some write without capitals
FEWEST_LETTERS = 3
PASSAGE_WORDS = 40  # a longer one says too much to be near to any one requirement


class LineKind(StrEnum):
    """What a line is evidence of, or how much a requirement matters."""

    EXPERIENCE = "experience"
    SKILL = "skill"
    TRAINING = "training"
    QUALIFICATION = "qualification"
    PRISON_WORK = "prison work"
    PRISON_TRAINING = "prison training"
    WISH = "wish"
    TITLE = "title"
    REQUIREMENT = "requirement"


@dataclass(frozen=True, slots=True)
class Line:
    """One piece of evidence, or one thing asked: `text` is encoded, `shown` is quoted to people.

    `part` says which experience the line tells of, or which requirement it is of, counted from 0.
    `facets` are the pieces of a requirement, which are encoded besides.
    """

    kind: LineKind
    text: str
    shown: str
    part: int | None = None
    facets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Texts:
    """Everything that is encoded for one candidate or vacancy: the whole, and its lines."""

    whole: str
    lines: tuple[Line, ...]

    def all(self) -> list[str]:
        """The whole first, then each line, then the facets of all lines, line by line."""
        facets = (facet for line in self.lines for facet in line.facets)
        return [self.whole, *(line.text for line in self.lines), *facets]


@dataclass(frozen=True, slots=True)
class Experience:
    """A job held: what it was called and what was done."""

    role: str
    details: str = ""
    years: str = ""


@dataclass(frozen=True, slots=True)
class CandidateText:
    """The parts of a profile that may be embedded, already in words.

    `interests` are the types of work and jobs wanted; `wishes` those of them that are jobs.
    """

    experience: tuple[Experience, ...] = ()
    previous_work: str = ""
    skills: tuple[str, ...] = ()
    training: tuple[str, ...] = ()
    qualifications: tuple[str, ...] = ()
    prison_work: tuple[str, ...] = ()
    prison_training: tuple[tuple[str, str], ...] = ()
    interests: tuple[str, ...] = ()
    wishes: tuple[str, ...] = ()

    def fingerprint(self) -> int:
        """A signed 64-bit hash of these fields: it changes when what is embedded could change."""
        return _fingerprint(asdict(self))

    def texts(self) -> Texts:
        """The whole profile as natural sentences, and one line for each piece of evidence."""
        lines = tuple(
            line
            for part in (
                *(_experience_lines(*numbered) for numbered in enumerate(self.experience)),
                [_line(LineKind.EXPERIENCE, text) for text in passages_of(self.previous_work)],
                [_line(LineKind.SKILL, text) for text in self.skills],
                [_line(LineKind.TRAINING, text) for text in self.training],
                [
                    _line(LineKind.QUALIFICATION, passage)
                    for text in self.qualifications
                    for passage in passages_of(text)
                ],
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
                [_line(LineKind.WISH, text) for text in self.wishes],
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

    def requirements(self) -> tuple[Requirement, ...]:
        """What the criteria ask for, boilerplate among it."""
        return read_requirements(self.essential, self.desirable)

    def texts(self) -> Texts:
        """Title, description and criteria as a whole; the title, and each thing asked, as lines.

        A requirement that asks for several things has a line for each; one that asks for nothing
        has none.
        """
        whole = f"{self.title}. {self.description} {self.essential} {self.desirable}".strip()
        asked = (
            Line(LineKind.REQUIREMENT, text, requirement.shown, number, facets_of(text))
            for number, requirement in enumerate(self.requirements())
            if requirement.kind is not RequirementKind.BOILERPLATE
            for text in things_asked(requirement)
        )
        return Texts(whole, (_line(LineKind.TITLE, self.title), *asked))


def things_asked(requirement: Requirement) -> tuple[str, ...]:
    """What evidence is looked for: each part of a requirement, unless one of them is enough."""
    if keywords := keywords_of(requirement.text):
        return keywords
    apart = requirement.clauses if not requirement.alternatives else ()
    return apart or (requirement.text,)


def passages_of(text: str) -> list[str]:
    """The sentences of a text, put together as long as that is no more than `PASSAGE_WORDS`.

    A sentence that is longer by itself is cut into equal parts.
    """
    passages: list[list[str]] = []
    for sentence in split_sentences(text, ANY_STOP):
        words = sentence.split()
        parts = -(-len(words) // PASSAGE_WORDS)
        size = -(-len(words) // parts)
        for start in range(0, len(words), size):
            piece = words[start : start + size]
            if passages and len(passages[-1]) + len(piece) <= PASSAGE_WORDS:
                passages[-1][-1] += "." if passages[-1][-1][-1].isalnum() else ""
                passages[-1] += piece
            else:
                passages.append(piece)
    return [" ".join(words) for words in passages]


def split_sentences(text: str, end: re.Pattern[str] = SENTENCE_END) -> list[str]:
    """The lines, bullets and sentences of a text, bullets marks removed, fragments dropped."""
    return [
        sentence
        for line in text.splitlines()
        for piece in end.split(BULLET.sub("", line))
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
    texts = [job.role, *(f"{job.role}: {piece}" for piece in passages_of(job.details))]
    return [Line(LineKind.EXPERIENCE, text, f"{text}{years}", number) for text in texts]
