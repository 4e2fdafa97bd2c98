"""A package that is missing is named, with what to install."""

import sys

import pytest

from foundation.errors import MissingPackageError
from foundation.packages import EXTRAS, require_packages


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Nothing that slim installs leave out, as an import sees it."""
    for module in (*EXTRAS, "ortools"):
        monkeypatch.setitem(sys.modules, module, None)
    return monkeypatch


def test_what_is_installed_is_not_imported() -> None:
    require_packages("a calendar", "antigravity")
    assert "antigravity" not in sys.modules


@pytest.mark.usefixtures("without")
@pytest.mark.parametrize(("module", "extra"), EXTRAS.items())
def test_a_package_of_an_extra_is_named_with_the_extra(module: str, extra: str) -> None:
    with pytest.raises(MissingPackageError, match=rf"^a test needs {module}.*\[{extra}\]'$"):
        require_packages("a test", "json", module)


@pytest.mark.usefixtures("without")
def test_a_package_of_the_full_install_is_named_with_the_page_about_installs() -> None:
    with pytest.raises(MissingPackageError, match=r"^a plan needs ortools.*docs/install\.md"):
        require_packages("a plan", "ortools")
