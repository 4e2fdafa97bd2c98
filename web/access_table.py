"""Writes which role can use which route, as the table in docs/access.md.

python -m web.access_table > docs/access.md
"""

import sys

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from foundation.vocabulary import Role
from web.app import add_routes
from web.auth.rules import roles_of
from web.view.assets import Assets

HEADINGS = {
    Role.PRISON_EMPLOYMENT_LEAD: "lead",
    Role.WORK_COACH: "coach",
    Role.NFN_BROKER: "broker",
    Role.EMPLOYER: "employer",
    Role.AUDITOR: "auditor",
    Role.ADMINISTRATOR: "administrator",
}
PREFACE = """# Who may use which route

Made from the rules that the routes carry (`python -m web.access_table > docs/access.md`); a test
holds it to them. What a route then shows is narrowed again by the scope of the account: in each
query, and by row-level security in the database. Whoever may not use a route is told what they
would be told if it did not exist. An empty row is for anyone, signed in or not: it says nothing
about anybody, or is how one signs in.
"""


def access_table() -> str:
    """Return every route with its methods, and a mark for each role that can use it."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    add_routes(app, Assets())
    rows: dict[tuple[str, frozenset[Role] | None], set[str]] = {}
    for route in iter_route_contexts(app.routes):
        rows.setdefault((str(route.path), roles_of(route)), set()).update(route.methods or ())
    lines = [
        "| route | | " + " | ".join(HEADINGS.values()) + " |",
        "|---|---|" + "---|" * len(HEADINGS),
    ]
    for (path, roles), methods in rows.items():
        marks = ("✓" if roles and role in roles else "" for role in HEADINGS)
        lines.append(f"| `{path}` | {' '.join(sorted(methods))} | {' | '.join(marks)} |")
    return PREFACE + "\n" + "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(access_table())
