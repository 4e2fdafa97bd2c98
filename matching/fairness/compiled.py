"""Functions that numba compiles when they are first called, so that importing them stays quick."""

from collections.abc import Callable
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R], *parts: Callable[..., Any]) -> Callable[P, R]:
    """Return `function` as machine code, which is kept on disk beside its source.

    Args:
        function: plain Python over numbers and arrays; it stays as it is.
        parts: the plain functions that it calls, and those that they call.
    """

    @cache
    def compile_once() -> Callable[P, R]:
        from numba import njit  # a fifth of a second to import

        for part in parts:
            _let_compiled_code_call(part)
        machine_code: Callable[P, R] = njit(cache=True, nogil=True)(function)
        return machine_code

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        return compile_once()(*args, **kwargs)

    return call


@cache
def _let_compiled_code_call(part: Callable[..., Any]) -> None:
    from numba.extending import register_jitable

    register_jitable(part)
