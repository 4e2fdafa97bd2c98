"""The templates of the record are whole."""

import re
from pathlib import Path

import pytest
from jinja2 import UndefinedError

import assurance.transparency.text
from assurance.transparency.limits import LIMITS, RISKS
from assurance.transparency.record import TEMPLATE
from assurance.transparency.text import render

FOLDER = Path(assurance.transparency.text.__file__).parent / "templates"


def macros_of(template: str) -> set[str]:
    return set(re.findall(r"{% macro (\w+)\(\)", (FOLDER / template).read_text("utf-8")))


def test_a_value_that_is_not_given_is_an_error_and_not_a_gap() -> None:
    with pytest.raises(UndefinedError, match="service_name"):
        render("fields.md.jinja", "name", {"facts": None})


def test_every_macro_is_said_somewhere() -> None:
    asked = {field.macro for part in TEMPLATE for field in part.asked if field.macro}
    helpers = {"default_order"}
    assert macros_of("fields.md.jinja") == asked | helpers
    assert macros_of("limits.md.jinja") == {each.macro for each in (*LIMITS, *RISKS)}
