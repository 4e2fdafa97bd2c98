"""Templates explain themselves and import as they stand."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

import pytest

import candidates.intake
import employers.intake
from candidates.model import Candidate
from employers.model import Employer, Vacancy
from foundation.database import Database, Scope
from foundation.errors import IntakeError
from foundation.intake.load import IntakeKind, load
from foundation.intake.template import Column, write_template
from foundation.record import Record
from foundation.vocabulary import Code

ALL = Scope("tests")
Side = tuple[Sequence[Column], type[Record], IntakeKind[Any]]
SIDES: dict[str, Side] = {
    "candidates": (candidates.intake.COLUMNS, Candidate, candidates.intake.CANDIDATES),
    "vacancies": (employers.intake.COLUMNS, Vacancy, employers.intake.VACANCIES),
}
# What only JSON Lines carries: the dates and the type of each job held.
JSON_LINES_ONLY = {"work_experience.type", "work_experience.start_year", "work_experience.end_year"}


@pytest.fixture(params=sorted(SIDES))
def side(request: pytest.FixtureRequest) -> Side:
    return SIDES[request.param]


def codes_in(annotation: Any) -> set[str]:  # noqa: ANN401 -- any type annotation
    """Every code that an annotation allows."""
    if isinstance(annotation, type) and issubclass(annotation, Code):
        return {str(code) for code in annotation}
    if isinstance(annotation, type) and issubclass(annotation, Record):
        parts = [field.annotation for field in annotation.model_fields.values()]
    else:
        parts = list(get_args(annotation))
    return {code for part in parts for code in codes_in(part)}


def test_a_template_imports_as_it_stands(side: Side, tmp_path: Path, database: Database) -> None:
    columns, record, kind = side
    path = tmp_path / "template.csv"
    write_template(path, columns, record)
    rejections: list[object] = []
    outcome = load(path, kind, database, ALL, strict=True, on_rejection=rejections.append)
    assert rejections == []
    assert outcome.saved.inserted == 1


def test_a_template_opens_in_excel(side: Side, tmp_path: Path) -> None:
    columns, record, _ = side
    path = tmp_path / "template.csv"
    write_template(path, columns, record)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, example = csv.reader(file)
    assert header == [column.name for column in columns]
    assert len(example) == len(header)


def test_every_column_is_explained_with_its_codes(side: Side, tmp_path: Path) -> None:
    columns, record, _ = side
    companion = write_template(tmp_path / "t.csv", columns, record).read_text(encoding="utf-8")
    sections = {part.split("\n")[0]: part for part in companion.split("\n\n") if part.strip()}
    assert len(sections) == len(columns)
    for column in columns:
        section = sections[column.name + (" (required)" if column.required else "")]
        assert len(column.comment) >= 10
        assert column.comment.rstrip().endswith(".")
        assert column.comment in section
        holder, _, part = column.name.partition("_")
        field = record.model_fields.get(column.name) or Employer.model_fields[part]
        assert holder == "employer" or column.name in record.model_fields
        for code in codes_in(field.annotation):
            assert code in section, (column.name, code)


def test_every_code_is_in_the_companion(side: Side, tmp_path: Path) -> None:
    columns, record, _ = side
    companion = write_template(tmp_path / "t.csv", columns, record).read_text(encoding="utf-8")
    assert codes_in(record)
    assert {code for code in codes_in(record) if code not in companion} == set()


def test_every_field_is_a_column_or_known_to_be_for_json_lines_only() -> None:
    columns = {column.name for column in candidates.intake.COLUMNS}
    assert columns == set(Candidate.model_fields)
    columns = {column.name for column in employers.intake.COLUMNS}
    of_the_employer = {f"employer_{name}" for name in Employer.model_fields}
    assert columns == (set(Vacancy.model_fields) - {"employer"}) | of_the_employer


def test_only_the_known_parts_cannot_be_given_in_a_cell() -> None:
    cells = {
        "work_experience": "Cook: fed 200 people | Porter",
        "work_interests": "RETAIL: till worker",
        "qualifications": "Maths: LEVEL_1: Pass",
        "prison_training": "CATERING 2025",
        "readiness_actions": "ID: COMPLETED",
    }
    values = candidates.intake.from_cells(cells)
    lacking = set()
    for column, given in values.items():
        inner = get_args(Candidate.model_fields[column].annotation)
        (kind,) = (part for part in inner if isinstance(part, type) and issubclass(part, Record))
        lacking |= {f"{column}.{name}" for name in kind.model_fields if name not in given[0]}
    assert lacking == JSON_LINES_ONLY


def test_the_columns_that_the_model_requires_are_marked(side: Side) -> None:
    columns, record, kind = side
    needed = {name for name, field in record.model_fields.items() if field.is_required()}
    needed = {"employer_name" if name == "employer" else name for name in needed}
    assert {column.name for column in columns if column.required} == needed
    assert set(kind.required) == needed


def test_nothing_is_overwritten_unless_asked(side: Side, tmp_path: Path) -> None:
    columns, record, _ = side
    path = tmp_path / "t.csv"
    companion = write_template(path, columns, record)
    with pytest.raises(IntakeError, match=r"t\.csv exists already"):
        write_template(path, columns, record)
    path.unlink()
    with pytest.raises(IntakeError, match=r"t-columns\.txt exists already"):
        write_template(path, columns, record)
    assert not path.exists()
    assert write_template(path, columns, record, overwrite=True) == companion


def test_a_folder_that_is_not_there_is_named(side: Side, tmp_path: Path) -> None:
    columns, record, _ = side
    with pytest.raises(IntakeError, match=r"cannot write .*absent"):
        write_template(tmp_path / "absent" / "t.csv", columns, record)
