"""Records refuse field by field, and never guess at dates and times."""

from datetime import date, time

import pytest

from foundation.record import ClockTime, Day, Fault, Record, Saved, check


class Visit(Record):
    """A record with one field of each delicate type."""

    name: str
    on: Day | None = None
    at: ClockTime | None = None


def test_good_values_become_the_record() -> None:
    visit = check(Visit, {"name": " Sam ", "on": "2027-01-29", "at": "07:30"})
    assert visit == Visit(name="Sam", on=date(2027, 1, 29), at=time(7, 30))


def test_everything_wrong_is_told_at_once_with_column_value_and_what_is_allowed() -> None:
    faults = check(Visit, {"on": "29/01/2027", "at": "7pm", "colour": "red"})
    assert faults == [
        Fault("name", None, "a value is required"),
        Fault("on", "29/01/2027", "write the date as YYYY-MM-DD"),
        Fault("at", "7pm", "write the time as HH:MM, on the 24-hour clock"),
        Fault("colour", "red", "no such column; see `newfutures template`"),
    ]


@pytest.mark.parametrize(
    "written", ["0", "86400", "20270129", "46416", 0, 86400, 1.0, True, "2027-1-9", "2027-02-30"]
)
def test_a_number_is_never_taken_for_a_date(written: object) -> None:
    assert isinstance(check(Visit, {"name": "Sam", "on": written}), list)


@pytest.mark.parametrize("written", ["2027-01-29", "2027-01-29T00:00:00", "2027-01-29 00:00:00"])
def test_a_date_may_carry_midnight(written: str) -> None:
    visit = check(Visit, {"name": "Sam", "on": written})
    assert isinstance(visit, Visit)
    assert visit.on == date(2027, 1, 29)


@pytest.mark.parametrize(
    "written", ["1900", "19", "7", "7:00", "24:00", "19:00Z", "19:00+01:00", "7pm", 1900, 19.5, 0]
)
def test_a_number_or_a_time_zone_is_never_taken_for_a_time(written: object) -> None:
    assert isinstance(check(Visit, {"name": "Sam", "at": written}), list)


@pytest.mark.parametrize("written", ["19:00", " 19:00 ", "19:00:00", "19:00:00.000"])
def test_a_time_is_read_with_or_without_seconds(written: str) -> None:
    visit = check(Visit, {"name": "Sam", "at": written})
    assert isinstance(visit, Visit)
    assert visit.at == time(19)


def test_a_record_reads_back_what_it_wrote() -> None:
    visit = Visit(name="Sam", on=date(2027, 1, 29), at=time(7, 30))
    assert check(Visit, visit.model_dump(mode="json")) == visit
    assert check(Visit, visit.model_dump()) == visit


def test_counts_add_up() -> None:
    assert Saved(1, 2, 3) + Saved(10, 20, 30) == Saved(11, 22, 33)
