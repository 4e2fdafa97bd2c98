"""Packages that not every install has, and what to install where one is missing."""

from importlib.util import find_spec

from foundation.errors import MissingPackageError

# By the name that is imported; any other package is left out by the slim install alone.
EXTRAS = {
    "bm25s": "quality",
    "Stemmer": "quality",
    "ir_measures": "quality",
    "onnxruntime": "int8",
}


def require_packages(task: str, *modules: str) -> None:
    """Check that packages are installed, without importing them.

    Args:
        task: what needs them, as the subject of a sentence.
        modules: the names by which they are imported.

    Raises:
        MissingPackageError: one is missing; the message says what to install.
    """
    for module in modules:
        if find_spec(module) is None:
            raise MissingPackageError(
                f"{task} needs {module}, which is not installed; {_how(module)}"
            )


def _how(module: str) -> str:
    if module in EXTRAS:
        extra = EXTRAS[module]
        return f"the extra `{extra}` has it: pip install 'new-futures-matching[{extra}]'"
    return "the full install has it, and the slim one leaves it out (docs/install.md)"
