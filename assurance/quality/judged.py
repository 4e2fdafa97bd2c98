"""Judged sets: queries, documents, and grades that people gave to pairs of them."""

import gzip
import hashlib
import json
import zlib
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic import ValidationError as PydanticValidationError
from pydantic_core import ErrorDetails

from foundation.errors import IntakeError
from foundation.record import Record

TextKind = Literal["title", "sentence", "profile"]

GREATEST_GRADE = 15  # gains double with every grade, and the metrics keep an array as long as one
FAULTS_TOLD = 3
GZIP_MARK = b"\x1f\x8b"


def _printable(name: str) -> str:
    """A name is shown in terminals, so it may hold no control characters."""
    if not name.isprintable():
        raise ValueError("it holds characters that cannot be printed; remove them")
    return name


Name = Annotated[str, StringConstraints(min_length=1), AfterValidator(_printable)]
Text = Annotated[str, StringConstraints(min_length=1)]
Grade = Annotated[int, Field(ge=0, le=GREATEST_GRADE)]


class JudgedSet(Record):
    """Texts and the grades that people gave. Everything else that the file holds is left aside.

    `kind` says what the queries and documents are, `judged_only` that only the judged documents of
    each query are ranked, and not all of `docs`. A document without a grade counts as grade 0.
    """

    model_config = ConfigDict(extra="ignore")

    name: Name
    kind: TextKind
    judged_only: bool
    note: str = ""
    queries: dict[str, Text]
    docs: dict[str, Text]
    qrels: dict[str, dict[str, Grade]]

    @model_validator(mode="after")
    def about_its_own_texts(self) -> Self:
        """Grades are of queries and documents that are here, and one at least is above 0."""
        for query, grades in self.qrels.items():
            if query not in self.queries:
                raise ValueError(
                    f"grades for query {query!r}, which is not among the queries; add its text, "
                    "or remove its grades"
                )
            unknown = next((doc for doc in grades if doc not in self.docs), None)
            if unknown is not None:
                raise ValueError(
                    f"query {query!r} has a grade for document {unknown!r}, which is not among "
                    "the docs; add its text, or remove the grade"
                )
        if not any(grade for grades in self.qrels.values() for grade in grades.values()):
            raise ValueError("no judgements: qrels must hold at least one grade above 0")
        return self

    @cached_property
    def judged_queries(self) -> tuple[str, ...]:
        """The ids of queries with a judgement, in the order of the file."""
        return tuple(query for query in self.queries if self.qrels.get(query))

    @cached_property
    def ranked_docs(self) -> tuple[str, ...]:
        """The ids of documents that any query ranks, in the order of the file."""
        if not self.judged_only:
            return tuple(self.docs)
        judged = {doc for grades in self.qrels.values() for doc in grades}
        return tuple(doc for doc in self.docs if doc in judged)

    def docs_for(self, query: str) -> tuple[str, ...]:
        """The ids of the documents to rank for one query."""
        return tuple(self.qrels[query]) if self.judged_only else self.ranked_docs

    @cached_property
    def sha256(self) -> str:
        """Of all that figures depend on: two sets with the same one can be compared."""
        counted = self.model_dump(include={"kind", "judged_only", "queries", "docs", "qrels"})
        return hashlib.sha256(json.dumps(counted, sort_keys=True).encode()).hexdigest()


def read_judged_set(path: Path) -> JudgedSet:
    """The judged set in a JSON file, which may be compressed with gzip.

    Raises:
        IntakeError: it cannot be read, or is not a judged set; the message says where and why.
    """
    values = read_json(path)
    if not isinstance(values, dict):
        raise IntakeError(
            f"{path}: a judged set is one JSON object with name, kind, judged_only, queries, docs "
            "and qrels"
        )
    try:
        return JudgedSet.model_validate(values)
    except PydanticValidationError as error:
        raise IntakeError(f"{path}: {_told(error)}") from error


def read_json(path: Path) -> Any:  # noqa: ANN401 -- whatever JSON holds
    """What a file, compressed or not, says in JSON; the same name twice in an object is refused.

    Raises:
        IntakeError: it cannot be read, or is not JSON in UTF-8.
    """
    content = _unpacked(path)
    try:
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=_without_repeats)
    except UnicodeDecodeError as error:
        raise IntakeError(f"{path}: byte {error.start} is not UTF-8; save it as UTF-8") from error
    except json.JSONDecodeError as error:
        raise IntakeError(
            f"{path}, line {error.lineno}, column {error.colno}: not JSON: {error.msg}"
        ) from error
    except (ValueError, RecursionError) as error:
        raise IntakeError(f"{path}: {error}") from error


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """One object. Names are compared as they are stored, without white space at their ends."""
    names = [name.strip() for name, _ in pairs]
    if len(set(names)) < len(names):
        again = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{again[:80]!r} stands twice in one object; ids must differ")
    return dict(pairs)


def _unpacked(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise IntakeError(f"cannot read {path}: {error.strerror}") from error
    if not content.startswith(GZIP_MARK):
        if path.suffix == ".gz":
            raise IntakeError(f"{path}: it is named .gz, but is not gzip; fetch it or rename it")
        return content
    try:
        return gzip.decompress(content)
    except (EOFError, OSError, zlib.error) as error:
        raise IntakeError(f"{path}: damaged gzip ({error}); fetch it again") from error


def _told(error: PydanticValidationError) -> str:
    """The first few faults in a sentence."""
    faults = error.errors(include_url=False)
    told = "; ".join(_fault(fault) for fault in faults[:FAULTS_TOLD])
    more = len(faults) - FAULTS_TOLD
    return f"{told}; and {more:,} more" if more > 0 else told


def _fault(fault: ErrorDetails) -> str:
    path = [str(part) for part in fault["loc"]]
    if not path:
        return fault["msg"].removeprefix("Value error, ")
    where = _place(path)
    if fault["type"] == "missing":
        return f"{where}: a value is required"
    if fault["type"] == "string_too_short":
        return f"{where}: the text is empty; write one, or leave it out"
    allowed = fault["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return f"{where}: {str(fault['input'])[:40]!r} {allowed}"


def _place(path: list[str]) -> str:
    """Where in a judged set, in words."""
    match path:
        case ["queries", query, *_]:
            return f"query {query!r}"
        case ["docs", doc, *_]:
            return f"document {doc!r}"
        case ["qrels", query, doc, *_]:
            return f"query {query!r}, grade of document {doc!r}"
        case ["qrels", query]:
            return f"grades of query {query!r}"
        case _:
            return ".".join(path)
