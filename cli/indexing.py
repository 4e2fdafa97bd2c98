"""The vector index."""

from typing import Annotated

import typer

from cli.context import OUT, open_database, settings, stage_progress
from matching.retrieval.build import IndexBuilder

app = typer.Typer(no_args_is_help=True, help="Build and publish the vector index.")


@app.callback()
def index() -> None:
    """Build and publish the vector index."""


@app.command("build")
def build(
    full: Annotated[
        bool, typer.Option("--full", help="Publish a new generation even if little changed.")
    ] = False,
) -> None:
    """Encode what is new or changed, and publish. Can be interrupted; run it again to go on."""
    with open_database() as database, stage_progress() as stages:
        built = IndexBuilder(database, settings()).build(full=full, on_progress=stages)
    generation = built.generation
    OUT.print(
        f"{built.embedded:,} profiles and vacancies brought up to date, {built.encoded:,} texts "
        f"encoded; {generation.name} {'published' if built.published else 'still serves'} with "
        f"{len(generation.candidates):,} candidates and {len(generation.vacancies):,} vacancies"
    )
