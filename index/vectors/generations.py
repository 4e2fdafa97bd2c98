"""Immutable generations of the index: written beside the old one, checked, then pointed to.

    index/
      CURRENT             the name of the generation that serves
      gen-000007/         manifest.json with the SHA-256 of every file, and the arrays

A generation is never changed. One that was damaged on disk is refused; the last good one serves.
"""

import hashlib
import json
import logging
import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from foundation.errors import VectorIndexError
from index.vectors.flat import Collection
from index.vectors.lexicon import Lexicon

KEPT = 2
ARRAYS = ("ids", "keys", "whole", "offsets", "lines")
COLLECTIONS = ("candidates", "vacancies")
LEXICON = "lexicon.npy"
POINTER = "CURRENT"
MANIFEST = "manifest.json"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Generation:
    """A loaded index: both collections, the recipe (model and texts) that made the vectors, and the
    lexicon that was fitted on the texts.
    """

    number: int
    recipe: str
    made_at: str
    candidates: Collection
    vacancies: Collection
    lexicon: Lexicon

    @property
    def name(self) -> str:
        """Name of its folder."""
        return f"gen-{self.number:06d}"


def publish(
    folder: Path,
    recipe: str,
    made_at: datetime,
    candidates: Collection,
    vacancies: Collection,
    lexicon: Lexicon,
) -> Generation:
    """Write a new generation, make it the current one, and clear away all but the last two.

    Both collections must share one array of vectors. A crash at any moment leaves the old
    generation in force.
    """
    folder.mkdir(parents=True, exist_ok=True)
    number = max(_numbers(folder), default=0) + 1
    generation = Generation(number, recipe, made_at.isoformat(), candidates, vacancies, lexicon)
    target = folder / generation.name
    unfinished = folder / f"{generation.name}.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    _write_arrays(unfinished, generation)
    _write_manifest(unfinished, generation)
    _sync(unfinished)
    unfinished.rename(target)
    _point_to(folder, generation.name)
    for old in sorted(_numbers(folder))[:-KEPT]:
        shutil.rmtree(folder / f"gen-{old:06d}", ignore_errors=True)
    return generation


def open_current(folder: Path, recipe: str) -> Generation:
    """The current generation, or the last good one if it is damaged.

    Raises:
        VectorIndexError: there is none, none is sound, or it was made by another recipe.
    """
    pointer = folder / POINTER
    if not pointer.exists():
        raise VectorIndexError("there is no index yet; run `newfutures index build`")
    current = int(pointer.read_text("utf-8").strip().removeprefix("gen-"))
    older = (number for number in sorted(_numbers(folder), reverse=True) if number < current)
    for number in (current, *older):
        try:
            return _read(folder / f"gen-{number:06d}", recipe)
        except (OSError, ValueError, KeyError) as error:
            log.warning(
                "index generation %d is damaged (%s) and was not used; "
                "run `newfutures index build --full` to replace it",
                number,
                error,
            )
    raise VectorIndexError(
        f"every generation in {folder} is damaged; run `newfutures index build --full` "
        "(vectors are kept in the database, so nothing is encoded again)"
    )


def current_name(folder: Path) -> str | None:
    """What the pointer says, so that a server can see when a new generation was published."""
    pointer = folder / POINTER
    return pointer.read_text("utf-8").strip() if pointer.exists() else None


def _numbers(folder: Path) -> list[int]:
    return [
        int(entry.name.removeprefix("gen-"))
        for entry in folder.glob("gen-*")
        if entry.name.removeprefix("gen-").isdigit()
    ]


def _write_arrays(folder: Path, generation: Generation) -> None:
    np.save(folder / "vectors.npy", generation.candidates.vectors)
    np.save(folder / LEXICON, generation.lexicon.weights)
    for name in COLLECTIONS:
        for array in ARRAYS:
            np.save(folder / f"{name}-{array}.npy", getattr(getattr(generation, name), array))


def _write_manifest(folder: Path, generation: Generation) -> None:
    manifest = {
        "number": generation.number,
        "recipe": generation.recipe,
        "made_at": generation.made_at,
        "lexicon_profiles": generation.lexicon.profiles,
        "counts": {name: len(getattr(generation, name)) for name in COLLECTIONS},
        "sha256": {file.name: _sha256(file) for file in sorted(folder.glob("*.npy"))},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1), "utf-8")


def _read(folder: Path, recipe: str) -> Generation:
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    if manifest["recipe"] != recipe:
        raise VectorIndexError(
            f"the index was built by {manifest['recipe']} but {recipe} is configured; "
            "run `newfutures index build`"
        )
    for name, expected in manifest["sha256"].items():
        if _sha256(folder / name) != expected:
            raise ValueError(f"{name} does not match its checksum")
    vectors = np.load(folder / "vectors.npy", mmap_mode="r")
    candidates, vacancies = (
        Collection(
            **{array: np.load(folder / f"{name}-{array}.npy") for array in ARRAYS}, vectors=vectors
        )
        for name in COLLECTIONS
    )
    return Generation(
        manifest["number"],
        manifest["recipe"],
        manifest["made_at"],
        candidates,
        vacancies,
        Lexicon(np.load(folder / LEXICON), manifest["lexicon_profiles"]),
    )


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _sync(folder: Path) -> None:
    for path in (*folder.iterdir(), folder):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _point_to(folder: Path, name: str) -> None:
    fresh = folder / f"{POINTER}.new"
    fresh.write_text(name, "utf-8")
    fresh.rename(folder / POINTER)
    _sync(folder / name)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
