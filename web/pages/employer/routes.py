"""The employer's routes, in the order in which they are tried."""

from fastapi import APIRouter

from web.pages.employer import people, posting, vacancies

router = APIRouter()
for each in (posting.router, vacancies.exports, vacancies.router, people.exports, people.router):
    router.include_router(each)
