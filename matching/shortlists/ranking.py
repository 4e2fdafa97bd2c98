"""Judge, retrieve, score, order: a vacancy's candidates, or a candidate's vacancies, alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from psycopg import Connection

from candidates.model import StoredCandidate
from candidates.store import list_candidates
from employers.model import StoredVacancy
from employers.store import list_vacancies
from foundation.errors import VectorIndexError
from index.vectors.flat import Ids, Over
from matching.order.listing import Listed, Request, Scored, list_by_score, list_candidates_fairly
from matching.order.ordering import tie_break
from matching.retrieval.live import MatchIndex, View
from matching.retrieval.store import CANDIDATES, VACANCIES, Side
from matching.rules.eligibility import refusal_mask
from matching.rules.pair import Pair
from matching.rules.store import Judged, list_judged_candidates, list_judged_vacancies
from matching.score.compared import Person, Post, read_person, read_post, readings
from matching.score.features import Reading, compute_features
from matching.score.weights import Weights, total

POOL = 400  # how many of the nearest eligible are scored
REFER_POOL = 100  # and of those to refer, at the least: they may fill what the eligible leave

Stored = StoredCandidate | StoredVacancy


@dataclass(frozen=True, slots=True)
class Ranking:
    """Everything that was compared, before it is cut to the top."""

    judged: Sequence[Judged]
    eligible: Listed
    refer: Listed
    unindexed: list[Pair]


@dataclass(frozen=True, slots=True)
class Direction:
    """What differs between ranking candidates and ranking vacancies.

    `over` makes one number of how near somebody's lines come to each line of the subject:
    candidates by what they have for each thing that the vacancy asks, vacancies by whichever line
    comes nearest to anything in the profile.
    """

    subject: Side
    other: Side
    judge: Callable[[Connection[Any], MatchIndex, Stored, Request], list[Judged]]
    load: Callable[[Connection[Any], list[int]], Sequence[Stored]]
    over: Over


def _judge_candidates(
    connection: Connection[Any], index: MatchIndex, subject: Stored, request: Request
) -> list[Judged]:
    return list_judged_candidates(
        connection, subject.id, today=request.today, recipe=index.recipe, prison=request.prison
    )


def _judge_vacancies(
    connection: Connection[Any], index: MatchIndex, subject: Stored, request: Request
) -> list[Judged]:
    return list_judged_vacancies(connection, subject.id, today=request.today, recipe=index.recipe)


def _pair_of(subject: Stored, other: Stored, request: Request) -> Pair:
    first, second = (subject, other) if isinstance(subject, StoredCandidate) else (other, subject)
    if not isinstance(first, StoredCandidate) or not isinstance(second, StoredVacancy):
        raise TypeError("a pair is one candidate and one vacancy")
    return Pair(first, second, request.today)


TO_CANDIDATES = Direction(VACANCIES, CANDIDATES, _judge_candidates, list_candidates, np.mean)
TO_VACANCIES = Direction(CANDIDATES, VACANCIES, _judge_vacancies, list_vacancies, np.max)


@dataclass(frozen=True)
class Ranker:
    """Ranks one subject, in one transaction."""

    connection: Connection[Any]
    index: MatchIndex
    weights: Weights
    direction: Direction
    subject: Stored
    request: Request

    def rank(self) -> Ranking:
        """Judge everyone in scope, score the nearest, and order them.

        Raises:
            VectorIndexError: the subject itself is not indexed as it stands.
        """
        judged = self.direction.judge(self.connection, self.index, self.subject, self.request)
        allowed, to_refer = _allowed(judged)
        view = self.index.view(
            self.connection,
            self.direction.other,
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

    def score_one(self, other: Stored) -> Scored:
        """The score of one other, whether or not it would be among the nearest."""
        view = self.index.view(
            self.connection, self.direction.other, _ids(other.id), _ids(other.profile_hash)
        )
        scored = self.score(view, self._subject_view(), _ids(other.id), 1)
        if not scored:
            raise VectorIndexError("the profile is not indexed yet; run `newfutures index build`")
        return scored[0]

    def score(self, view: View, subject: View, ids: Ids, limit: int) -> list[Scored]:
        """The nearest of these ids, scored; in no particular order."""
        nearest = self._nearest(view, subject, ids, limit)
        found = self.direction.load(self.connection, nearest.tolist())
        people, posts = self._read(found, view, subject)
        readings_ = readings(people, posts, view.lexicon, self.weights.similarity)
        return [
            self._score(other, reading) for other, reading in zip(found, readings_, strict=True)
        ]

    def _nearest(self, view: View, subject: View, ids: Ids, limit: int) -> Ids:
        """Half of them by the whole texts, the others by lines."""
        row_id, over = self.subject.id, self.direction.over
        by_whole, _ = view.nearest(subject.whole(row_id), ids, limit)
        by_lines, _ = view.nearest_by_lines(subject.lines(row_id), ids, limit, over)
        half = -(-limit // 2)
        found = [*by_whole[:half].tolist(), *by_lines.tolist(), *by_whole[half:].tolist()]
        return np.array(list(dict.fromkeys(found))[:limit], dtype=np.int64)

    def _read(
        self, others: Sequence[Stored], view: View, subject: View
    ) -> tuple[list[Person], list[Post]]:
        """The people and the posts that are compared, the subject alone on its side."""
        people = [_person(each, view) for each in others if isinstance(each, StoredCandidate)]
        posts = [_post(each, view) for each in others if isinstance(each, StoredVacancy)]
        if isinstance(self.subject, StoredCandidate):
            return [_person(self.subject, subject)], posts
        return people, [_post(self.subject, subject)]

    def _score(self, other: Stored, reading: Reading) -> Scored:
        pair = _pair_of(self.subject, other, self.request)
        features = compute_features(pair, reading, self.weights)
        return Scored(
            pair,
            features,
            total(features.values, self.weights),
            tie_break(pair, self.request.policy_id),
        )

    def _subject_view(self) -> View:
        view = self.index.view(
            self.connection,
            self.direction.subject,
            _ids(self.subject.id),
            _ids(self.subject.profile_hash),
        )
        if not view.holds(self.subject.id):
            raise VectorIndexError(
                "it is new, or changed since the index was built; run `newfutures index build`"
            )
        return view

    def _listed(self, scored: list[Scored]) -> Listed:
        if isinstance(self.subject, StoredVacancy):
            return list_candidates_fairly(self.connection, self.subject, scored, self.request)
        return list_by_score(scored, self.request)

    def _unindexed(self, allowed: "_Allowed", to_refer: "_Allowed") -> list[Pair]:
        ids = np.concatenate([part.ids[part.keys == 0] for part in (allowed, to_refer)])
        found = self.direction.load(self.connection, ids[: self.request.top].tolist())
        pairs = (_pair_of(self.subject, stored, self.request) for stored in found)
        return [replace(pair, indexed=False) for pair in pairs]


@dataclass(frozen=True, slots=True)
class _Allowed:
    ids: Ids
    keys: Ids


def _person(stored: StoredCandidate, view: View) -> Person:
    return read_person(stored.record.embeddable(), view.lines(stored.id))


def _post(stored: StoredVacancy, view: View) -> Post:
    return read_post(stored.record.embeddable(), view.whole(stored.id), view.lines(stored.id))


def _allowed(judged: Sequence[Judged]) -> tuple[_Allowed, _Allowed]:
    """The ids that no rule touches, and those to refer, each in ascending order."""
    refusals = refusal_mask()
    open_groups = [group for group in judged if not group.mask & refusals]
    return (
        _gather([group for group in open_groups if group.mask == 0]),
        _gather([group for group in open_groups if group.mask]),
    )


def _gather(groups: Sequence[Judged]) -> _Allowed:
    empty = np.empty(0, dtype=np.int64)
    ids = np.concatenate([empty, *(group.ids for group in groups)])
    keys = np.concatenate([empty, *(group.keys for group in groups)])
    order = np.argsort(ids)
    return _Allowed(ids[order], keys[order])


def _ids(*values: int) -> Ids:
    return np.array(values, dtype=np.int64)
