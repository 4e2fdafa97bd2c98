"""SHA-256 of files: of weights that must be the ones expected, and of what was made from them."""

import hashlib
from pathlib import Path

from foundation.errors import ModelError


def sha256_of(path: Path) -> str:
    """The hexadecimal SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_file(path: Path, sha256: str, otherwise: str) -> None:
    """Refuse a file of weights that is missing or is not the one expected.

    Raises:
        ModelError: it differs; `otherwise` says what to set to do without it.
    """
    if not path.is_file():
        raise ModelError(f"{path} is missing: reinstall this project, or set {otherwise}")
    found = sha256_of(path)
    if found != sha256:
        raise ModelError(
            f"{path} is not the model expected: its SHA-256 is {found}, not {sha256}; "
            f"reinstall it, or set {otherwise} (every vector is then made anew)"
        )
