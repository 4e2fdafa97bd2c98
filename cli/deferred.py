"""Commands whose modules are imported when they run, so that `--help` waits for none of them."""

import gc
from importlib import import_module
from typing import Any, cast

import typer
from typer.core import TyperCommand
from typer.main import get_command, get_group


def deferred(target: str) -> type[TyperCommand]:
    """Return a class of command that stands in for `target` in help and hands over when it is run.

    Args:
        target: `module:name`, where the name is a function or a `typer.Typer`.
    """

    class Deferred(TyperCommand):
        def make_context(self, info_name: str | None, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 -- as Typer has them
            """Return the real command's context, which holds that command and runs it."""
            return load_command(target).make_context(info_name, *arguments, **options)

    return Deferred


def load_command(target: str) -> TyperCommand:
    """Import a command."""
    module, name = target.split(":")
    gc.disable()  # what modules make stays, and to look for garbage in it takes a tenth of a second
    try:
        command = getattr(import_module(module), name)
    finally:
        gc.enable()
    if isinstance(command, typer.Typer):
        return cast("TyperCommand", get_group(command))
    alone = typer.Typer(add_completion=False)
    alone.command()(command)
    return cast("TyperCommand", get_command(alone))
