"""Shows whether two versions of this program rank alike: the same people, scores, order, reasons.

    python -m benchmarks.same_rankings write before.json --code ../checkout-of-the-older-version
    python -m benchmarks.same_rankings write after.json
    python -m benchmarks.same_rankings compare before.json after.json

`write` uses the command line of a version (`--code`, else this one) over the database in
NEWFUTURES_DATA_DIR: give both the same database and the same NEWFUTURES_TODAY. It also replays,
with that version, every run that the database holds when it begins. `compare` says what differs,
document by document, and ends with exit code 1 if a person, score, place or group does; sentences
that were only reworded are counted and shown apart.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from foundation.database import Database, Scope
from foundation.postgres.server import LocalPostgres
from foundation.settings import Settings

SCOPE = Scope("same rankings")
# Not `amortised`: what it owes comes from the lists made before, the other version's among them.
POLICIES = ("none", "floor", "multi")
# Only words: what a person reads beside the figures.
WORDS = {"sentence", "sentences", "summary", "label", "word"}


def main() -> None:
    """Write one version's rankings, or compare two files of them."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    commands = parser.add_subparsers(dest="command", required=True)
    write = commands.add_parser("write")
    write.add_argument("file", type=Path)
    write.add_argument("--code", type=Path, default=Path.cwd())
    write.add_argument("--vacancies", type=int, default=12)
    write.add_argument("--people", type=int, default=12)
    compare = commands.add_parser("compare")
    compare.add_argument("before", type=Path)
    compare.add_argument("after", type=Path)
    asked = parser.parse_args()
    if asked.command == "write":
        documents = list_documents(asked.code.resolve(), asked.vacancies, asked.people)
        asked.file.write_text(json.dumps(documents, indent=1, sort_keys=True), "utf-8")
        print(f"{len(documents)} documents written to {asked.file}")
        return
    before, after = (json.loads(path.read_text("utf-8")) for path in (asked.before, asked.after))
    sys.exit(report(before, after))


def list_documents(code: Path, vacancies: int, people: int) -> dict[str, Any]:
    """What the version in `code` answers, by command: lists, one reason for each, and replays."""
    references, numbers, runs = _subjects(vacancies, people)
    commands = [["replay", run] for run in runs]
    for reference in references:
        commands += [["shortlist", reference, "--json", "--policy", name] for name in POLICIES]
    commands += [["vacancies-for", number, "--json"] for number in numbers]
    commands += [["why", references[0], number, "--json"] for number in numbers]
    documents: dict[str, Any] = {}
    for done, command in enumerate(commands, start=1):
        print(f"\r{done} of {len(commands)}: {' '.join(command):60.60}", end="", flush=True)
        documents[" ".join(command)] = _run(code, command)
    print()
    return documents


def _subjects(vacancies: int, people: int) -> tuple[list[str], list[str], list[str]]:
    """Vacancies' public ids, prison numbers, and ids of stored runs, as evenly spread as can be."""
    settings = Settings()
    with (
        LocalPostgres(settings.postgres_dir, bin_dir=settings.postgres_bin) as server,
        Database(server.url) as database,
        database.transaction(SCOPE) as connection,
    ):
        found = [
            [str(row[0]) for row in connection.execute(query)]
            for query in (
                "SELECT public_id FROM vacancy WHERE closed_at IS NULL ORDER BY reference, id",
                "SELECT prison_number FROM candidate ORDER BY prison_number",
                "SELECT id FROM ranking_run ORDER BY id",
            )
        ]
    return (
        found[0][:: max(1, len(found[0]) // vacancies)][:vacancies],
        found[1][:: max(1, len(found[1]) // people)][:people],
        found[2],
    )


def _run(code: Path, command: list[str]) -> object:
    """The document that a command prints, or the last line of its error."""
    done = subprocess.run(
        [sys.executable, "-c", "from cli.main import run; run()", *command],
        cwd=code,
        env=os.environ | {"PYTHONPATH": str(code)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return {"error": " ".join(done.stderr.split()[-40:])}
    return json.loads(done.stdout)


def report(before: dict[str, Any], after: dict[str, Any]) -> int:
    """Print what differs; 1 if more than words does."""
    failed = {name for name, document in after.items() if "error" in document}
    reworded: dict[tuple[str, str], int] = {}
    changed = 0
    for name in sorted(before.keys() | after.keys()):
        if name not in before or name not in after:
            print(f"only in one file: {name}")
            changed += 1
            continue
        for where, old, new in differences(before[name], after[name], ""):
            if _is_words(where) and isinstance(old, str) and isinstance(new, str):
                pair = _without_figures(old), _without_figures(new)
                reworded[pair] = reworded.get(pair, 0) + 1
            else:
                changed += 1
                print(f"{name}: {where}: {old!r} is now {new!r}")
    for (old, new), times in sorted(reworded.items()):
        print(f"reworded {times} times: {old!r} is now {new!r}")
    for name in sorted(failed):
        print(f"failed in both or in the newer: {name}: {after[name]['error']}")
    print(
        f"{len(before)} documents, {changed} changed in a person, score, place, group or figure; "
        f"{len(reworded)} sentences reworded; {len(failed)} commands failed"
    )
    return 1 if changed else 0


def differences(before: object, after: object, where: str) -> list[tuple[str, object, object]]:
    """Where two JSON documents differ: path, old value, new value."""
    if isinstance(before, dict) and isinstance(after, dict):
        return [
            found
            for key in sorted(before.keys() | after.keys())
            for found in differences(before.get(key), after.get(key), f"{where}/{key}")
        ]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [
            found
            for position, (old, new) in enumerate(zip(before, after, strict=True))
            for found in differences(old, new, f"{where}/{position}")
        ]
    return [] if before == after else [(where, before, after)]


def _is_words(where: str) -> bool:
    return any(part in WORDS for part in where.split("/"))


def _without_figures(sentence: str) -> str:
    return re.sub(r"\d[\d,.]*", "#", sentence)


if __name__ == "__main__":
    main()
