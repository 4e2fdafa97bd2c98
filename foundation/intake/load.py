"""Reading files that people and systems send, row by row, and loading what is good.

Knows nothing of candidates or vacancies: they bring a `check` (values to record, or faults) and a
`save`. Memory stays level however long the file is, but for the keys that find repeated rows.
"""

import codecs
import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from psycopg import Connection

from foundation.database import Database, Scope
from foundation.errors import IntakeError
from foundation.record import Fault, Record, Saved

BATCH_ROWS = 1000
JSON_LINES = (".jsonl", ".ndjson", ".json")
JSON_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")

T = TypeVar("T", bound=Record)
Values = dict[str, Any]
Transaction = Callable[[Database, Scope], AbstractContextManager[Connection[Any]]]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the file (the first line is 1), and its values or its fault."""

    number: int
    values: Values
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """A value that was refused, where it stands, and what is allowed there."""

    file: str
    row: int
    fault: Fault

    def __str__(self) -> str:
        value = "" if self.fault.value is None else f" {str(self.fault.value)[:80]!r}:"
        column = self.fault.column
        if not column.isprintable():  # a JSON key can be anything, terminal commands included
            column = repr(column)
        return f"{self.file}, row {self.row}, {column[:80]}:{value} {self.fault.allowed}"


@dataclass(frozen=True, slots=True)
class IntakeKind(Generic[T]):
    """How one kind of record is read and stored; `transaction` opens one with the right role."""

    columns: Sequence[str]
    required: Sequence[str]
    from_cells: Callable[[dict[str, str]], Values | list[Fault]]
    from_object: Callable[[Values], Values]
    check: Callable[[Values], T | list[Fault]]
    key: Callable[[T], object]
    save: Callable[[Connection[Any], Sequence[T]], Saved]
    transaction: Transaction = Database.transaction


@dataclass(slots=True)
class Outcome:
    """What an import did. `rejected` counts rows; one row may have several faults."""

    read: int = 0
    saved: Saved = field(default_factory=Saved)
    rejected: int = 0
    rolled_back: bool = False


def load(
    path: Path,
    kind: IntakeKind[T],
    database: Database,
    scope: Scope,
    *,
    strict: bool = False,
    on_rejection: Callable[[Rejection], None] = lambda _: None,
    on_bytes: Callable[[int], None] = lambda _: None,
) -> Outcome:
    """Load a CSV or JSON Lines file; run again after an interruption, the result is the same.

    Good rows are saved a thousand to a transaction. With `strict`, everything is one transaction,
    which is rolled back if any row is refused. `on_bytes` gets the position in the file.

    Raises:
        IntakeError: the file as a whole cannot be read; nothing was loaded.
    """
    check_encoding(path)
    outcome = Outcome()
    checked = _check_rows(path, kind, outcome, on_rejection, on_bytes)
    if strict:
        try:
            with kind.transaction(database, scope) as connection:
                for batch in _batches(checked):
                    if not outcome.rejected:
                        outcome.saved += kind.save(connection, batch)
                if outcome.rejected:
                    raise _Refused
        except _Refused:
            outcome.saved, outcome.rolled_back = Saved(), True
        return outcome
    for batch in _batches(checked):
        with kind.transaction(database, scope) as connection:
            outcome.saved += kind.save(connection, batch)
    return outcome


class _Refused(Exception):  # noqa: N818 -- never leaves this module: it rolls the transaction back
    """A strict import met a bad row."""


def check_encoding(path: Path) -> None:
    """Read the whole file as UTF-8, with or without a byte order mark.

    Raises:
        IntakeError: it is not there, or is not UTF-8, naming the first line that is not.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines = 1
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                if lines == 1 and block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                    raise IntakeError(f"{path} is UTF-16; save it as UTF-8 (in Excel: CSV UTF-8)")
                decoder.decode(block)
                lines += block.count(b"\n")
            decoder.decode(b"", final=True)
    except OSError as error:
        raise IntakeError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        bad = bytes(error.object)
        row = lines + bad[: error.start].count(b"\n")
        raise IntakeError(
            f"{path}, line {row}: byte 0x{bad[error.start]:02x} is not UTF-8 (the file looks like "
            "Windows-1252 or Latin-1); save it as UTF-8 (in Excel: CSV UTF-8) and import it again"
        ) from error


