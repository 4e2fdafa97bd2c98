"""The dependencies that endpoints declare by type. Coroutines, so that none costs a thread."""

from typing import Annotated, cast
from uuid import UUID

from fastapi import Depends, Request

from assurance.audits.service import AuditService
from assurance.overview.service import Overview
from assurance.trail.service import Trail
from casework.applications.service import ApplicationService
from casework.decisions.service import DecisionService
from casework.handover.service import HandoverService
from casework.home.service import HomeService
from casework.introductions.service import IntroductionService
from casework.people.service import CaseworkService
from casework.search.service import SearchService
from casework.worklist.service import WorklistService
from employers.directory.registration import RegistrationDesk
from employers.directory.service import EmployerDirectory
from employers.posting.service import PostingService
from foundation.accounts.attempts import SignInAttempts
from foundation.accounts.model import scope_of
from foundation.database import Scope
from foundation.errors import NotFoundError
from foundation.settings import Settings
from foundation.vocabulary import Role
from matching.policies.service import PolicyService
from matching.rules.exclusions import ExclusionHelp
from matching.shortlists.service import MatchingService
from web.auth.oidc import Providers
from web.auth.viewer import CurrentViewer, services_of
from web.view.rendering import ViewersPages


async def get_service(request: Request) -> MatchingService:
    """The one service that this application was made with."""
    return services_of(request).matching


async def get_audits(request: Request) -> AuditService:
    """The service for audits, which is apart from the one that ranks."""
    return services_of(request).audits


async def get_attempts(request: Request) -> SignInAttempts:
    """Sign-ins under way with another provider."""
    return services_of(request).attempts


async def get_applications(request: Request) -> ApplicationService:
    """Applications, and what may be recorded of them."""
    return services_of(request).applications


async def get_introductions(request: Request) -> IntroductionService:
    """People put forward, as an employer sees them."""
    return services_of(request).introductions


async def get_posting(request: Request) -> PostingService:
    """Vacancies and their drafts, as an employer writes them."""
    return services_of(request).posting


async def get_exclusions(request: Request) -> ExclusionHelp:
    """What an employer's exclusions cost."""
    return services_of(request).exclusions


async def get_directory(request: Request) -> EmployerDirectory:
    """Employers, as brokers see them."""
    return services_of(request).directory


async def get_policies(request: Request) -> PolicyService:
    """Fairness policies, as administrators see them."""
    return services_of(request).policies


async def get_trail(request: Request) -> Trail:
    """The audit trail, as auditors see it."""
    return services_of(request).trail


async def get_overview(request: Request) -> Overview:
    """National and regional figures."""
    return services_of(request).overview


async def get_handovers(request: Request) -> HandoverService:
    """Caseloads, handovers and reviews of work coaches."""
    return services_of(request).handovers


async def get_desk(request: Request) -> RegistrationDesk:
    """Where brokers decide on requests."""
    return services_of(request).desk


async def get_worklist(request: Request) -> WorklistService:
    """Applications as a list."""
    return services_of(request).worklist


async def get_casework(request: Request) -> CaseworkService:
    """People, and what staff write about them."""
    return services_of(request).casework


async def get_decisions(request: Request) -> DecisionService:
    """What people decided about shortlists."""
    return services_of(request).decisions


async def get_home(request: Request) -> HomeService:
    """What is due, and what is new."""
    return services_of(request).home


async def get_search(request: Request) -> SearchService:
    """The search over vacancies and people."""
    return services_of(request).search


async def get_providers(request: Request) -> Providers:
    """The providers that people may sign in with."""
    return cast(Providers, request.app.state.providers)


async def get_settings(request: Request) -> Settings:
    """The settings."""
    return cast(Settings, request.app.state.settings)


async def get_pages(request: Request) -> ViewersPages:
    """What renders templates for whoever looks. A rule of the route has found out who that is."""
    viewer = getattr(request.state, "viewer", None)
    pages: ViewersPages = request.app.state.pages.seen_by(viewer, request)
    return pages


async def get_scope(viewer: CurrentViewer) -> Scope:
    """Who acts, and what they may see: from the account as it is at this moment."""
    return scope_of(viewer.account)


async def get_aggregate_scope(viewer: CurrentViewer) -> Scope:
    """For sums in which nobody can be told apart: every prison, but a lead's are their own."""
    if viewer.role in EVERYWHERE:
        return Scope(viewer.account.email, role=viewer.role, account_id=viewer.account.id)
    return scope_of(viewer.account)


EVERYWHERE = (Role.AUDITOR, Role.NFN_BROKER)


class PublicId(str):
    """A public id in normal form: the only name of a person or a vacancy in an address."""

    __slots__ = ()


def public_id(text: str) -> PublicId:
    """Return the id in normal form, or raise NotFoundError.

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
CurrentAttempts = Annotated[SignInAttempts, Depends(get_attempts)]
CurrentApplications = Annotated[ApplicationService, Depends(get_applications)]
CurrentIntroductions = Annotated[IntroductionService, Depends(get_introductions)]
CurrentPosting = Annotated[PostingService, Depends(get_posting)]
CurrentExclusions = Annotated[ExclusionHelp, Depends(get_exclusions)]
CurrentDirectory = Annotated[EmployerDirectory, Depends(get_directory)]
CurrentPolicies = Annotated[PolicyService, Depends(get_policies)]
CurrentTrail = Annotated[Trail, Depends(get_trail)]
CurrentOverview = Annotated[Overview, Depends(get_overview)]
CurrentHandovers = Annotated[HandoverService, Depends(get_handovers)]
CurrentDesk = Annotated[RegistrationDesk, Depends(get_desk)]
CurrentWorklist = Annotated[WorklistService, Depends(get_worklist)]
CurrentCasework = Annotated[CaseworkService, Depends(get_casework)]
CurrentDecisions = Annotated[DecisionService, Depends(get_decisions)]
CurrentHome = Annotated[HomeService, Depends(get_home)]
CurrentSearch = Annotated[SearchService, Depends(get_search)]
CurrentProviders = Annotated[Providers, Depends(get_providers)]
CurrentPages = Annotated[ViewersPages, Depends(get_pages)]
CurrentSettings = Annotated[Settings, Depends(get_settings)]
CurrentScope = Annotated[Scope, Depends(get_scope)]
AggregateScope = Annotated[Scope, Depends(get_aggregate_scope)]
VacancyId = Annotated[PublicId, Depends(get_vacancy_id)]
CandidateId = Annotated[PublicId, Depends(get_candidate_id)]
CameFrom = Annotated[PublicId | None, Depends(get_came_from)]
