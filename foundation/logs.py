"""Logging: one line an event, to standard error, so that standard output stays data."""

import logging

from rich.console import Console
from rich.logging import RichHandler

QUIET = ("httpx", "sentence_transformers", "transformers", "psycopg.pool", "faiss")


def configure_logs(level: str) -> None:
    """Send our log to standard error at `level`; libraries are heard from warnings up."""
    handler = RichHandler(console=Console(stderr=True), show_path=False, rich_tracebacks=True)
    logging.basicConfig(level=level, format="%(message)s", handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
