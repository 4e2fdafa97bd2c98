"""What a simulation stands on: a database of its own, made-up people in it, and their rankings."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from candidates.store import list_candidates
from employers.model import StoredVacancy
from employers.store import list_vacancies
from foundation.database import Database, Scope
from foundation.migrations import migrate
from foundation.postgres.logins import make_logins
from foundation.postgres.server import LocalPostgres
from foundation.settings import Settings
from index.encoder.encoder import model_id
from matching.allocation.store import list_open_vacancies
from matching.fairness.policy import Kind
from matching.fairness.record import PolicyRecord, require_in_force
from matching.groups.service import groups_of
from matching.order.listing import RankingRequest
from matching.policies.service import approve_policy, ensure_policies, get_policies
from matching.retrieval.build import Progress, recipe_of
from matching.retrieval.live import MatchIndex
from matching.rules.positions import ensure_areas
from matching.score.weights import load_weights
from matching.shortlists.direction import CANDIDATES_FOR_VACANCY, CandidatesForVacancy
from matching.shortlists.ranking import Ranker, Ranking

SCOPE = Scope("simulation")
AS_OF = date(2026, 11, 2)  # any fixed day: the same command then gives the same page
SEED = 2026
TOP = 20  # places that a shortlist shows unless it is asked for more
STOPPING_SECONDS = 30.0
# What was left by `none` is what `amortised` has to make good, so it comes right after.
RUN_ORDER = (Kind.NONE, Kind.AMORTISED)


ANY_SCORE, OWN_SHARES = "floor_any_score", "floor_own_shares"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is simulated: how many people and vacancies, from which seed, as of which day."""

    people: int = 1000
    vacancies: int = 100
    seed: int = SEED
    as_of: date = AS_OF
    power_draws: int = 60


@dataclass(frozen=True, slots=True)
class Post:
    """A vacancy and its ranking."""

    vacancy: StoredVacancy
    ranking: Ranking


@dataclass(frozen=True)
class World:
    """A loaded database with everyone in it; nothing is planted yet.

    Args:
        numbers: candidate ids by prison number.
        codes: for each attribute that can be hit, the group code of each candidate id.
        policies: the standing ones, and two that show what holds `floor` back.
        posts: every open vacancy, ranked by score alone.
    """

    database: Database
    index: MatchIndex
    asked: Asked
    numbers: Mapping[str, int]
    codes: Mapping[str, Mapping[int, str]]
    policies: tuple[PolicyRecord, ...]
    posts: tuple[Post, ...]

    def members(self, attribute: str, group: str) -> frozenset[int]:
        """Ids of a group, as the audit would count them."""
        return frozenset(who for who, code in self.codes[attribute].items() if code == group)

    def policy(self, kind: Kind) -> PolicyRecord:
        """The standing policy of a kind."""
        return next(policy for policy in self.policies if policy.kind is kind)

    def request(self, policy: PolicyRecord) -> RankingRequest:
        """As a shortlist is asked for."""
        return RankingRequest(self.asked.as_of, TOP, None, policy)


@contextmanager
def temporary_database(settings: Settings, as_of: date) -> Iterator[tuple[Database, Settings]]:
    """As `database_in`, in a folder that is removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="newfutures-simulation-"))
    try:
        with database_in(folder, settings, as_of) as opened:
            yield opened
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database_in(
    folder: Path, settings: Settings, as_of: date
) -> Iterator[tuple[Database, Settings]]:
    """A server and a schema in a folder of their own, and settings that lead there.

    With the accounts of a real installation, so that the audit reads monitoring as it does there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)  # root's server runs as another account, which has to pass
    own = settings.model_copy(
        update={
            "data_dir": folder,
            "today": as_of,
            "database_url": None,
            "app_database_url": None,
            "monitoring_database_url": None,
        }
    )
    server = LocalPostgres(own.postgres_dir, bin_dir=own.postgres_bin)
    try:
        with server:
            dsn = server.start()
            with Database(dsn, pool_size=1) as owner:
                migrate(owner)
                logins = make_logins(owner)
            with Database(dsn, pool_size=2, logins=logins) as database:
                ensure_areas(database)
                ensure_policies(database)
                yield database, own
    finally:
        server.wait_stopped(STOPPING_SECONDS)  # or it would write into what is being removed
        # Where the folder's own path is too long for a socket, it is beside.
        shutil.rmtree(server.socket_dir, ignore_errors=True)


def rank_everything(
    database: Database,
    settings: Settings,
    asked: Asked,
    said: Mapping[str, Mapping[str, str]],
    on_progress: Progress = lambda *_: None,
) -> World:
    """Rank every open vacancy once, by score alone, with everyone's groups beside.

    Args:
        said: for each protected characteristic, what was said by prison number; "" if nothing.
    """
    index = MatchIndex(settings.index_dir, recipe_of(settings), model_id(settings))
    until = asked.as_of + timedelta(weeks=1)
    approve_policy(
        database, SCOPE, Kind.ADDITIVE, by="The simulation", until=until, today=asked.as_of
    )
    known = {policy.kind: policy for policy in get_policies(database, SCOPE)}
    for policy in known.values():
        require_in_force(policy, asked.as_of)
    with database.transaction(SCOPE) as connection:
        found = list_open_vacancies(connection, today=asked.as_of, recipe=index.recipe, sector=None)
        ids = sorted(each.id for each in found)[: asked.vacancies]
    policies = (*(known[kind] for kind in run_order()), *_variants(known[Kind.FLOOR]))
    world = World(database, index, asked, {}, {}, policies, ())
    posts = rank_posts(world, ids, CANDIDATES_FOR_VACANCY, on_progress)
    people = sorted({int(who) for group in posts[0].ranking.judged for who in group.ids})
    with database.transaction(SCOPE) as connection:
        candidates = list_candidates(connection, people)
        groups = groups_of(connection, candidates, asked.as_of)
    numbers = {each.record.prison_number: each.id for each in candidates}
    codes = {"need_band": {c.id: str(g.need_band) for c, g in zip(candidates, groups, strict=True)}}
    codes |= {
        attribute: {numbers[number]: code for number, code in by_number.items()}
        for attribute, by_number in said.items()
    }
    return replace(world, numbers=numbers, codes=codes, posts=posts)


def _variants(floor: PolicyRecord) -> tuple[PolicyRecord, ...]:
    """`floor` with fewer conditions: not in use, and kept nowhere."""
    anybody = floor.model_copy(update={"name": ANY_SCORE, "relevance_threshold": 0.0})
    return anybody, anybody.model_copy(update={"name": OWN_SHARES, "shrinkage": 0})


def run_order() -> list[Kind]:
    """Every kind of policy, in the order in which they are tried."""
    return [*RUN_ORDER, *(kind for kind in Kind if kind not in RUN_ORDER)]


def rank_posts(
    world: World, ids: Sequence[int], direction: CandidatesForVacancy, on_progress: Progress
) -> tuple[Post, ...]:
    """These vacancies, each ranked by score alone under the rules as `direction` judges them."""
    none = world.policy(Kind.NONE)
    weights, posts = load_weights(), []
    for vacancy_id in ids:
        with world.database.transaction(SCOPE) as connection:
            (vacancy,) = list_vacancies(connection, [vacancy_id])
            ranker = Ranker(
                connection, world.index, weights, direction, vacancy, world.request(none)
            )
            posts.append(Post(vacancy, ranker.rank()))
        on_progress("rankings", len(posts), len(ids))
    return tuple(posts)
