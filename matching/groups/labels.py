"""Groups as codes, and a policy's targets for one list. Pure."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np

from matching.fairness.record import Attribute, PolicyRecord
from matching.fairness.task import Ints
from matching.groups.need import NeedBand
from matching.groups.service import Groups
from matching.groups.waiting import WaitBand

FIXED: dict[Attribute, tuple[str, ...]] = {
    Attribute.NEED_BAND: tuple(NeedBand),
    Attribute.WAIT_BAND: tuple(WaitBand),
}

Labels = tuple[tuple[str, ...], ...]
Priors = Mapping[Attribute, Mapping[str, Fraction]]


def labels_of(groups: Sequence[Groups], attributes: Sequence[Attribute]) -> Labels:
    """Return the label of each code, by attribute: all bands, or the places that occur."""
    return tuple(
        FIXED.get(attribute) or tuple(sorted({_label(each, attribute) for each in groups}))
        for attribute in attributes
    )


def codes_of(groups: Sequence[Groups], attributes: Sequence[Attribute], labels: Labels) -> Ints:
    """Return group codes, shape (people, attributes)."""
    columns = [
        [names.index(_label(each, attribute)) for each in groups]
        for attribute, names in zip(attributes, labels, strict=True)
    ]
    return np.array(columns, dtype=np.int64).reshape(len(attributes), len(groups)).T


def targets_of(
    policy: PolicyRecord, labels: Labels, relevant: Ints, priors: Priors
) -> tuple[tuple[Fraction, ...], ...]:
    """Return the proportion that a policy asks for each group, by attribute and code.

    Those that the policy states, or (n_g + m q_g) / (n + m): the share among the n relevant, drawn
    towards the region's share q as if m more people stood there. This is the mean of a Dirichlet
    posterior whose prior is worth m people; a vacancy with few people leans on its region.

    Args:
        policy: `targets` and `shrinkage` (m) are used.
        labels: of each code, by attribute.
        relevant: codes of the eligible who reach the relevance threshold, (people, attributes).
        priors: the region's shares, by attribute and label; an attribute may be missing.
    """
    return tuple(
        _stated(policy, attribute, names)
        if policy.targets is not None
        else _shrunk(relevant[:, column], names, priors.get(attribute, {}), policy.shrinkage)
        for column, (attribute, names) in enumerate(zip(policy.groups, labels, strict=True))
    )


def _stated(
    policy: PolicyRecord, attribute: Attribute, names: Sequence[str]
) -> tuple[Fraction, ...]:
    stated = (policy.targets or {}).get(attribute, {})
    return tuple(Fraction(stated.get(name, "0")) for name in names)


def _shrunk(
    codes: Ints, names: Sequence[str], prior: Mapping[str, Fraction], strength: int
) -> tuple[Fraction, ...]:
    counts = np.bincount(codes, minlength=len(names)).tolist()
    known = sum((prior.get(name, Fraction(0)) for name in names), Fraction(0))
    weight = strength if known else 0
    people = len(codes) + weight
    if not people:
        return tuple(Fraction(0) for _ in names)
    return tuple(
        (count + weight * (prior.get(name, Fraction(0)) / known if known else Fraction(0))) / people
        for count, name in zip(counts, names, strict=True)
    )


def _label(groups: Groups, attribute: Attribute) -> str:
    return str(getattr(groups, attribute.value))
