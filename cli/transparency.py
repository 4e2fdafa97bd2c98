"""The record of the Algorithmic Transparency Recording Standard."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from assurance.audits.service import AuditService
from assurance.transparency.inputs import gather_facts
from assurance.transparency.markdown import to_markdown
from assurance.transparency.record import TransparencyRecord, build_record
from cli.context import ERR, open_database, scope, settings
from foundation.errors import NewFuturesError
from matching.explain.document import to_bytes


def transparency(
    output: Annotated[
        Path | None, typer.Option(help="Write it to this file, and not to the screen.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, and not as Markdown.")] = False,
) -> None:
    """Write the public record of how this works, from what is in force; people finish it."""
    if output is not None and not output.parent.is_dir():
        raise NewFuturesError(f"--output {output}: there is no folder {output.parent}")
    with open_database() as database:
        report = AuditService(database, settings()).report(scope())
        record = build_record(gather_facts(database, settings(), scope(), report))
    written = to_bytes(record) if as_json else to_markdown(record).encode()
    if output is None:
        sys.stdout.buffer.write(written)
    else:
        _replace(output, written)
        ERR.print(_said(output, record), soft_wrap=True, markup=False)


def _said(output: Path, record: TransparencyRecord) -> str:
    return (
        f"{output}: {len(record.open_fields)} of {len(record.fields)} fields are marked for a "
        "person to fill"
    )


def _replace(output: Path, written: bytes) -> None:
    """Put the file in place whole, so that nobody reads half of it.

    Raises:
        NewFuturesError: it cannot be written there.
    """
    beside = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        beside.write_bytes(written)
        beside.replace(output)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise NewFuturesError(f"--output {output}: cannot be written: {error.strerror}") from error
