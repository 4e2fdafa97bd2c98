"""Files from people and systems: each fault is named where it stands, and the rest is loaded."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candidates.intake import CANDIDATES
from foundation.database import Database, Scope
from foundation.errors import IntakeError
from foundation.intake.load import (
    BATCH_ROWS,
    Outcome,
    Rejection,
    check_encoding,
    load,
    read_rows,
    split_list,
)
from foundation.record import Fault, Saved

ALL = Scope("tests")
HEADER = "prison_number,first_name,last_name,prison_id"
GOOD = ["A0001AA,Sam,Hill,MDI", "A0002AA,Al,Dale,LEI"]

Import = Callable[..., tuple[Outcome, list[str]]]


@pytest.fixture
def import_text(database: Database, tmp_path: Path) -> Import:
    """Imports a file of the given content; gives the outcome and what was refused."""

    def run(
        content: str | bytes, name: str = "people.csv", *, strict: bool = False
    ) -> tuple[Outcome, list[str]]:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        told: list[Rejection] = []
        outcome = load(path, CANDIDATES, database, ALL, strict=strict, on_rejection=told.append)
        return outcome, [str(each).removeprefix(f"{path}, ") for each in told]

    return run


def people(database: Database) -> list[tuple[str, str]]:
    with database.transaction(ALL) as connection:
        return connection.execute(
            "SELECT prison_number, first_name FROM candidate ORDER BY 1"
        ).fetchall()


def events(database: Database) -> int:
    with database.transaction(ALL) as connection:
        row = connection.execute("SELECT count(*) FROM audit_event").fetchone()
    return int(row[0]) if row else 0


def lines(*rows: str) -> str:
    return "\n".join([HEADER, *rows]) + "\n"


def test_good_rows_load_beside_bad_ones(import_text: Import, database: Database) -> None:
    outcome, told = import_text(lines(GOOD[0], "A00,Bad,Row,MDI", "", GOOD[1]))
    assert (outcome.read, outcome.rejected, outcome.saved) == (3, 1, Saved(inserted=2))
    assert told == [
        "row 3, prison_number: 'A00': String should match pattern '^[A-Z][0-9]{4}[A-Z]{2}$'"
    ]
    assert people(database) == [("A0001AA", "Sam"), ("A0002AA", "Al")]


def test_a_rejection_names_the_file_the_row_the_column_the_value_and_what_is_allowed() -> None:
    rejection = Rejection("people.csv", 7, Fault("prison_id", "XX", "three letters"))
    assert str(rejection) == "people.csv, row 7, prison_id: 'XX': three letters"


def test_a_rejection_lets_no_terminal_command_through() -> None:
    shown = str(Rejection("f.jsonl", 1, Fault("\x1b[2Jname", "\x1b[31mred", "no such column")))
    assert "\x1b" not in shown
    assert len(str(Rejection("f", 1, Fault("x" * 9_000, "y" * 9_000, "z")))) < 300


def test_several_faults_in_a_row_are_all_told_and_count_once(import_text: Import) -> None:
    outcome, told = import_text(lines("A00,,Hill,X"))
    assert (outcome.read, outcome.rejected) == (1, 1)
    assert [line.split(":")[0] for line in told] == [
        "row 2, prison_number",
        "row 2, first_name",
        "row 2, prison_id",
    ]


def test_strict_loads_every_row_or_none(import_text: Import, database: Database) -> None:
    outcome, told = import_text(lines(*GOOD, "A00,Bad,Row,MDI"), strict=True)
    assert outcome.rolled_back
    assert (outcome.rejected, outcome.saved, len(told)) == (1, Saved(), 1)
    assert people(database) == []
    outcome, told = import_text(lines(*GOOD), strict=True)
    assert (outcome.rolled_back, outcome.saved) == (False, Saved(inserted=2))
    assert len(people(database)) == 2


def test_strict_takes_back_batches_that_were_already_saved(
    import_text: Import, database: Database
) -> None:
    rows = [f"A{n:04d}AA,Sam,Hill,MDI" for n in range(BATCH_ROWS + 5)]
    outcome, _ = import_text(lines(*rows, "bad,,,"), strict=True)
    assert outcome.rolled_back
    assert people(database) == []


def test_importing_the_same_again_changes_nothing(import_text: Import, database: Database) -> None:
    import_text(lines(*GOOD))
    before = events(database)
    outcome, _ = import_text(lines(*GOOD))
    assert outcome.saved == Saved(unchanged=2)
    assert events(database) == before


def test_a_changed_row_updates_its_person(import_text: Import, database: Database) -> None:
    import_text(lines(*GOOD))
    outcome, _ = import_text(lines(GOOD[0].replace("Sam", "Samuel"), GOOD[1]))
    assert outcome.saved == Saved(updated=1, unchanged=1)
    assert people(database)[0] == ("A0001AA", "Samuel")


def test_a_repeated_key_is_refused_with_the_row_that_had_it_first(import_text: Import) -> None:
    outcome, told = import_text(lines(GOOD[0], GOOD[1], "a0001aa,Other,Name,MDI"))
    assert outcome.saved == Saved(inserted=2)
    assert told == ["row 4, (whole row): 'A0001AA': it repeats the key of row 2"]


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_utf_8_is_read_with_or_without_its_mark(
    import_text: Import, database: Database, bom: bytes, newline: str
) -> None:
    text = lines("A0001AA,Zoë,O’Neill,MDI").replace("\n", newline)
    outcome, _ = import_text(bom + text.encode())
    assert outcome.saved == Saved(inserted=1)
    assert people(database) == [("A0001AA", "Zoë")]


def test_a_windows_1252_byte_is_named_with_its_line(
    import_text: Import, database: Database
) -> None:
    content = lines(GOOD[0], "A0002AA,Zoë,Dale,LEI").encode("cp1252")
    with pytest.raises(IntakeError, match=r"line 3: byte 0xeb is not UTF-8.*Windows-1252"):
        import_text(content)
    assert people(database) == []


def test_a_bad_byte_far_into_a_file_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    row = b"A0001AA,Zo\xc3\xab,Dale,LEI\n"
    path.write_bytes(row * 99_999 + b"\xe9\n")
    with pytest.raises(IntakeError, match="line 100000: byte 0xe9"):
        check_encoding(path)
    path.write_bytes(row * 99_999 + b"\xc3")
    with pytest.raises(IntakeError, match="line 100000: byte 0xc3"):
        check_encoding(path)
    path.write_bytes(row * 99_999)
    check_encoding(path)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf_16_is_refused(import_text: Import, encoding: str) -> None:
    with pytest.raises(IntakeError, match=r"UTF-16|unknown column"):
        import_text(lines(*GOOD).encode(encoding))
    with pytest.raises(IntakeError, match="is UTF-16; save it as UTF-8"):
        import_text(lines(*GOOD).encode("utf-16"))


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (HEADER + ",colour", "unknown column 'colour'"),
        ("prison_number,first_name,last_name", "missing column 'prison_id'"),
        (HEADER + ",first_name", "repeated column 'first_name'"),
        (HEADER.replace(",", ";"), "unknown column"),
        ("", "missing column 'prison_number', 'first_name', 'last_name', 'prison_id'"),
        (HEADER + ',"open', "row 1: unexpected end of data; is a quotation mark missing"),
    ],
)
def test_a_header_that_is_wrong_is_refused(
    import_text: Import, database: Database, header: str, message: str
) -> None:
    with pytest.raises(IntakeError, match=message):
        import_text("\n".join([header, *GOOD]))
    assert people(database) == []


def test_the_columns_may_stand_in_any_order_and_case(
    import_text: Import, database: Database
) -> None:
    outcome, _ = import_text(
        "PRISON_ID, Last_Name ,first_name,prison_number\nMDI,Hill,Sam,A0001AA\n"
    )
    assert outcome.saved == Saved(inserted=1)
    assert people(database) == [("A0001AA", "Sam")]


@pytest.mark.parametrize("content", ["", "\n\n"])
def test_an_empty_file_says_which_columns_it_lacks(import_text: Import, content: str) -> None:
    with pytest.raises(IntakeError, match="missing column 'prison_number'"):
        import_text(content)


@pytest.mark.parametrize(
    ("content", "name"), [(HEADER + "\n", "people.csv"), ("", "people.jsonl"), ("\n \n", "p.jsonl")]
)
def test_a_file_without_rows_loads_nothing(import_text: Import, content: str, name: str) -> None:
    outcome, told = import_text(content, name)
    assert (outcome, told) == (Outcome(), [])


def test_a_file_that_is_not_there_is_named(database: Database, tmp_path: Path) -> None:
    for path in (tmp_path / "absent.csv", tmp_path):
        with pytest.raises(IntakeError, match=f"cannot read {path}"):
            load(path, CANDIDATES, database, ALL)


def test_the_name_must_say_what_the_file_is(import_text: Import) -> None:
    with pytest.raises(IntakeError, match=r"must end in \.csv or \.jsonl"):
        import_text("x", "people.xlsx")


def test_too_many_cells_are_refused_and_too_few_leave_the_rest_empty(import_text: Import) -> None:
    outcome, told = import_text(lines("A0001AA,Sam,Hill,MDI,more", "A0002AA,Al"))
    assert outcome.rejected == 2
    assert told == [
        "row 2, (whole row): '5 cells': the header names 4 columns; is a quotation mark missing?",
        "row 3, last_name: a value is required",
        "row 3, prison_id: a value is required",
    ]


def test_a_nul_is_refused(import_text: Import) -> None:
    outcome, told = import_text(lines("A0001AA,S\0m,Hill,MDI", GOOD[1]))
    assert outcome.saved == Saved(inserted=1)
    assert told == ["row 2, (whole row): it holds a NUL character; remove it"]


@pytest.mark.parametrize(
    "row",
    [
        'A0002AA,Al,"Dale,LEI',
        'A0002AA,Al,Dale,"LEI',
        'A0002AA,Al,"Da"le,LEI',
        f'A0002AA,Al,"{"x" * 200_000}",LEI',
    ],
)
def test_a_quotation_mark_out_of_place_is_a_fault_and_loses_no_row_unsaid(
    import_text: Import, database: Database, row: str
) -> None:
    outcome, told = import_text(lines(GOOD[0], row, "A0003AA,Jo,Fell,MDI"))
    assert outcome.rejected >= 1
    assert told[0].startswith("row 3, (whole row):")
    assert "quotation mark missing" in told[0]
    assert ("A0001AA", "Sam") in people(database)
    assert "A0002AA" not in dict(people(database))


def test_quoted_cells_hold_commas_quotes_and_lines(import_text: Import, database: Database) -> None:
    outcome, _ = import_text(lines('A0001AA,"Sam ""the hand"", Jr","Hill\nDale",MDI', GOOD[1]))
    assert outcome.saved == Saved(inserted=2)
    assert people(database)[0] == ("A0001AA", 'Sam "the hand", Jr')


def as_json(**changes: object) -> str:
    values = dict(zip(HEADER.split(","), GOOD[0].split(","), strict=True))
    return json.dumps(values | changes)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("[1, 2]", "(whole row): '[1, 2]\\n': it must be a JSON object"),
        ('"text"', "it must be a JSON object"),
        ("null", "it must be a JSON object"),
        ("{", "one JSON object a line: "),
        ("not json", "one JSON object a line: "),
        ("[" * 100_000, "one JSON object a line: "),
        ("1" * 5_000, "one JSON object a line: "),
        (as_json(first_name="S\0m"), "NUL or half of a surrogate pair"),
        (as_json(first_name="\ud83d"), "NUL or half of a surrogate pair"),
        (as_json(**{"a\0": 1}), "NUL or half of a surrogate pair"),
        (as_json(colour="red"), "colour: 'red': no such column"),
        (as_json(first_name=None), "first_name"),
        (as_json(first_name=5), "first_name: '5'"),
        (as_json(skills="TEAMWORK"), "skills: 'TEAMWORK'"),
        (as_json(work_experience=[{"role": 5}]), "work_experience.0.role: '5'"),
        (as_json(pay_wanted_per_hour=float("nan")), "pay_wanted_per_hour: 'nan'"),
        ("{}", "prison_number: a value is required"),
    ],
)
def test_a_json_line_that_is_wrong_is_refused_and_the_next_one_loaded(
    import_text: Import, database: Database, line: str, message: str
) -> None:
    outcome, told = import_text(f"{line}\n\n{as_json(prison_number='A0009AA')}\n", "people.jsonl")
    assert (outcome.rejected, outcome.saved) == (1, Saved(inserted=1))
    assert told[0].startswith("row 1, ")
    assert message in told[0]
    assert dict(people(database)).keys() == {"A0009AA"}


@pytest.mark.parametrize("name", ["Zoë", "😀", "\\u0000", "back\\slash", "u0000"])
def test_odd_but_good_text_is_stored_as_it_was_written(
    import_text: Import, database: Database, name: str
) -> None:
    outcome, told = import_text(as_json(first_name=name), "people.ndjson")
    assert told == []
    assert outcome.saved == Saved(inserted=1)
    assert people(database) == [("A0001AA", name)]


def test_the_position_in_the_file_is_told_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(lines(*(f"A{n:04d}AA,Sam,Hill,MDI" for n in range(2_000))), encoding="utf-8")
    seen: list[int] = []
    rows = list(read_rows(path, CANDIDATES, seen.append))
    assert len(rows) == 2_000
    assert seen == sorted(seen)
    assert seen[-1] == path.stat().st_size


@given(st.lists(st.text(alphabet=st.characters(exclude_characters=";", exclude_categories=["Cs"]))))
def test_a_list_is_split_at_semicolons_and_tidied(entries: list[str]) -> None:
    found = split_list(";".join(entries))
    assert found == [entry.strip() for entry in entries if entry.strip()]


cells = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)


@given(st.lists(st.lists(cells, min_size=1, max_size=4), max_size=6))
def test_any_well_formed_csv_is_read_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([HEADER.split(","), *rows])
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    names = HEADER.split(",")
    expected = [
        {name: cell.strip() for name, cell in zip(names, row, strict=False) if cell.strip()}
        for row in rows
        if any(cell.strip() for cell in row)
    ]
    assert [row.values for row in read_rows(path, CANDIDATES, lambda _: None)] == expected
