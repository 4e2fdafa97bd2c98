"""The first of three walls: a rule on every route. The others are the query and the row.

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
    """Whoever has one of these roles, and has signed in with all that the role asks for."""

    roles: frozenset[Role]

    def __call__(self, viewer: CurrentViewer) -> None:
        """Let the request through, or raise NotFoundError."""
        if viewer.role not in self.roles:
            raise NotFoundError("nothing at this address is for this role")


@dataclass(frozen=True, slots=True)
class Anyone:
    """No sign-in is needed: says nothing about anybody, or is how people sign in."""

    def __call__(self) -> None:
        """Let every request through."""


AUDIT_READERS = (Role.PRISON_EMPLOYMENT_LEAD, Role.NFN_BROKER, Role.AUDITOR)
EVERY_ROLE = frozenset(Role)
ANYONE = Depends(Anyone())


def only(*roles: Role) -> DependsParameter:
    """The rule that lets these roles through; all of them, if none is named."""
    found: DependsParameter = Depends(AccessRule(frozenset(roles) or EVERY_ROLE))
    return found


def rules_of(route: RouteContext) -> tuple[AccessRule | Anyone, ...]:
    """The rules that a route carries, its routers' included."""
    found = {
        each.call: None
        for each in _dependants(getattr(route, "dependant", None))
        if isinstance(each.call, AccessRule | Anyone)
    }
    return tuple(found)


def roles_of(route: RouteContext) -> frozenset[Role] | None:
    """Who may use a route: those whom all its rules let through. None is anyone.

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
