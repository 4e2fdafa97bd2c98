"""The first of three walls: an access rule on every route. The others are query and row.

A route without a rule cannot be served: `require_rules` refuses to start the application. Who may
not use a route is told what they would be told if it did not exist.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.params import Depends as DependsParameter
from fastapi.routing import RouteContext, iter_route_contexts

from foundation.errors import NewFuturesError, NotFoundError
from foundation.vocabulary import Role
from web.auth.viewer import CurrentViewer


@dataclass(frozen=True, slots=True)
class AccessRule:
    """Allows people with one of these roles who have signed in completely."""

    roles: frozenset[Role]

    def __call__(self, viewer: CurrentViewer) -> None:
        """Allow the request, or raise NotFoundError."""
        if viewer.role not in self.roles:
            raise NotFoundError("nothing at this address is for this role")


@dataclass(frozen=True, slots=True)
class Anyone:
    """Allows everybody: a page that says nothing about anybody, or where people sign in."""

    def __call__(self) -> None:
        """Allow every request."""


AUDIT_READERS = (Role.PRISON_EMPLOYMENT_LEAD, Role.NFN_BROKER, Role.AUDITOR)
EVERY_ROLE = frozenset(Role)
ANYONE = Depends(Anyone())


def only(*roles: Role) -> DependsParameter:
    """Return the rule that allows these roles, or all roles if none is named."""
    found: DependsParameter = Depends(AccessRule(frozenset(roles) or EVERY_ROLE))
    return found


def rules_of(route: RouteContext) -> tuple[AccessRule | Anyone, ...]:
    """Return the rules of a route, its routers' included."""
    found = {
        each.call: None
        for each in _dependants(getattr(route, "dependant", None))
        if isinstance(each.call, AccessRule | Anyone)
    }
    return tuple(found)


def roles_of(route: RouteContext) -> frozenset[Role] | None:
    """Return the roles that all rules of a route allow; None means anybody.

    Raises:
        NewFuturesError: the route has no rule.
    """
    rules = rules_of(route)
    if not rules:
        raise NewFuturesError(f"the route {route.path} says nowhere who may use it; see web/auth")
    named = [rule.roles for rule in rules if isinstance(rule, AccessRule)]
    return frozenset.intersection(*named) if named else None


def require_rules(app: FastAPI) -> None:
    """Refuse an application that has a route without a rule."""
    for route in iter_route_contexts(app.routes):
        roles_of(route)


def _dependants(dependant: Any) -> Iterator[Any]:  # noqa: ANN401 -- FastAPI's own, untyped here
    if dependant is not None:
        yield dependant
        for each in dependant.dependencies:
            yield from _dependants(each)
