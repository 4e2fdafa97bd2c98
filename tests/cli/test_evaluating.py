"""`newfutures evaluate`: figures of a judged set, differences, and refusals in one sentence."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assurance.quality.report import Evaluation
from assurance.quality.synthetic_figures import SyntheticEvaluation
from matching.explain.document import to_bytes

Run = Callable[..., Any]

JOBS = {
    "lorry driver": "drives goods vehicles with a trailer",
    "chef": "cooks meals in a kitchen",
    "bricklayer": "builds walls of brick and block",
    "cleaner": "sweeps and mops floors",
    "gardener": "plants and prunes in parks",
}
SET = {
    "name": "five jobs",
    "kind": "title",
    "judged_only": False,
    "note": "made up",
    "queries": {title: title for title in JOBS},
    "docs": {f"about {title}": text for title, text in JOBS.items()},
    "qrels": {title: {f"about {title}": 1} for title in JOBS},
}


@pytest.fixture
def jobs(tmp_path: Path) -> Path:
    """The set as a compressed file."""
    path = tmp_path / "jobs.json.gz"
    path.write_bytes(gzip.compress(json.dumps(SET).encode()))
    return path


def test_it_prints_every_metric_with_its_interval_and_differences(
    newfutures: Run, jobs: Path
) -> None:
    said = newfutures("evaluate", jobs, "--compare", "tfidf")
    assert said.code == 0, said.err
    assert "five jobs: product" in said.text
    assert "Judged titles: 5 queries, 5 documents, 5 judgements" in said.text
    figures = {words[0]: words[1:] for line in said.text.splitlines() if (words := line.split())}
    assert figures["rp@10"][:1] == ["1.000"]
    assert "Not defined for this set: spearman, pair_accuracy" in said.text
    assert "Beside tfidf" in said.text
    assert any(word in said.text for word in ("better", "not told apart"))
    assert "product: texts" in said.err
    assert "tfidf: queries" in said.err


def test_what_json_prints_can_be_compared_with(newfutures: Run, jobs: Path, tmp_path: Path) -> None:
    said = newfutures("evaluate", jobs, "--json")
    assert said.code == 0, said.err
    report = Evaluation.model_validate_json(said.out)
    assert said.out == to_bytes(report)
    assert set(report.by_query) == set(JOBS)
    kept = tmp_path / "kept.json"
    kept.write_bytes(said.out)
    again = Evaluation.model_validate_json(
        newfutures("evaluate", jobs, "--json", "--compare", kept).out
    )
    assert again.comparison is not None
    found = again.comparison.metrics["map"]
    assert found is not None
    assert (found.difference, found.verdict) == (0, "not told apart")
    assert again.model_copy(update={"comparison": None}) == report


def test_bad_files_and_names_are_one_sentence(newfutures: Run, jobs: Path, tmp_path: Path) -> None:
    newfutures("evaluate", tmp_path / "none.json").refuses("cannot read", "No such file")
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps(SET | {"qrels": {"chef": {"nobody": 1}}}))
    newfutures("evaluate", bad).refuses("bad.json", "query 'chef'", "document 'nobody'")
    newfutures("evaluate", jobs, "--compare", "elastic").refuses(
        "--compare: 'elastic'", "bm25, tfidf, minilm, hybrid, or a file"
    )
    newfutures("evaluate", jobs, "--compare", bad).refuses("bad.json", "make them again")


def test_made_up_people_are_measured_by_number_and_seed(newfutures: Run) -> None:
    said = newfutures("evaluate", "synthetic", "--people", "150", "--seed", "5", "--json")
    assert said.code == 0, said.err
    report = SyntheticEvaluation.model_validate_json(said.out)
    assert (report.people, report.seed, report.minilm) == (150, 5, None)
    assert report.product.overall.ndcg_10 > 0.3
    newfutures("evaluate", "synthetic", "--compare", "bm25").refuses("compared with minilm")


@pytest.mark.shared
def test_the_known_figures_of_titles_come_out(newfutures: Run, shared_data: Path) -> None:
    titles = shared_data / "eval" / "job_titles_dev.json.gz"
    said = newfutures("evaluate", titles, "--json", "--compare", "minilm")
    assert said.code == 0, said.err
    found = json.loads(said.out)["comparison"]["metrics"]["map"]
    assert found["other"] == pytest.approx(0.522, abs=0.002)
