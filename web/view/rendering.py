"""Renders templates: the environment, what every page is given, and pagination."""

import base64
import hashlib
import re
from dataclasses import dataclass
from math import ceil
from typing import Any

from fastapi import Request
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader, PrefixLoader
from starlette.datastructures import QueryParams
from starlette.responses import HTMLResponse

from foundation.places.prisons import prison_label, prison_name
from matching.explain.certainty import certainty_of
from matching.score.weights import load_weights
from web.view import charts, wording
from web.view.assets import Assets
from web.view.navigation import MENUS
from web.view.notices import NOTICES

FRONTEND = "govuk_frontend_jinja"
INLINE_SCRIPT = re.compile(r"<script[^>]*>([^<]+)</script>")
NEIGHBOURS = 1


@dataclass(frozen=True, slots=True)
class Demonstration:
    """The made-up accounts of a demonstration, with their roles and common password."""

    accounts: tuple[tuple[str, str], ...]
    password: str


class Pages:
    """Renders templates into responses."""

    def __init__(
        self, assets: Assets, *, demonstration: Demonstration | None, idle_minutes: int = 30
    ) -> None:
        """Set up the environment.

        Args:
            assets: static files.
            demonstration: how to sign in to one; shows the banner about made-up people.
            idle_minutes: after how long a session ends in which nothing is done.
        """
        self.demonstration = demonstration
        self._environment = Environment(
            loader=ChoiceLoader(
                [PackageLoader("web"), PrefixLoader({FRONTEND: PackageLoader(FRONTEND)})]
            ),
            autoescape=True,
            undefined=ChainableUndefined,  # what the frontend's macros are written for
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(
            asset=assets.address,
            is_demonstration=demonstration is not None,
            wording=wording,
            charts=charts,
            break_down=charts.break_down,
            certainty_of=certainty_of,
            words_of=lambda version: load_weights(version).words,
            assetPath="/static",
            menus=MENUS,
            idle_minutes=idle_minutes,
        )
        self._environment.filters.update(
            day=wording.day,
            moment=wording.moment,
            person=wording.person,
            closing=wording.closing,
            prison=prison_name,
            prison_and_code=prison_label,
            thousands=thousands,
        )

    def page(self, name: str, *, status: int = 200, **context: object) -> HTMLResponse:
        """Return a template as a response."""
        html = self._environment.get_template(name).render(context)
        return HTMLResponse(html, status_code=status)

    def seen_by(self, viewer: object, request: Request) -> "ViewersPages":
        """Return the templates for a signed-in viewer, with the notice of their last action."""
        return ViewersPages(self, viewer, NOTICES.get(request.query_params.get("done", "")))

    def inline_script_hashes(self) -> tuple[str, ...]:
        """Return SHA-256 of the frontend template's inline script, which the policy allows."""
        loader = self._environment.loader
        if loader is None:
            return ()
        source, *_ = loader.get_source(self._environment, f"{FRONTEND}/template.html")
        return tuple(
            base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
            for script in INLINE_SCRIPT.findall(source)
        )


@dataclass(frozen=True, slots=True)
class ViewersPages:
    """Templates for a signed-in viewer: their menu, name and notice."""

    pages: Pages
    viewer: object
    notice: str | None

    @property
    def demonstration(self) -> Demonstration | None:
        """How to sign in to a demonstration; None if people are real."""
        return self.pages.demonstration

    def page(self, name: str, *, status: int = 200, **context: object) -> HTMLResponse:
        """Return a template as a response."""
        known = {"viewer": self.viewer, "notice": self.notice if status == 200 else None}
        return self.pages.page(name, status=status, **(known | context))


def wants_fragment(request: Request) -> bool:
    """Return whether htmx asks for a part of a page instead of the whole."""
    return request.headers.get("hx-request-type") == "partial"


def thousands(number: int) -> str:
    """`12,345`."""
    return f"{number:,}"


def page_links(query: QueryParams, *, number: int, total: int, size: int) -> dict[str, Any]:
    """Return links for the pagination component; empty for a single page."""
    last = max(1, ceil(total / size))
    if last == 1:
        return {}
    shown = sorted(
        {1, last, *range(max(1, number - NEIGHBOURS), min(last, number + NEIGHBOURS) + 1)}
    )
    items: list[dict[str, Any]] = []
    for page in shown:
        if items and page > items[-1]["number"] + 1:
            items.append({"ellipsis": True, "number": page - 1})
        items.append({"number": page, "href": _link(query, page), "current": page == number})
    links: dict[str, Any] = {"items": items}
    if number > 1:
        links["previous"] = {"href": _link(query, number - 1)}
    if number < last:
        links["next"] = {"href": _link(query, number + 1)}
    return links


def _link(query: QueryParams, page: int) -> str:
    kept = [(key, value) for key, value in query.multi_items() if key != "page"]
    return f"?{QueryParams([*kept, ('page', str(page))])}"
