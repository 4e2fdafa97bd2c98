"""The whole story.

Everything goes through the services that the pages call, in the scope of whoever would have done
it, so nothing stands here that could not have happened.
"""

from collections.abc import Callable

from casework.applications.service import ApplicationService
from demonstration.story.applications import ApplicationStory
from demonstration.story.cast import SCOPE, ensure_cast
from demonstration.story.people import PeopleStory
from employers.posting.service import PostingService
from foundation.accounts.model import Account
from foundation.accounts.registration import NewRegistration
from foundation.accounts.service import AccountService
from foundation.database import Database
from foundation.settings import Settings
from foundation.vocabulary import EmployerSector


class Story:
    """Makes the accounts and plays the story, once; again it changes nothing."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings

    def tell(
        self, on_progress: Callable[[str, int, int], None] = lambda *_: None
    ) -> tuple[Account, ...]:
        """The accounts, one for each role, with a story under way."""
        database, settings = self._database, self._settings
        accounts = AccountService(database, settings)
        cast = ensure_cast(database, accounts)
        if any(ApplicationService(database, settings).count_by_state(SCOPE).values()):
            return cast.accounts
        ApplicationStory(database, settings).play(cast, on_progress)
        PeopleStory(database, settings).play(cast)
        postings = PostingService(database, settings)
        busiest = postings.list_own_vacancies(cast.employer, size=1).items[0]
        postings.duplicate(cast.employer, str(busiest.public_id))
        accounts.register_employer(_REQUEST)
        return cast.accounts


_REQUEST = NewRegistration(
    name="Calder Valley Bakeries",
    sector=EmployerSector.MANUFACTURING,
    description="Bread and rolls for shops and canteens; night and early shifts.",
    contact_name="Hannah Blake",
    contact_email="hannah.blake@bakeries.example",
    postcode="HX1 1AA",
)
