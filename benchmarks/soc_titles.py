"""Write a judged set of British job titles: which SOC 2020 unit group is a related title of?

    python -m benchmarks.soc_titles --data FOLDER --out soc_titles.json.gz [--all]

The documents are all 412 unit groups, title and description. The queries are the related titles of
the groups that the adapter learned nothing of; with `--all`, of every group.
"""

import argparse
import gzip
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from benchmarks.training.pairs import read_unit_groups


def judged_set(data: Path, *, everything: bool) -> dict[str, Any]:
    """The set, as `newfutures evaluate` reads it."""
    groups = read_unit_groups(data)
    right: dict[str, dict[str, int]] = defaultdict(dict)
    for group in groups:
        if everything or group.is_held_out:
            for title in group.related_titles:
                right[title][group.code] = 1
    return {
        "name": f"soc_titles_{'all' if everything else 'held_out'}",
        "kind": "title",
        "judged_only": False,
        "note": "ONS SOC 2020 volume 1, Open Government Licence v3.0",
        "queries": {str(number): title for number, title in enumerate(right)},
        "docs": {group.code: f"{group.title}. {group.description}" for group in groups},
        "qrels": {str(number): grades for number, grades in enumerate(right.values())},
    }


def main() -> None:
    """Write one set."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--all", action="store_true")
    given = parser.parse_args()
    with gzip.open(given.out, "wt", encoding="utf-8") as file:
        json.dump(judged_set(given.data, everything=given.all), file)


if __name__ == "__main__":
    main()