def read_rows(path: Path, kind: IntakeKind[T], on_bytes: Callable[[int], None]) -> Iterator[Row]:
    """The rows of a CSV or JSON Lines file, by its suffix.

    Raises:
        IntakeError: another suffix, or a CSV whose header lacks or does not know a column.
    """
    suffix = path.suffix.lower()
    if suffix != ".csv" and suffix not in JSON_LINES:
        raise IntakeError(f"{path}: the name must end in .csv or .jsonl, to say what it is")
    with path.open("rb") as raw:
        text = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
        rows = _csv_rows(path, kind, text) if suffix == ".csv" else _json_rows(kind, text)
        for count, row in enumerate(rows):
            yield row
            if count % 100 == 0:
                on_bytes(raw.tell())
        on_bytes(raw.tell())


def split_list(cell: str) -> list[str]:
    """The entries of a cell, separated by semicolons; empty ones are dropped."""
    return [entry for part in cell.split(";") if (entry := part.strip())]


def _csv_rows(path: Path, kind: IntakeKind[T], text: io.TextIOWrapper) -> Iterator[Row]:
    lines = _csv_lines(text)
    header = next(lines, [])
    if isinstance(header, Fault):
        raise IntakeError(f"{path}, row 1: {header.allowed}")
    header = [name.strip().lower() for name in header]
    _check_header(path, kind, header)
    for number, cells in enumerate(lines, start=2):
        if isinstance(cells, Fault):
            yield Row(number, {}, cells)
        elif not any(cell.strip() for cell in cells):
            continue
        elif len(cells) > len(header):
            allowed = f"the header names {len(header)} columns; is a quotation mark missing?"
            yield Row(number, {}, Fault("(whole row)", f"{len(cells)} cells", allowed))
        elif any("\0" in cell for cell in cells):
            yield Row(number, {}, Fault("(whole row)", None, "it holds a NUL character; remove it"))
        else:
            given = {
                name: cell.strip()
                for name, cell in zip(header, cells, strict=False)
                if cell.strip()
            }
            values = kind.from_cells(given)
            if isinstance(values, list):
                yield from (Row(number, {}, fault) for fault in values)
            else:
                yield Row(number, values)


def _csv_lines(text: io.TextIOWrapper) -> Iterator[list[str] | Fault]:
    """The cells of each row, or what is wrong with its quotation marks."""
    reader = csv.reader(text, strict=True)
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Fault("(whole row)", None, f"{error}; is a quotation mark missing?")


def _check_header(path: Path, kind: IntakeKind[T], header: list[str]) -> None:
    unknown = [name for name in header if name not in kind.columns]
    missing = [name for name in kind.required if name not in header]
    repeated = sorted({name for name in header if header.count(name) > 1})
    for names, what in ((unknown, "unknown"), (missing, "missing"), (repeated, "repeated")):
        if names:
            raise IntakeError(
                f"{path}, row 1: {what} column {', '.join(map(repr, names))}; "
                f"the columns are {', '.join(kind.columns)}"
            )


def _json_rows(kind: IntakeKind[T], text: io.TextIOWrapper) -> Iterator[Row]:
    for number, line in enumerate(text, start=1):
        if not line.strip():
            continue
        try:
            given = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield Row(
                number, {}, Fault("(whole row)", line[:40], f"one JSON object a line: {error}")
            )
            continue
        if not isinstance(given, dict):
            yield Row(number, {}, Fault("(whole row)", line[:40], "it must be a JSON object"))
        elif JSON_ESCAPE.search(line) and not _storable(given):
            allowed = "it holds a NUL or half of a surrogate pair; remove the character"
            yield Row(number, {}, Fault("(whole row)", None, allowed))
        else:
            yield Row(number, kind.from_object(given))


def _storable(given: Values) -> bool:
    text = json.dumps(given, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\\u0000" not in text.replace("\\\\", "")


def _check_rows(
    path: Path,
    kind: IntakeKind[T],
    outcome: Outcome,
    on_rejection: Callable[[Rejection], None],
    on_bytes: Callable[[int], None],
) -> Iterator[T]:
    first_seen: dict[object, int] = {}
    last_rejected = 0
    for row in read_rows(path, kind, on_bytes):
        record = [row.fault] if row.fault else kind.check(row.values)
        if not isinstance(record, list):
            earlier = first_seen.setdefault(kind.key(record), row.number)
            if earlier == row.number:
                outcome.read += 1
                yield record
                continue
            record = [
                Fault("(whole row)", str(kind.key(record)), f"it repeats the key of row {earlier}")
            ]
        for fault in record:
            on_rejection(Rejection(str(path), row.number, fault))
        if row.number != last_rejected:
            outcome.read += 1
            outcome.rejected += 1
            last_rejected = row.number


def _batches(records: Iterator[T]) -> Iterator[list[T]]:
    batch: list[T] = []
    for record in records:
        batch.append(record)
        if len(batch) == BATCH_ROWS:
            yield batch
            batch = []
    if batch:
        yield batch
