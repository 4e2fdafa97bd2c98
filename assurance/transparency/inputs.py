"""Gathers what a transparency record is made from: settings, model, policies, database, audit."""

import json
import re
from collections.abc import Mapping
from importlib import resources
from importlib.metadata import version
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from assurance.audits.report import AuditReport
from assurance.transparency.facts import (
    AdapterFacts,
    Deployment,
    ExclusionFacts,
    Facts,
    ModelFacts,
)
from assurance.transparency.store import get_usage, list_policy_changes
from foundation import audit, clock
from foundation.database import Database, Scope
from foundation.installation import DEMONSTRATION, find_mark
from foundation.places.store import count_places
from foundation.settings import Settings
from index.encoder.adapter import LEARNT_FROM, configured_adapter
from index.encoder.encoder import DEFAULT_MODEL_SHA256, model_id, model_path
from matching.groups.need import load_need
from matching.groups.service import GROUPS_VERSION
from matching.policies.service import DEFAULT_POLICY
from matching.policies.store import list_policies
from matching.retrieval.build import recipe_of
from matching.rules.exclusions import FEWEST_COUNTED, FEWEST_TOLD
from matching.rules.rules import RULES
from matching.score.weights import load_weights
from matching.shortlists.ranking import POOL

PACKAGE = "new-futures-matching"
FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---", re.DOTALL)


def gather_facts(
    database: Database, settings: Settings, scope: Scope, report: AuditReport
) -> Facts:
    """Everything that the record says, as of today, over the days of the audit.

    The audit is given and not made here: whoever ranks must not reach equality monitoring.

    Raises:
        ModelError: the configured model is not there.
    """
    weights, need = load_weights(), load_need()
    with database.transaction(scope) as connection:
        demonstration = find_mark(connection, DEMONSTRATION) is not None
        policies = tuple(list_policies(connection))
        places = {kind.label: count for kind, count in count_places(connection).items()}
        changes = list_policy_changes(connection, first=report.first, last=report.last)
        usage = get_usage(
            connection, first=report.first, last=report.last, need=need, groups=GROUPS_VERSION
        )
        audit.insert_event(connection, "export", "transparency_record")
    return Facts(
        made_on=clock.today(settings),
        program=version(PACKAGE),
        demonstration=demonstration,
        model=describe_model(settings),
        weights=weights,
        weights_note=_note(weights.version),
        need=need,
        need_note=_note(need.version),
        rules=RULES,
        policies=policies,
        default_policy=DEFAULT_POLICY,
        changes=tuple(changes),
        compared=POOL,
        places=places,
        usage=usage,
        exclusions=ExclusionFacts(FEWEST_TOLD, FEWEST_COUNTED),
        deployment=Deployment(
            embedded=settings.database_url is None,
            accounts_apart=database.keeps_monitoring_apart(),
            only_this_machine=settings.host == "localhost" or ip_address(settings.host).is_loopback,
        ),
        audit=report,
    )


def describe_model(settings: Settings) -> ModelFacts:
    """The configured text model, from the files in its folder; nothing is loaded.

    Raises:
        ModelError: the model is not there.
    """
    folder, adapter = model_path(settings), configured_adapter(settings)
    config = _object(folder / "config.json")
    card = folder / "README.md"
    front = FRONT_MATTER.match(card.read_text("utf-8")) if card.is_file() else None
    licence, datasets = _read_card(front[1] if front else "")
    return ModelFacts(
        id=model_id(settings),
        sha256=settings.model_sha256 or DEFAULT_MODEL_SHA256,
        recipe=recipe_of(settings),
        architecture=", ".join(config.get("architectures", ())) or None,
        layers=config.get("num_hidden_layers"),
        dimensions=config.get("hidden_size"),
        longest=_object(folder / "sentence_bert_config.json").get("max_seq_length"),
        base=config.get("_name_or_path") or None,
        licence=licence,
        datasets=datasets,
        adapter=None
        if adapter is None
        else AdapterFacts(adapter.id, adapter.sha256, LEARNT_FROM[adapter.id]),
    )


def _read_card(front: str) -> tuple[str | None, tuple[str, ...]]:
    """Licence and training data sets, from the head of a model's card (a little of YAML)."""
    licence, datasets, inside = None, [], False
    for line in front.splitlines():
        if line.startswith("- ") and inside:
            datasets.append(line[2:].strip())
            continue
        inside = line.startswith("datasets:")
        if line.startswith("license:"):
            licence = line.partition(":")[2].strip()
    return licence, tuple(datasets)


def _object(path: Path) -> Mapping[str, Any]:
    if not path.is_file():
        return {}
    found = json.loads(path.read_text("utf-8"))
    return found if isinstance(found, dict) else {}


def _note(weights: str) -> str:
    source = resources.files("matching.weights").joinpath(f"{weights}.json")
    return str(json.loads(source.read_text("utf-8")).get("note", ""))
