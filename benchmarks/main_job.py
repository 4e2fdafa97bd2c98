"""The main job, measured: import, encode, publish, and one shortlist stage by stage.

    python -m benchmarks.main_job --people 2000 20000 --json benchmarks/results/main_job.json
    python -m benchmarks.main_job --people 100000 --encode 5000

Each size runs in a process of its own, over a fresh embedded PostgreSQL, on made-up people and 200
vacancies. The whole shortlist is timed beside a bare FAISS search over the same ids in the same run
so that their ratio can be compared. `--encode N` encodes the first N texts with the real model
and draws the other vectors at random: exact search takes as long whatever the numbers are, and the
rate of encoding is that of the N. Times are medians of 15; memory is the largest the process held.
"""

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import faiss
import numpy as np

from candidates.intake import CANDIDATES as CANDIDATE_ROWS
from demonstration.synthetic.people import generate_people
from demonstration.synthetic.vacancies import generate_vacancies, handwritten
from employers.model import VacancyFilter
from employers.store import list_vacancy_page, upsert_vacancies
from foundation.database import Database, Scope
from foundation.intake.load import load
from foundation.migrations import migrate
from foundation.postgres.server import LocalPostgres
from foundation.settings import Settings
from index.encoder.encoder import SentenceEncoder, load_encoder
from index.vectors.flat import Vectors
from matching.explain.document import to_bytes
from matching.order.listing import RankingRequest, list_candidates_fairly
from matching.policies.service import DEFAULT_POLICY, ensure_policies
from matching.policies.store import get_policy
from matching.retrieval.build import IndexBuilder, recipe_of
from matching.retrieval.live import MatchIndex
from matching.retrieval.store import CANDIDATES, VACANCIES
from matching.rules.positions import ensure_areas
from matching.rules.store import list_judged_candidates
from matching.score.weights import load_weights
from matching.shortlists.direction import CANDIDATES_FOR_VACANCY
from matching.shortlists.documents import run_inputs
from matching.shortlists.ranking import POOL, Ranker
from matching.shortlists.run import make_document
from matching.shortlists.service import MatchingService

SCOPE = Scope("benchmark")
AS_OF = date(2026, 11, 22)
SEED = 2026
RUNS = 15

T = TypeVar("T")
Result = dict[str, Any]


