"""Pairs of texts that mean much the same, from public taxonomies and adverts.

Each pair has a group: pairs of one group are about the same occupation, so that one must not serve
as a counter-example of another. Whole SOC unit groups are held out (`is_held_out`), because the
related titles of SOC 2020 also measure the result.
"""

import csv
import gzip
import hashlib
import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl

HELD_OUT_SHARE = 4  # one SOC unit group in four
SOC_HEADER_ROWS = 1
WINDOW_WORDS = 50
FEWEST_WINDOW_WORDS = 15
SENTENCE_END = re.compile(r"(?<=[.!?;])\s+")
TYPO_LENGTH = 4


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts that belong together, and what they are about."""

    anchor: str
    positive: str
    group: str


@dataclass(frozen=True, slots=True)
class UnitGroup:
    """A unit group of SOC 2020."""

    code: str
    title: str
    description: str
    tasks: tuple[str, ...]
    related_titles: tuple[str, ...]

    @property
    def is_held_out(self) -> bool:
        """Whether nothing of it is learned from, so that it can measure."""
        return int(hashlib.sha256(self.code.encode()).hexdigest(), 16) % HELD_OUT_SHARE == 0


def read_unit_groups(data: Path) -> list[UnitGroup]:
    """The 412 unit groups of SOC 2020, volume 1."""
    book = openpyxl.load_workbook(data / "taxonomy/soc2020vol1_20241016.xlsx", read_only=True)
    rows = book["SOC2020 descriptions"].iter_rows(values_only=True, min_row=SOC_HEADER_ROWS + 1)
    return [
        UnitGroup(str(row[3]), str(row[4]), str(row[6]), _marked(row[8]), _marked(row[9]))
        for row in rows
        if str(row[3]).isdigit()
    ]


def make_pairs(data: Path, seed: int) -> dict[str, list[Pair]]:
    """All pairs by kind, each kind in an order that the seed decides."""
    random_ = random.Random(seed)  # noqa: S311 -- reproducible, not secret
    onet = _Onet(data)
    kinds: dict[str, Callable[[], Iterable[Pair]]] = {
        "title to title": lambda: _titles(data, onet, random_),
        "title to description": lambda: _descriptions(data, onet),
        "task to title": lambda: _tasks(data, onet),
        "task to activity": lambda: onet.activities(),
        "title to advert": lambda: _adverts(data, random_),
        "british words": lambda: _british_words(),
        "misspelt": lambda: _misspelt(data, onet, random_),
    }
    pairs = {kind: sorted(set(make()), key=_sort_key) for kind, make in kinds.items()}
    for several in pairs.values():
        random_.shuffle(several)
    return pairs


def _sort_key(pair: Pair) -> tuple[str, str, str]:
    return pair.group, pair.anchor, pair.positive


class _Onet:
    """O*NET 27.0."""

    def __init__(self, data: Path) -> None:
        read = _reader(data)
        self.titles = {row["O*NET-SOC Code"]: row["Title"] for row in read("occupation_data")}
        self.descriptions = {
            row["O*NET-SOC Code"]: row["Description"] for row in read("occupation_data")
        }
        self.alternates: dict[str, list[str]] = defaultdict(list)
        for row in read("alternate_titles"):
            self.alternates[row["O*NET-SOC Code"]].append(row["Alternate Title"])
        self.tasks = {
            row["Task ID"]: (row["O*NET-SOC Code"], row["Task"]) for row in read("task_statements")
        }
        activity = {row["DWA ID"]: row["DWA Title"] for row in read("dwa_reference")}
        self.task_activities = [
            (row["Task ID"], row["DWA ID"], activity[row["DWA ID"]])
            for row in read("tasks_to_dwas")
        ]

    def activities(self) -> Iterator[Pair]:
        """What is done, said at length and in short."""
        for task, number, activity in self.task_activities:
            if task in self.tasks:
                yield Pair(self.tasks[task][1], activity.rstrip("."), number)


def _titles(data: Path, onet: _Onet, random_: random.Random) -> Iterator[Pair]:
    for code, alternates in onet.alternates.items():
        yield from _to_title(onet.titles[code], alternates, code)
    for number, row in enumerate(_esco(data)):
        labels = row["altLabels"].splitlines()
        yield from _to_title(row["preferredLabel"], labels, f"esco {number}")
        yield from _to_each_other(labels, f"esco {number}", random_)
    for group in _learned_groups(data):
        yield from _to_title(group.title, group.related_titles, group.code)
        yield from _to_each_other(group.related_titles, group.code, random_)


def _to_title(title: str, alternates: Iterable[str], group: str) -> Iterator[Pair]:
    for alternate in alternates:
        if alternate.casefold() != title.casefold():
            yield Pair(alternate, title, group)


def _to_each_other(alternates: Sequence[str], group: str, random_: random.Random) -> Iterator[Pair]:
    """Each alternate with one of the others. Not for O*NET, whose groups are wide."""
    for alternate in alternates:
        other = random_.choice(alternates)
        if other.casefold() != alternate.casefold():
            yield Pair(alternate, other, group)


def _descriptions(data: Path, onet: _Onet) -> Iterator[Pair]:
    for code, title in onet.titles.items():
        yield Pair(title, onet.descriptions[code], code)
    for number, row in enumerate(_esco(data)):
        for label in (row["preferredLabel"], *row["altLabels"].splitlines()[:3]):
            yield Pair(label, row["description"], f"esco {number}")
    for group in _learned_groups(data):
        for label in (group.title, *group.related_titles):
            yield Pair(label, group.description, group.code)


def _tasks(data: Path, onet: _Onet) -> Iterator[Pair]:
    for code, task in onet.tasks.values():
        yield Pair(task, onet.titles[code], code)
    for group in _learned_groups(data):
        for task in group.tasks:
            yield Pair(task, group.title, group.code)


def _adverts(data: Path, random_: random.Random) -> Iterator[Pair]:
    with gzip.open(data / "nhs_jobs/nhs_jobs_2020.jsonl.gz", "rt", encoding="utf-8") as file:
        adverts = [json.loads(line) for line in file]
    for advert in adverts:
        window = _window(advert["text"], random_)
        if window:
            yield Pair(advert["title"], window, advert["title"].casefold())


def _window(text: str, random_: random.Random) -> str:
    """Some sentences of a text, about `WINDOW_WORDS` long."""
    sentences = SENTENCE_END.split(" ".join(text.split()))
    start = random_.randrange(max(1, len(sentences) // 2))
    words = " ".join(sentences[start:]).split()[:WINDOW_WORDS]
    return " ".join(words) if len(words) >= FEWEST_WINDOW_WORDS else ""


def _british_words() -> Iterator[Pair]:
    with (Path(__file__).parent / "british_words.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield Pair(row["british"], row["other"], row["other"])


def _misspelt(data: Path, onet: _Onet, random_: random.Random) -> Iterator[Pair]:
    """Titles and tasks as somebody in a hurry types them, with themselves typed well."""
    texts = [(title, code) for code, several in onet.alternates.items() for title in several]
    texts += [(task, code) for code, task in onet.tasks.values()]
    texts += [(row["preferredLabel"], f"esco {number}") for number, row in enumerate(_esco(data))]
    texts += [(task, group.code) for group in _learned_groups(data) for task in group.tasks]
    for text, group in random_.sample(texts, len(texts) // 3):
        wrong = misspell(text, random_)
        if wrong != text:
            yield Pair(wrong, text, group)


def misspell(text: str, random_: random.Random) -> str:
    """The text with about one word in three spelt wrong, and no capitals."""
    return " ".join(
        _slip(word, random_) if len(word) >= TYPO_LENGTH and random_.random() < 1 / 3 else word
        for word in text.lower().split()
    )


# Not the slips of made-up people (demonstration.synthetic.texts): those measure the result.
def _slip(word: str, random_: random.Random) -> str:
    at = random_.randrange(1, len(word) - 1)
    slips = (
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        word[:at] + random_.choice("aeiou") + word[at + 1 :],
    )
    return random_.choice(slips)


def _esco(data: Path) -> list[dict[str, str]]:
    path = data / "taxonomy/esco_occupations_en.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _learned_groups(data: Path) -> list[UnitGroup]:
    return [group for group in read_unit_groups(data) if not group.is_held_out]


def _reader(data: Path) -> Callable[[str], list[dict[str, str]]]:
    def read(name: str) -> list[dict[str, str]]:
        path = data / f"taxonomy/onet_27_{name}.txt.gz"
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file, delimiter="\t"))

    return read


def _marked(cell: Any) -> tuple[str, ...]:  # noqa: ANN401 -- whatever a sheet's cell holds
    """The entries of a cell, each marked by a tilde."""
    entries = (" ".join(entry.split()) for entry in str(cell or "").split("~"))
    return tuple(entry for entry in entries if entry and entry != "<blank>")
