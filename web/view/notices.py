"""The notices that a page shows at its top after an action: `?done=` names one."""

from urllib.parse import urlsplit

from starlette.responses import RedirectResponse

NOTICES = {
    "password": "Your password has been changed, and you were signed out everywhere else",
    "password-chosen": "Your password has been kept: sign in with it",
    "signed-out": "That browser has been signed out",
    "request-declined": "The request has been declined",
    "standing-changed": "The standing has been changed",
    "role-changed": "The role has been changed",
    "account-disabled": "The account has been disabled, and it was signed out everywhere",
    "account-enabled": "The account has been enabled",
    "codes-reset": "The one-time codes have been reset: they are set up again at the next sign-in",
    "sessions-ended": "The account has been signed out everywhere",
    "policy-approved": "The signature has been recorded",
    "policy-ended": "The policy ends after today",
    "match-reviewed": "The review has been kept",
    "handover-started": "The handover has started: a work coach of that area accepts it",
    "handover-accepted": "You have accepted them",
    "task-kept": "The task has been kept",
    "task-finished": "The task is done",
    "task-reopened": "The task is open again",
    "support-kept": "The support has been recorded",
    "recorded": "What happened has been recorded",
    "put-right": "It has been put right",
    "agreed": "The agreement has been recorded",
    "agreement-withdrawn": "The agreement has been withdrawn",
    "put-forward": "They have been put forward: the employer sees them from now on",
    "case-changed": "The record has been changed",
    "note-kept": "The note has been kept",
    "note-struck": "The note has been struck through",
    "task-added": "The task has been written down",
    "task-done": "The task is done",
    "task-again": "The task is to be done again",
    "hidden": "They have been hidden from this shortlist",
    "placed": "They have been moved up",
    "undone": "The decision has been undone",
    "shortlisted": "They have been shortlisted",
    "draft-kept": "What you typed has been kept",
    "draft-discarded": "The draft has been thrown away",
    "vacancy-published": "The vacancy has been published",
    "vacancy-changed": "The changes have been published",
    "vacancy-closed": "The vacancy has been closed",
    "vacancy-reopened": "The vacancy is open again",
    "vacancy-copied": "A new draft has been made from that vacancy: say when it closes",
    "interview-booked": "The interview has been booked",
    "chosen-for-interview": "They have been chosen for an interview: set the time when you know it",
    "offer-recorded": "The offer has been recorded",
    "start-recorded": "That they started work has been recorded",
    "unsuccessful-recorded": "That they were unsuccessful has been recorded",
}


def redirect_with_notice(address: str, notice: str | None = None) -> RedirectResponse:
    """Redirect to a page after a form was sent, with one of `NOTICES` at its top."""
    if notice is not None:
        parts = urlsplit(address)
        query = f"{parts.query}&done={notice}" if parts.query else f"done={notice}"
        address = parts._replace(query=query).geturl()
    return RedirectResponse(address, status_code=303)
