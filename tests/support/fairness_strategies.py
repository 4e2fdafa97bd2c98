"""Re-ranking tasks: few or many groups, some exhausted, some absent, targets that leave room."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from matching.fairness.task import Floats, Ints


@dataclass(frozen=True)
class Given:
    """Scores and group codes as anyone may give them, with targets and a number of places."""

    scores: Floats
    groups: Ints
    targets: tuple[Fraction, ...]
    k: int


@st.composite
def tasks(draw: st.DrawFn, *, most: int = 7, groups: int = 3, different: bool = False) -> Given:
    """A task of up to `most` candidates; `different` scores leave no ties."""
    count = draw(st.integers(0, most))
    points = st.integers(0, 1000 if different else 5)
    scores = draw(st.lists(points, min_size=count, max_size=count, unique=different))
    number = draw(st.integers(1, groups))
    codes = draw(st.lists(st.integers(0, number - 1), min_size=count, max_size=count))
    parts = draw(st.lists(st.integers(0, 5), min_size=number, max_size=number))
    whole = sum(parts) + draw(st.integers(0, 3))
    return Given(
        np.array(scores, dtype=np.float64),
        np.array(codes, dtype=np.int64),
        tuple(Fraction(part, max(whole, 1)) for part in parts),
        draw(st.integers(0, count + 1)),
    )
