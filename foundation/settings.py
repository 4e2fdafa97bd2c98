"""Every setting, read once. Nothing else looks at the environment."""

import os
from datetime import date
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, Self

import platformdirs
from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


def default_data_dir() -> Path:
    """The user's data folder; for root, a system folder, because PostgreSQL drops root's rights."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Path("/var/lib/new-futures-matching")
    return platformdirs.user_data_path("new-futures-matching")


class Settings(BaseSettings):
    """Read from the environment (prefix `NEWFUTURES_`) and from `.env`."""

    model_config = SettingsConfigDict(
        env_prefix="NEWFUTURES_",
        env_file=".env",
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",
    )

    database_url: SecretStr | None = Field(default=None, validation_alias="DATABASE_URL")
    app_database_url: SecretStr | None = None
    monitoring_database_url: SecretStr | None = None
    data_dir: Path = Field(default_factory=default_data_dir)
    postgres_bin: Path | None = None
    model_path: Path | None = None
    model_id: str | None = None
    model_sha256: str | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    today: date | None = None
    actor: str = "command line"
    log_level: LogLevel = "INFO"
    pool_size: int = Field(default=8, ge=1, le=100)

    @field_validator("host")
    @classmethod
    def only_loopback(cls, host: str) -> str:
        """Until sign-in exists nothing may listen where another machine could reach it."""
        if host != "localhost" and not _is_loopback(host):
            raise ValueError(
                "there is no sign-in yet, so the pages are served on this machine only; "
                "use 127.0.0.1, ::1 or localhost"
            )
        return host

    @model_validator(mode="after")
    def accounts_together(self) -> Self:
        """The accounts that may do less come in a pair, beside the owner's."""
        given = [self.app_database_url is not None, self.monitoring_database_url is not None]
        if any(given) and not (all(given) and self.database_url is not None):
            raise ValueError(
                "NEWFUTURES_APP_DATABASE_URL and NEWFUTURES_MONITORING_DATABASE_URL are given "
                "together, and beside DATABASE_URL"
            )
        return self

    @property
    def index_dir(self) -> Path:
        """Where generations of the vector index are published."""
        return self.data_dir / "index"

    @property
    def postgres_dir(self) -> Path:
        """Where the embedded PostgreSQL keeps its cluster."""
        return self.data_dir / "postgres"


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