class PartlyDrawn:
    """The real encoder for the first texts, then unit vectors drawn at random; times the real."""

    def __init__(self, encoder: SentenceEncoder, real: int | None) -> None:
        self._encoder = encoder
        self._left = real
        self._draw = np.random.default_rng(SEED)
        self.model_id = encoder.model_id
        self.dimensions = encoder.dimensions
        self.texts = 0
        self.seconds = 0.0

    def encode(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Real vectors while any are left to make."""
        if self._left is not None and self._left <= 0:
            drawn = self._draw.normal(size=(len(texts), self.dimensions))
            unit: Vectors = (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype("f2")
            return unit
        started = time.perf_counter()
        vectors = self._encoder.encode(texts, on_progress)
        self.seconds += time.perf_counter() - started
        self.texts += len(texts)
        if self._left is not None:
            self._left -= len(texts)
        return vectors


def measure(people: int, encode: int | None, folder: Path) -> Result:
    """Everything for one size, in this process."""
    settings = Settings.model_validate({"data_dir": folder / "data", "today": AS_OF})
    rows = folder / "people.jsonl"
    with rows.open("w", encoding="utf-8") as file:
        for person in generate_people(people, seed=SEED, as_of=AS_OF):
            file.write(person.candidate.model_dump_json() + "\n")
    with (
        LocalPostgres(folder / "postgres") as server,
        Database(server.start()) as database,
    ):
        migrate(database)
        ensure_areas(database)
        ensure_policies(database)
        result = {"people": people, **_import(database, rows), **_build(database, settings, encode)}
        result |= _shortlist(database, settings)
    server.wait_stopped(timeout=60)  # so that the folder can be removed
    result["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return result


def _import(database: Database, rows: Path) -> Result:
    seconds, outcome = _timed(lambda: load(rows, CANDIDATE_ROWS, database, SCOPE))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    with database.transaction(SCOPE) as connection:
        upsert_vacancies(
            connection,
            [
                post.vacancy
                for post in (*handwritten(AS_OF), *generate_vacancies(116, seed=1, as_of=AS_OF))
            ],
        )
    return {
        "import_rows_per_s": outcome.saved.inserted / seconds,
        "import_peak_mib": peak,
    }


def _build(database: Database, settings: Settings, encode: int | None) -> Result:
    encoder = PartlyDrawn(load_encoder(settings), encode)
    stages: dict[str, float] = {}

    def on_progress(stage: str, done: int, total: int) -> None:
        stages.setdefault(stage, time.perf_counter())
        if stage == "candidates" and done % 5_120 == 0:
            print(f"  encoded {done:,} of {total:,} people", file=sys.stderr)

    _, built = _timed(
        lambda: IndexBuilder(database, settings, encoder).build(on_progress=on_progress)
    )
    load_seconds, _ = _timed(lambda: MatchingService(database, settings).health())
    return {
        "texts": built.encoded,
        "texts_really_encoded": encoder.texts,
        "encode_texts_per_s": encoder.texts / encoder.seconds,
        # With drawn vectors the whole would say nothing about encoding.
        **(
            {"embed_seconds": stages["publishing"] - stages["candidates"]} if encode is None else {}
        ),
        "publish_seconds": time.perf_counter() - stages["publishing"] - load_seconds,
        "open_seconds": load_seconds,
    }


def _shortlist(database: Database, settings: Settings) -> Result:
    """One shortlist in its stages, the whole of it, and a bare FAISS search over the same ids."""
    service = MatchingService(database, settings)
    index = MatchIndex(settings.index_dir, recipe_of(settings), "")
    weights = load_weights()
    with database.transaction(SCOPE) as connection:
        vacancies = list_vacancy_page(connection, VacancyFilter(open_on=AS_OF), page=1, size=100)
        counted = [
            (
                sum(
                    len(group.keys)
                    for group in list_judged_candidates(
                        connection, vacancy.id, today=AS_OF, recipe=index.recipe, prison=None
                    )
                ),
                vacancy,
            )
            for vacancy in vacancies
        ]
        allowed_count, vacancy = max(counted, key=lambda pair: pair[0])
        request = RankingRequest(AS_OF, policy=get_policy(connection, DEFAULT_POLICY))
        ranker = Ranker(connection, index, weights, CANDIDATES_FOR_VACANCY, vacancy, request)
        judge = _median(lambda: CANDIDATES_FOR_VACANCY.judge(connection, index, vacancy, request))
        judged = [
            group
            for group in CANDIDATES_FOR_VACANCY.judge(connection, index, vacancy, request)
            if len(group.keys)  # no rule refuses them
        ]
        ids = np.sort(np.concatenate([group.ids for group in judged]))
        keys = np.concatenate([group.keys for group in judged])[
            np.argsort(np.concatenate([group.ids for group in judged]))
        ]
        view = index.view(connection, CANDIDATES, ids, keys)
        subject = index.view(
            connection, VACANCIES, np.array([vacancy.id]), np.array([vacancy.profile_hash])
        )
        query = subject.whole(vacancy.id)
        search = _median(lambda: view.nearest(query, ids, POOL))
        nearest, _ = view.nearest(query, ids, POOL)
        fetch = _median(lambda: CANDIDATES_FOR_VACANCY.load(connection, nearest.tolist()))
        score = _median(lambda: ranker.score(view, subject, ids, POOL)) - search - fetch
        ranking = ranker.rank()
        order = _median(
            lambda: list_candidates_fairly(connection, vacancy, ranking.eligible.scored, request)
        )
        document = _median(
            lambda: to_bytes(
                make_document(
                    run_inputs(
                        CANDIDATES_FOR_VACANCY, vacancy, ranking, weights, index.recipe, request
                    )
                )
            )
        )
    whole = _median(lambda: service.shortlist(SCOPE, str(vacancy.public_id)))
    bare = _bare_faiss(index, ids, query)
    return {
        "allowed_ids": allowed_count,
        "judge_ms": judge,
        "search_ms": search,
        "fetch_ms": fetch,
        "score_ms": score,
        "order_ms": order,
        "document_ms": document,
        "shortlist_ms": whole,
        "bare_faiss_ms": bare,
        "shortlist_over_bare_faiss": whole / bare,
    }


def _bare_faiss(index: MatchIndex, ids: Any, query: Any) -> float:  # noqa: ANN401 -- arrays
    """FAISS alone: an exact inner-product index of the same vectors, the same ids allowed."""
    main = index.generation().candidates
    flat = faiss.IndexFlatIP(main.vectors.shape[1])
    flat.add(main.vectors[main.whole].astype(np.float32))
    marks = np.zeros(len(main.ids), dtype=bool)
    marks[main.positions(ids)] = True
    bitmap = np.packbits(marks, bitorder="little")
    parameters = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bitmap))  # type: ignore[call-arg,arg-type]
    wanted = query.astype(np.float32)[None, :]
    return _median(lambda: flat.search(wanted, POOL, params=parameters))


def _timed(run: Callable[[], T]) -> tuple[float, T]:
    started = time.perf_counter()
    made = run()
    return time.perf_counter() - started, made


def _median(run: Callable[[], object]) -> float:
    """Median milliseconds of some runs, after one that is not counted."""
    run()
    return statistics.median(_timed(run)[0] for _ in range(RUNS)) * 1000


@contextmanager
def _reachable_folder() -> Iterator[Path]:
    """A folder that PostgreSQL's own account can reach, too."""
    folder = Path(tempfile.mkdtemp(prefix="newfutures-bench-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Measure each size in a process of its own, print a table, and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--people", type=int, nargs="+", default=[2000])
    parser.add_argument("--encode", type=int, help="encode so many texts, draw the rest")
    parser.add_argument("--json", type=Path, help="add the figures to this file")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        with _reachable_folder() as folder:
            print(json.dumps(measure(given.people[0], given.encode, folder)))
        return
    encode = ["--encode", str(given.encode)] if given.encode else []
    for people in given.people:
        command = [sys.executable, "-m", "benchmarks.main_job", "--one", "--people", str(people)]
        done = subprocess.run([*command, *encode], check=True, stdout=subprocess.PIPE, text=True)
        result = json.loads(done.stdout.splitlines()[-1])
        for name, value in result.items():
            print(
                f"{name:28s} {value:,.1f}" if isinstance(value, float) else f"{name:28s} {value:,}"
            )
        print()
        if given.json:
            _add(given.json, result)


def _add(path: Path, result: Result) -> None:
    """Replace the figures of this size, and say on what they were taken."""
    known = json.loads(path.read_text("utf-8")) if path.exists() else {"sizes": {}}
    known["machine"] = f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}"
    rounded = {
        name: round(value, 3) if isinstance(value, float) else value
        for name, value in result.items()
    }
    rounded["command"] = "python -m " + " ".join(["benchmarks.main_job", *sys.argv[1:]])
    known["sizes"][str(result["people"])] = rounded
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
