"""One re-ranking task in the canonical form that every kind of policy works on."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

QUANTUM = 1_000_000  # scores are compared in millionths

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Task:
    """The relevant candidates of one task, best first, ties in the order given.

    Args:
        scores: shape (n,), quantised, descending.
        groups: shape (n, attributes), group codes from 0, in the order of `scores`.
        targets: by attribute, then by group code; as many as there are codes.
        k: how many places; at most n.
    """

    scores: Floats
    groups: Ints
    targets: tuple[tuple[Fraction, ...], ...]
    k: int

    def sizes(self, attribute: int = 0) -> Ints:
        """Return how many candidates each group has, shape (groups,)."""
        return np.bincount(self.groups[:, attribute], minlength=len(self.targets[attribute]))

    def floors(self, attribute: int = 0) -> Ints:
        """Return how many of each group a prefix must hold, min(floor(k p), size); (k, groups).

        Shape (k, groups): row t - 1 is for the prefix of t places.
        """
        sizes = self.sizes(attribute)
        return np.array(
            [
                [
                    min(place * target.numerator // target.denominator, int(size))
                    for target, size in zip(self.targets[attribute], sizes, strict=True)
                ]
                for place in range(1, self.k + 1)
            ],
            dtype=np.int64,
        ).reshape(self.k, len(sizes))

    def ceilings(self, attribute: int = 0) -> Ints:
        """Return how many of each group a prefix can hold, ceil(k p), shape (k, groups)."""
        return np.array(
            [
                [
                    -(-place * target.numerator // target.denominator)
                    for target in self.targets[attribute]
                ]
                for place in range(1, self.k + 1)
            ],
            dtype=np.int64,
        ).reshape(self.k, len(self.targets[attribute]))


def discounts(k: int) -> Floats:
    """Return the weight of each place, 1 / log2(1 + place), shape (k,).

    Järvelin and Kekäläinen (2002), Cumulated gain-based evaluation of IR techniques.
    """
    return np.asarray(1.0 / np.log2(np.arange(2, k + 2, dtype=np.float64)))
