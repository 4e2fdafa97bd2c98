"""Every setting, read once. Nothing else looks at the environment."""

import os
from datetime import date
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

import platformdirs
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

EncoderName = Literal["torch", "openvino", "onnx", "bf16", "int8"]
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


def default_data_dir() -> Path:
    """The user's data folder; for root, a system folder, because PostgreSQL drops root's rights."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Path("/var/lib/new-futures-matching")
    return platformdirs.user_data_path("new-futures-matching")


class IdentityProvider(BaseModel):
    """An OpenID Connect provider whose accounts may sign in. `name` stands in our addresses."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,30}$")]
    label: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    issuer: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")]
    client_id: Annotated[str, StringConstraints(min_length=1)]
    client_secret: SecretStr

    @field_validator("issuer")
    @classmethod
    def https_beyond_this_machine(cls, issuer: str) -> str:
        """What says who somebody is must not cross a network in the clear."""
        parts = urlsplit(issuer)
        if parts.scheme == "http" and not _is_own_name(parts.hostname or ""):
            raise ValueError("an issuer is reached over https")
        return issuer


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
    model_adapter: str | None = None  # of the default model; `none` for the plain one
    encoder: EncoderName | None = None  # what computes it; unset, the fastest that loses nothing
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    public_url: str | None = None
    identity_providers: tuple[IdentityProvider, ...] = ()
    today: date | None = None
    actor: str = "command line"
    log_level: LogLevel = "INFO"
    pool_size: int = Field(default=8, ge=1, le=100)
    session_idle_minutes: int = Field(default=30, ge=1, le=720)
    session_hours: int = Field(default=12, ge=1, le=24)
    requests_a_minute: int = Field(default=300, ge=10)

    @field_validator("public_url")
    @classmethod
    def an_origin(cls, given: str | None) -> str | None:
        """The address that browsers use, such as `https://matching.example`, and no path."""
        if given is None:
            return None
        parts = urlsplit(given)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/"):
            raise ValueError("write the scheme and the name only, such as https://matching.example")
        if parts.scheme == "http" and not _is_own_name(parts.hostname or ""):
            raise ValueError("passwords and sessions must not cross a network in the clear; https")
        return f"{parts.scheme}://{parts.netloc.lower()}"

    @model_validator(mode="after")
    def reached_over_https_only(self) -> Self:
        """Another machine may reach the pages only through a proxy that speaks https."""
        if not _is_own_name(self.host) and not self.is_https:
            raise ValueError(
                f"NEWFUTURES_HOST {self.host} could be reached from other machines; give the https "
                "address of the proxy before it as NEWFUTURES_PUBLIC_URL, or listen on 127.0.0.1, "
                "::1 or localhost"
            )
        return self

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
    def is_https(self) -> bool:
        """Whether browsers reach the pages over https."""
        return self.public_url is not None and self.public_url.startswith("https://")

    @property
    def index_dir(self) -> Path:
        """Where generations of the vector index are published."""
        return self.data_dir / "index"

    @property
    def postgres_dir(self) -> Path:
        """Where the embedded PostgreSQL keeps its cluster."""
        return self.data_dir / "postgres"


def _is_own_name(host: str) -> bool:
    """Whether only this machine can reach it."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
