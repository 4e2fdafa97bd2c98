from hypothesis import given
from hypothesis import strategies as st

from matching.explain.certainty import certainty_of
from matching.explain.document import Score
from matching.score.weights import CURRENT_WEIGHTS, load_weights

BAND = load_weights().tie_band


def scores(*totals: float | None) -> list[Score | None]:
    return [
        None
        if total is None
        else Score(total=total, word="possible", contributions=(), requirements=())
        for total in totals
    ]


def test_scores_nearer_than_the_tie_band_are_level() -> None:
    far, near = 0.5 - BAND, 0.5 - BAND / 2
    found = certainty_of(scores(0.5, near, far, None), CURRENT_WEIGHTS)
    assert found.level == (1, 2, 1, None)
    assert found.tied == 3
    assert found.points == BAND * 100


@given(st.lists(st.none() | st.integers(0, 100).map(lambda points: points / 100), max_size=30))
def test_who_is_level_with_another_is_so_in_return(totals: list[float | None]) -> None:
    found = certainty_of(scores(*totals), CURRENT_WEIGHTS)
    assert len(found.level) == len(totals)
    assert found.tied != 1
    for total, level in zip(totals, found.level, strict=True):
        assert (level is None) == (total is None)
