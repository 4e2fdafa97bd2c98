"""CSV templates: one example row to follow, and a companion file that explains each column."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import EnumMeta
from pathlib import Path
from typing import Any, get_args

from foundation.errors import IntakeError
from foundation.record import Record


@dataclass(frozen=True, slots=True)
class Column:
    """A CSV column: an example value and a comment."""

    name: str
    example: str
    comment: str
    required: bool = False


def write_template(
    path: Path, columns: Sequence[Column], record: type[Record], *, overwrite: bool = False
) -> Path:
    """Write the CSV template, and beside it `<name>-columns.txt`; returns the companion's path.

    Raises:
        IntakeError: one of the two files exists already, or cannot be written.
    """
    companion = path.with_name(f"{path.stem}-columns.txt")
    for target in (path, companion):
        if target.exists() and not overwrite:
            raise IntakeError(f"{target} exists already; remove it or choose another name")
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:  # the mark is for Excel
            writer = csv.writer(file)
            writer.writerow(column.name for column in columns)
            writer.writerow(column.example for column in columns)
        companion.write_text("\n".join(_comments(columns, record)) + "\n", encoding="utf-8")
    except OSError as error:
        raise IntakeError(f"cannot write {path}: {error.strerror}") from error
    return companion


def _comments(columns: Sequence[Column], record: type[Record]) -> Iterable[str]:
    for column in columns:
        yield column.name + (" (required)" if column.required else "")
        yield f"    {column.comment}"
        for codes in _codes(_annotation(record, column.name)):
            yield f"    Codes: {', '.join(codes)}"
        if column.example:
            yield f"    Example: {column.example}"
        yield ""


def _annotation(record: type[Record], column: str) -> Any:  # noqa: ANN401 -- any type annotation
    """The type of the field that a column fills; `employer_status` is `status` of `employer`."""
    if column in record.model_fields:
        return record.model_fields[column].annotation
    outer, _, inner = column.partition("_")
    holder = record.model_fields[outer].annotation if outer in record.model_fields else None
    if isinstance(holder, type) and issubclass(holder, Record) and inner in holder.model_fields:
        return holder.model_fields[inner].annotation
    return None


def _codes(annotation: Any) -> Iterable[list[str]]:  # noqa: ANN401 -- any type annotation
    """The codes of every enumeration inside an annotation, records included."""
    if isinstance(annotation, EnumMeta):
        yield [str(code) for code in annotation.__members__]
    elif isinstance(annotation, type) and issubclass(annotation, Record):
        for field in annotation.model_fields.values():
            yield from _codes(field.annotation)
    for part in get_args(annotation):
        yield from _codes(part)
