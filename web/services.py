"""All services that the pages call, over one database."""

from dataclasses import dataclass
from typing import Self

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
from foundation.accounts.service import AccountService
from foundation.database import Database
from foundation.settings import Settings
from matching.policies.service import PolicyService
from matching.rules.exclusions import ExclusionHelp
from matching.shortlists.service import MatchingService


@dataclass(frozen=True, slots=True)
class Services:
    """One of each service; all are safe to use from several threads."""

    matching: MatchingService
    audits: AuditService
    accounts: AccountService
    attempts: SignInAttempts
    applications: ApplicationService
    introductions: IntroductionService
    posting: PostingService
    exclusions: ExclusionHelp
    directory: EmployerDirectory
    policies: PolicyService
    trail: Trail
    overview: Overview
    handovers: HandoverService
    desk: RegistrationDesk
    worklist: WorklistService
    casework: CaseworkService
    decisions: DecisionService
    home: HomeService
    search: SearchService

    @classmethod
    def over(cls, database: Database, settings: Settings) -> Self:
        """Return the services; nothing is read yet."""
        return cls(
            MatchingService(database, settings),
            AuditService(database, settings),
            AccountService(database, settings),
            SignInAttempts(database),
            ApplicationService(database, settings),
            IntroductionService(database, settings),
            PostingService(database, settings),
            ExclusionHelp(database, settings),
            EmployerDirectory(database, settings),
            PolicyService(database, settings),
            Trail(database),
            Overview(database, settings),
            HandoverService(database, settings),
            RegistrationDesk(database),
            WorklistService(database, settings),
            CaseworkService(database, settings),
            DecisionService(database),
            HomeService(database, settings),
            SearchService(database, settings),
        )
