"""What the endpoints ask for by type. They are coroutines so that none costs a thread."""

from typing import Annotated, cast
from uuid import UUID

from fastapi import Depends, Request

from foundation.database import Scope
from foundation.errors import NotFoundError
from matching.audits.service import AuditService
from matching.service import MatchingService
from web.rendering import Pages


async def get_service(request: Request) -> MatchingService:
    """The one service that this application was made with."""
    return cast(MatchingService, request.app.state.service)


async def get_audits(request: Request) -> AuditService:
    """The service for audits, which is apart from the one that ranks."""
    return cast(AuditService, request.app.state.audits)


async def get_pages(request: Request) -> Pages:
    """What renders templates."""
    return cast(Pages, request.app.state.pages)


async def get_scope() -> Scope:
    """Who acts: everyone at this machine, for every prison, until sign-in exists."""
    return Scope(actor="web")


class PublicId(str):
    """A public id in normal form. Nothing else may name a person or a vacancy in an address."""

    __slots__ = ()


def public_id(text: str) -> PublicId:
    """The id, if that is what it is.

    Raises:
        NotFoundError: a prison number, a reference or anything else is as absent as no one.
    """
    try:
        found = str(UUID(text))
    except ValueError as error:
        raise NotFoundError("nothing has that address") from error
    if found != text.lower():
        raise NotFoundError("nothing has that address")
    return PublicId(found)


async def get_vacancy_id(vacancy_id: str) -> PublicId:
    """The vacancy in the address."""
    return public_id(vacancy_id)


async def get_candidate_id(candidate_id: str) -> PublicId:
    """The candidate in the address."""
    return public_id(candidate_id)


async def get_came_from(request: Request) -> PublicId | None:
    """The vacancy whose page led here, if the address carries one: `?from=`."""
    try:
        return public_id(request.query_params.get("from", ""))
    except NotFoundError:
        return None


CurrentService = Annotated[MatchingService, Depends(get_service)]
CurrentAudits = Annotated[AuditService, Depends(get_audits)]
CurrentPages = Annotated[Pages, Depends(get_pages)]
CurrentScope = Annotated[Scope, Depends(get_scope)]
VacancyId = Annotated[PublicId, Depends(get_vacancy_id)]
CandidateId = Annotated[PublicId, Depends(get_candidate_id)]
CameFrom = Annotated[PublicId | None, Depends(get_came_from)]
