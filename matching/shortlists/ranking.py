"""Judges, retrieves, scores and orders others for one subject, in either direction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic

import numpy as np
from psycopg import Connection

from candidates.model import StoredCandidate
from employers.model import StoredVacancy
from foundation.errors import VectorIndexError
from index.vectors.flat import Ids
from matching.order.listing import OrderedList, RankingRequest, ScoredPair
from matching.order.ordering import tie_break
from matching.retrieval.live import MatchIndex, View
from matching.rules.eligibility import refusal_mask
from matching.rules.pair import Pair
from matching.rules.store import JudgedGroup
from matching.score.comparison import TextComparison
from matching.score.features import compute_features
from matching.score.weights import Weights, total
from matching.shortlists.direction import Direction, Other, Subject

POOL = 400  # how many of the nearest eligible are scored
REFER_POOL = 100  # and of those to refer, at the least: they may fill what the eligible leave


@dataclass(frozen=True, slots=True)
class Ranking:
    """Everyone compared for one subject, before the list is cut to its top."""

    judged: Sequence[JudgedGroup]
    eligible: OrderedList
    refer: OrderedList
    unindexed: list[Pair]


@dataclass(frozen=True)
class Ranker(Generic[Subject, Other]):
    """Ranks others for one subject, in one transaction."""

    connection: Connection[Any]
    index: MatchIndex
    weights: Weights
    direction: Direction[Subject, Other]
    subject: Subject
    request: RankingRequest

    def rank(self) -> Ranking:
        """Judge everyone in scope, score the nearest, and order them.

        Raises:
            VectorIndexError: the subject itself is not indexed as it stands.
        """
        judged = self.direction.judge(self.connection, self.index, self.subject, self.request)
        allowed, to_refer = _allowed(judged)
        view = self.index.view(
            self.connection,
            self.direction.others,
            np.concatenate([allowed.ids, to_refer.ids]),
            np.concatenate([allowed.keys, to_refer.keys]),
        )
        subject = self._subject_view()
        eligible = self.score(view, subject, allowed.ids, POOL)
        refer = self.score(view, subject, to_refer.ids, REFER_POOL + POOL - len(eligible))
        return Ranking(
            judged,
            self._listed(eligible),
            self._listed(refer),
            self._unindexed(allowed, to_refer),
        )

    def score_one(self, other: Other) -> ScoredPair:
        """Return the score of one other, even if they would not be among the nearest."""
        view = self.index.view(
            self.connection, self.direction.others, _ids(other.id), _ids(other.profile_hash)
        )
        scored = self.score(view, self._subject_view(), _ids(other.id), 1)
        if not scored:
            raise VectorIndexError("the profile is not indexed yet; run `newfutures index build`")
        return scored[0]

    def score(self, view: View, subject: View, ids: Ids, limit: int) -> list[ScoredPair]:
        """Score the nearest of these ids; in no particular order."""
        nearest = self._nearest(view, subject, ids, limit)
        found = self.direction.load(self.connection, nearest.tolist())
        comparisons = self.direction.compare(
            self.subject, subject, found, view, self.weights.similarity
        )
        return [
            self._score(other, comparison)
            for other, comparison in zip(found, comparisons, strict=True)
        ]

    def _nearest(self, view: View, subject: View, ids: Ids, limit: int) -> Ids:
        """Return the nearest ids: half by whole texts, half by lines."""
        row_id, over = self.subject.id, self.direction.over
        by_whole, _ = view.nearest(subject.whole(row_id), ids, limit)
        by_lines, _ = view.nearest_by_lines(subject.lines(row_id), ids, limit, over)
        half = -(-limit // 2)
        found = [*by_whole[:half].tolist(), *by_lines.tolist(), *by_whole[half:].tolist()]
        return np.array(list(dict.fromkeys(found))[:limit], dtype=np.int64)

    def _score(self, other: Other, comparison: TextComparison) -> ScoredPair:
        pair = self.direction.pair(self.subject, other, self.request)
        features = compute_features(pair, comparison, self.weights)
        return ScoredPair(
            pair,
            features,
            total(features.values, self.weights),
            tie_break(pair, self.request.policy_id),
        )

    def _subject_view(self) -> View:
        view = self.index.view(
            self.connection,
            self.direction.subjects,
            _ids(self.subject.id),
            _ids(self.subject.profile_hash),
        )
        if not view.holds(self.subject.id):
            raise VectorIndexError(
                "it is new, or changed since the index was built; run `newfutures index build`"
            )
        return view

    def _listed(self, scored: list[ScoredPair]) -> OrderedList:
        return self.direction.arrange(self.connection, self.subject, scored, self.request)

    def _unindexed(self, allowed: "_Allowed", to_refer: "_Allowed") -> list[Pair]:
        ids = np.concatenate([part.ids[part.keys == 0] for part in (allowed, to_refer)])
        found = self.direction.load(self.connection, ids[: self.request.top].tolist())
        pairs = (self.direction.pair(self.subject, stored, self.request) for stored in found)
        return [replace(pair, indexed=False) for pair in pairs]


CandidateRanker = Ranker[StoredVacancy, StoredCandidate]


@dataclass(frozen=True, slots=True)
class _Allowed:
    ids: Ids
    keys: Ids


def _allowed(judged: Sequence[JudgedGroup]) -> tuple[_Allowed, _Allowed]:
    """Return ids that no rule touches, and ids to refer, each ascending."""
    refusals = refusal_mask()
    open_groups = [group for group in judged if not group.mask & refusals]
    return (
        _gather([group for group in open_groups if group.mask == 0]),
        _gather([group for group in open_groups if group.mask]),
    )


def _gather(groups: Sequence[JudgedGroup]) -> _Allowed:
    empty = np.empty(0, dtype=np.int64)
    ids = np.concatenate([empty, *(group.ids for group in groups)])
    keys = np.concatenate([empty, *(group.keys for group in groups)])
    order = np.argsort(ids)
    return _Allowed(ids[order], keys[order])


def _ids(*values: int) -> Ids:
    return np.array(values, dtype=np.int64)
