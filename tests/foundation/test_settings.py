"""Settings: safe by default, named when wrong, secrets never shown."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from foundation.settings import Settings


@pytest.fixture(autouse=True)
def _no_env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_the_pages_may_be_served_on_this_machine(
    host: str, make_settings: Callable[..., Settings]
) -> None:
    assert make_settings(host=host).host == host


@pytest.mark.parametrize(
    "host",
    ["0.0.0.0", "::", "192.168.1.4", "10.0.0.1", "example.org", "", "localhost.evil.org"],  # noqa: S104
)
def test_the_pages_may_not_be_served_to_other_machines(
    host: str, make_settings: Callable[..., Settings]
) -> None:
    with pytest.raises(ValidationError, match="could be reached from other machines"):
        make_settings(host=host)


def test_settings_cannot_be_changed(make_settings: Callable[..., Settings]) -> None:
    settings = make_settings()
    with pytest.raises(ValidationError, match="frozen"):
        settings.host = "0.0.0.0"  # type: ignore[misc] # noqa: S104


def test_the_database_url_is_masked_when_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://clerk:s3cret@db/work")
    settings = Settings()
    assert settings.database_url is not None
    assert settings.database_url.get_secret_value() == "postgresql://clerk:s3cret@db/work"
    for shown in (repr(settings), str(settings), repr(settings.model_dump())):
        assert "s3cret" not in shown


@pytest.mark.parametrize(
    ("name", "value", "field"),
    [
        ("NEWFUTURES_PORT", "70000", "port"),
        ("NEWFUTURES_PORT", "eight", "port"),
        ("NEWFUTURES_TODAY", "yesterday", "today"),
        ("NEWFUTURES_LOG_LEVEL", "LOUD", "log_level"),
        ("NEWFUTURES_POOL_SIZE", "0", "pool_size"),
        ("NEWFUTURES_PUBLIC_URL", "matching.example", "public_url"),
        ("NEWFUTURES_PUBLIC_URL", "http://matching.example", "public_url"),
    ],
)
def test_a_value_that_is_wrong_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, field: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError) as caught:
        Settings()
    assert [fault["loc"] for fault in caught.value.errors()] == [(field,)]


def test_the_environment_is_read_by_its_prefix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWFUTURES_TODAY", "2027-01-02")
    monkeypatch.setenv("NEWFUTURES_DATA_DIR", "/somewhere")
    monkeypatch.setenv("HOST", "example.org")
    settings = Settings()
    assert settings.today == date(2027, 1, 2)
    assert settings.index_dir == Path("/somewhere/index")
    assert settings.postgres_dir == Path("/somewhere/postgres")
    assert settings.host == "127.0.0.1"


def test_an_empty_variable_is_the_same_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "NEWFUTURES_TODAY", "NEWFUTURES_PORT"):
        monkeypatch.setenv(name, "")
    settings = Settings()
    assert (settings.database_url, settings.today, settings.port) == (None, None, 8000)


def test_an_env_file_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("NEWFUTURES_ACTOR=the file\n")
    assert Settings().actor == "the file"


@pytest.mark.parametrize(
    "given",
    [
        ["NEWFUTURES_APP_DATABASE_URL", "NEWFUTURES_MONITORING_DATABASE_URL"],
        ["DATABASE_URL", "NEWFUTURES_APP_DATABASE_URL"],
        ["DATABASE_URL", "NEWFUTURES_MONITORING_DATABASE_URL"],
    ],
)
def test_accounts_that_may_do_less_come_together_and_beside_the_owners(
    monkeypatch: pytest.MonkeyPatch, given: list[str]
) -> None:
    for name in given:
        monkeypatch.setenv(name, "postgresql://db/work")
    with pytest.raises(ValidationError, match="given together, and beside DATABASE_URL"):
        Settings()
