"""Choose how a requirement's parts are weighed, by cross-validation on judged sentences.

    python -m benchmarks.training.fit_similarity SET.json.gz

Whole, facet and spelling are added up, so each is scored once and every mixture of them is a sum.
The queries are dealt into five folds; for each, the mixture that is best on the other four is
tried on it. What is printed: each fold's mixture with its mean average precision on the fold, and
the mixture that is best on all.
"""

import argparse
import json
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assurance.quality.judged import JudgedSet, read_judged_set
from assurance.quality.own_ranker import OwnRanker
from assurance.quality.rankers import RememberingEncoder
from cli.context import stage_progress
from foundation.settings import Settings
from index.encoder.encoder import load_encoder
from matching.score.weights import load_weights

Floats = npt.NDArray[np.float64]
Mixture = tuple[float, float, float]

FOLDS = 5
SEED = 1
STEPS = 25  # of a mixture: 0.04


def mixtures() -> list[Mixture]:
    """Every mixture (whole, facet, spelling) that sums to 1."""
    return [
        (whole / STEPS, facet / STEPS, (STEPS - whole - facet) / STEPS)
        for whole, facet in product(range(STEPS + 1), repeat=2)
        if whole + facet <= STEPS
    ]


def parts(judged: JudgedSet) -> Floats:
    """Each part alone, (3, queries, documents)."""
    encoder, weights = RememberingEncoder(load_encoder(Settings())), load_weights()
    found = []
    for whole, facet, spelling in np.eye(3).tolist():
        alone = replace(weights.similarity, whole=whole, facet=facet, spelling=spelling)
        ranker = OwnRanker(encoder, replace(weights, similarity=alone))
        with stage_progress() as on_progress:
            scores = ranker.score(judged, on_progress)
        found.append([list(scores[query].values()) for query in judged.judged_queries])
    return np.array(found)


def average_precisions(scores: Floats, relevant: npt.NDArray[np.bool_]) -> Floats:
    """For each query (q,) of scores (q, d); a tie counts against a relevant document."""
    found = np.empty(len(scores))
    for query, (row, right) in enumerate(zip(scores, relevant, strict=True)):
        ranks = np.array([(row >= row[place]).sum() for place in np.flatnonzero(right)])
        ranks.sort()
        found[query] = (np.arange(1, len(ranks) + 1) / ranks).mean()
    return found


def main() -> None:
    """Print what each fold chooses, and what all of them do."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("judged", type=Path)
    given = parser.parse_args()
    judged = read_judged_set(given.judged)
    relevant = np.array(
        [
            [judged.qrels[query].get(doc, 0) > 0 for doc in judged.ranked_docs]
            for query in judged.judged_queries
        ]
    )
    alone, tried = parts(judged), mixtures()
    found = np.array(
        [average_precisions(np.tensordot(mixture, alone, 1), relevant) for mixture in tried]
    )
    fold = np.random.default_rng(SEED).permutation(len(relevant)) % FOLDS
    folds = []
    for each in range(FOLDS):
        best = int(found[:, fold != each].mean(axis=1).argmax())
        folds.append({"mixture": tried[best], "map": found[best, fold == each].mean().round(4)})
    best = int(found.mean(axis=1).argmax())
    held_out = np.mean([each["map"] for each in folds]).round(4)
    print(json.dumps({"folds": folds, "held_out_map": held_out, "all": tried[best]}, indent=1))


if __name__ == "__main__":
    main()
