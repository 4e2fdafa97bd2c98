"""Files of what became of applications: tried by the rules, told row by row, and never doubled."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from application_world import ALL, TODAY, World

from casework.applications.intake import COLUMNS, ImportedOutcome, outcomes_kind
from casework.applications.model import Correction
from casework.applications.states import REASONS
from foundation.errors import ConflictError
from foundation.intake.load import Outcome, load
from foundation.intake.template import write_template
from foundation.record import Saved, check
from foundation.vocabulary import (
    AgreementHow,
    ApplicationState,
    CorrectionReason,
    OutcomeAtPoint,
    OutcomePoint,
)

S = ApplicationState
HEADER = "application_id,prison_number,vacancy_reference,state,outcome,date,reason,note"
Load = Callable[..., tuple[Outcome, list[str]]]


@pytest.fixture
def load_file(world: World, tmp_path: Path) -> Load:
    """Loads rows as a CSV file; gives what was done and what was refused."""

    def loaded(*rows: str, strict: bool = False) -> tuple[Outcome, list[str]]:
        path = tmp_path / "outcomes.csv"
        path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
        refused: list[str] = []
        outcome = load(
            path,
            outcomes_kind(path, world.database, ALL, TODAY),
            world.database,
            ALL,
            strict=strict,
            on_rejection=lambda rejection: refused.append(str(rejection).split(", ", 1)[1]),
        )
        return outcome, refused

    return loaded


def row(state: str, outcome: str = "", reason: str = "", note: str = "", **changes: Any) -> str:  # noqa: ANN401
    values = {"id": "", "number": "A0001BC", "reference": "HF-1", "date": TODAY} | changes
    return (
        f"{values['id']},{values['number']},{values['reference']},{state},{outcome},"
        f"{values['date']},{reason},{note}"
    )


def test_a_file_takes_an_application_through_its_states_in_order(
    world: World, load_file: Load
) -> None:
    held = world.put_forward()
    rows = [
        row("APPLICATION_MADE"),
        row("JOB_OFFER"),
        row("STARTED"),
        row("IN_WORK_6_WEEKS", "NOT_IN_WORK"),
        row("IN_WORK_6_MONTHS", note="Same firm"),
    ]
    outcome, refused = load_file(*rows)
    assert (outcome.saved, refused) == (Saved(inserted=5), [])
    assert world.row(held.public_id) == (S.IN_WORK_6_MONTHS, 7)
    outcome, refused = load_file(*rows)
    assert (outcome.saved, refused) == (Saved(unchanged=5), [])
    assert world.row(held.public_id) == (S.IN_WORK_6_MONTHS, 7)


def test_what_a_later_file_says_otherwise_is_corrected_with_its_history(
    world: World, load_file: Load
) -> None:
    held = world.put_forward()
    load_file(row("STARTED"), row("APPLICATION_MADE"), row("STARTED"))
    load_file(row("STARTED"), row("IN_WORK_6_WEEKS"))
    outcome, refused = load_file(row("IN_WORK_6_WEEKS", "UNAVAILABLE", note="Recalled"))
    assert (outcome.saved, refused) == (Saved(updated=1), [])
    assert world.row(held.public_id)[0] == S.STARTED
    history = world.service.history(ALL, held.public_id)
    assert [event.correction_reason for event in history if event.corrects] == ["LATER_FILE"]
    assert history[-1].outcome is OutcomeAtPoint.UNAVAILABLE
    assert load_file(row("IN_WORK_6_WEEKS", "UNAVAILABLE"))[0].saved == Saved(unchanged=1)


def test_a_row_without_a_note_leaves_the_note_that_is_there(world: World, load_file: Load) -> None:
    held = world.put_forward()
    world.move(held, S.JOB_OFFER, note="By phone")
    assert load_file(row("JOB_OFFER"))[0].saved == Saved(unchanged=1)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (row("PUT_FORWARD"), "nobody is shortlisted or put forward by a file"),
        (row("IN_WORK_6_WEEKS"), "record STARTED first"),
        (row("OFFER_ACCEPTED"), "after PUT_FORWARD what can follow is"),
        (row("JOB_OFFER", date="2026-11-23"), "it cannot lie in the future"),
        (row("JOB_OFFER", date="2026-11-21"), "the application began on 2026-11-22"),
        (row("JOB_OFFER", date="22/11/2026"), "write the date as YYYY-MM-DD"),
        (row("APPLICATION_UNSUCCESSFUL"), "use one of SKILLS"),
        (row("APPLICATION_UNSUCCESSFUL", reason="OTHER"), "say in a note"),
        (row("WITHDRAWN", reason="AGREEMENT_WITHDRAWN"), "withdraw the agreement itself"),
        (row("JOB_OFFER", "IN_WORK"), "outcome goes with"),
        (row("JOB_OFFER", number="A9999ZZ"), "has no application for it"),
        (row("JOB_OFFER", number="", reference=""), "give application_id, or prison_number"),
        (row("JOB_OFFER", id="b1d1f2ce-0d5c-4a56-9a3f-1f0f3a9c2d11"), "no such one"),
        (row("NO_SUCH_STATE"), "SHORTLISTED"),
    ],
)
def test_a_row_that_cannot_be_is_told_with_its_reason_and_the_others_are_saved(
    world: World, load_file: Load, given: str, told: str
) -> None:
    world.put_forward()
    world.put_forward(2)
    outcome, refused = load_file(given, row("JOB_OFFER", number="A0002BC"))
    assert outcome.saved == Saved(inserted=1)
    assert (outcome.rejected, len(refused)) == (1, 1)
    assert refused[0].startswith("row 2, ")
    assert told in refused[0]


def test_a_strict_file_with_a_bad_row_changes_nothing(world: World, load_file: Load) -> None:
    held = world.put_forward()
    outcome, refused = load_file(row("JOB_OFFER"), row("NO_SUCH_STATE"), strict=True)
    assert (outcome.rolled_back, len(refused)) == (True, 1)
    assert world.row(held.public_id) == (S.PUT_FORWARD, 2)


def test_the_application_begun_last_is_meant_and_an_id_says_which(
    world: World, load_file: Load
) -> None:
    first = world.taken_to(S.OFFER_DECLINED)
    second = world.put_forward()
    load_file(row("JOB_OFFER"), row("OFFER_DECLINED", reason="PAY", id=first.public_id))
    assert world.row(second.public_id)[0] == S.JOB_OFFER
    newest = world.service.history(ALL, first.public_id)[-1]
    assert (newest.to_state, newest.reason, newest.corrects) == (S.OFFER_DECLINED, "PAY", 4)


def test_a_reference_that_two_employers_use_needs_the_id(world: World, load_file: Load) -> None:
    held = world.put_forward()
    world.vacancy("HF-1", "Other Ltd")
    world.service.shortlist(ALL, "Other Ltd/HF-1", "A0001BC")
    assert "several employers use it" in load_file(row("JOB_OFFER"))[1][0]
    assert load_file(row("JOB_OFFER", id=held.public_id))[0].saved == Saved(inserted=1)


def test_an_id_that_is_another_persons_is_refused(world: World, load_file: Load) -> None:
    held = world.put_forward()
    world.put_forward(2)
    assert (
        "another person's" in load_file(row("JOB_OFFER", number="A0002BC", id=held.public_id))[1][0]
    )


def test_the_same_state_twice_in_one_file_is_refused_the_second_time(
    world: World, load_file: Load
) -> None:
    world.put_forward()
    outcome, refused = load_file(row("JOB_OFFER"), row("JOB_OFFER", note="Again"))
    assert outcome.saved == Saved(inserted=1)
    assert "an earlier row gives it already" in refused[0]


def test_an_application_is_made_only_while_agreement_stands(world: World, load_file: Load) -> None:
    begun = world.shortlisted()
    world.service.agree(ALL, begun.public_id, AgreementHow.BY_PHONE)
    held = world.service.put_forward(ALL, begun.public_id, version=1)
    world.service.withdraw_agreement(ALL, held.public_id)
    wrong = Correction(number=3, reason=CorrectionReason.WRONG_STATE)
    again = world.service.undo(ALL, held.public_id, wrong, version=3)
    assert again.state is S.PUT_FORWARD
    assert "their agreement does not stand" in load_file(row("APPLICATION_MADE"))[1][0]


def test_whoever_changes_an_application_meanwhile_stops_the_batch_whole(
    world: World, tmp_path: Path
) -> None:
    first, second = world.put_forward(1), world.put_forward(2)
    path = tmp_path / "outcomes.csv"
    rows = [row("JOB_OFFER"), row("JOB_OFFER", number="A0002BC")]
    path.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    kind = outcomes_kind(path, world.database, ALL, TODAY)
    world.move(second, S.SELECTED_FOR_INTERVIEW)
    with pytest.raises(ConflictError):
        load(path, kind, world.database, ALL)
    assert world.row(first.public_id) == (S.PUT_FORWARD, 2)


def test_the_template_explains_every_column_and_reason(tmp_path: Path) -> None:
    companion = write_template(tmp_path / "t.csv", COLUMNS, ImportedOutcome).read_text("utf-8")
    assert {column.name for column in COLUMNS} == set(ImportedOutcome.model_fields)
    for codes in (S, OutcomeAtPoint, *REASONS.values()):
        assert all(str(code) in companion for code in codes)
    example = {column.name: column.example for column in COLUMNS if column.example}
    assert isinstance(check(ImportedOutcome, example), ImportedOutcome)
    required = {column.name for column in COLUMNS if column.required}
    assert required == {
        n for n, field in ImportedOutcome.model_fields.items() if field.is_required()
    }


def test_points_and_states_have_the_same_names() -> None:
    assert {f"IN_WORK_6_{point.value.removeprefix('SIX_')}" for point in OutcomePoint} <= set(S)
