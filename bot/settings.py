"""Settings, read once from the environment and `.env`."""

import os
import re
from pathlib import Path
from typing import Annotated

from dotenv import dotenv_values
from dotenv.parser import Binding, parse_stream
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.secretfiles import SecretFileError, from_files
from bot.teamssettings import TeamsSettings
from storage.suppressing import FLOOR, MOST, THRESHOLD

ENV_FILE = ".env"
HIGHEST_PORT = 65535
SHORTEST_TOKEN = 16
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


class SettingsError(Exception):
    """The configuration cannot be used; str() names each setting and what is wrong with it."""


class Settings(TeamsSettings):
    model_config = SettingsConfigDict(
        env_file=ENV_FILE, extra="ignore", hide_input_in_errors=True, frozen=True
    )

    database_url: Annotated[str, Field(validation_alias="BEARINGS_DATABASE_URL")] = (
        "sqlite:///var/bearings.db"
    )
    key_file: Annotated[Path, Field(validation_alias="BEARINGS_KEY_FILE")] = Path(
        "keys/bearings.keys"
    )
    keystore_url: Annotated[str, Field(validation_alias="BEARINGS_KEYSTORE_URL")] = (
        "sqlite:///var/keystore/keys.db"
    )
    totals_threshold: Annotated[
        int, Field(validation_alias="BEARINGS_TOTALS_THRESHOLD", ge=FLOOR, le=MOST)
    ] = THRESHOLD
    base_url: Annotated[str, Field(validation_alias="BEARINGS_BASE_URL")] = ""
    slack_signing_secret: Annotated[SecretStr, Field(validation_alias="SLACK_SIGNING_SECRET")] = (
        SecretStr("")
    )
    slack_bot_token: Annotated[SecretStr, Field(validation_alias="SLACK_BOT_TOKEN")] = SecretStr("")
    slack_client_id: Annotated[str, Field(validation_alias="SLACK_CLIENT_ID")] = ""
    slack_client_secret: Annotated[SecretStr, Field(validation_alias="SLACK_CLIENT_SECRET")] = (
        SecretStr("")
    )
    slack_app_token: Annotated[SecretStr, Field(validation_alias="SLACK_APP_TOKEN")] = SecretStr("")
    slack_app_id: Annotated[str, Field(validation_alias="SLACK_APP_ID")] = ""
    slack_api_url: Annotated[str, Field(validation_alias="SLACK_API_URL")] = (
        "https://slack.com/api/"
    )
    metrics_token: Annotated[SecretStr, Field(validation_alias="BEARINGS_METRICS_TOKEN")] = (
        SecretStr("")
    )
    metrics_port: Annotated[int, Field(validation_alias="BEARINGS_METRICS_PORT")] = 0
    log_level: Annotated[str, Field(validation_alias="BEARINGS_LOG_LEVEL")] = "INFO"
    host: Annotated[str, Field(validation_alias="HOST")] = "127.0.0.1"
    port: Annotated[int, Field(validation_alias="PORT")] = 8000

    @field_validator("database_url", "keystore_url")
    @classmethod
    def _is_a_known_database(cls, value: str) -> str:
        try:
            name = make_url(value).get_backend_name()
        except (ArgumentError, ValueError):
            # What it says may quote the address, and with it a password.
            raise ValueError("cannot be read as the address of a database") from None
        if name not in {"sqlite", "postgresql"}:
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return value

    @field_validator("port", "metrics_port", mode="before")
    @classmethod
    def _is_a_port(cls, value: object) -> object:
        if re.fullmatch("[0-9]{1,5}", str(value)) is None or int(str(value)) > HIGHEST_PORT:
            raise ValueError(f"must be a whole number from 0 to {HIGHEST_PORT}")
        return value

    @field_validator("log_level")
    @classmethod
    def _is_a_level(cls, value: str) -> str:
        if value.upper() not in LOG_LEVELS:
            raise ValueError(f"must be one of {', '.join(LOG_LEVELS)}")
        return value.upper()

    @field_validator("metrics_token")
    @classmethod
    def _cannot_be_guessed(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < SHORTEST_TOKEN:
            raise ValueError(f"must have {SHORTEST_TOKEN} characters or more")
        return value

    @model_validator(mode="after")
    def _metrics_are_not_for_everybody(self) -> "Settings":
        if self.metrics_port and not self._has(self.metrics_token):
            raise ValueError("BEARINGS_METRICS_TOKEN is missing for BEARINGS_METRICS_PORT")
        return self

    @model_validator(mode="after")
    def _slack_is_whole(self) -> "Settings":
        """Half of it would start and hear nobody."""
        if missing := self._missing_for_slack():
            raise ValueError(f"{missing} is missing for Slack")
        if self.slack_client_id and self._has(self.slack_bot_token):
            raise ValueError(
                "SLACK_BOT_TOKEN is for one workspace, SLACK_CLIENT_ID for many: give one of them"
            )
        return self

    def _missing_for_slack(self) -> str:
        """The first setting that those which are there cannot do without."""
        many = bool(self.slack_client_id) or self._has(self.slack_client_secret)
        if not (many or self.speaks_slack or self._has(self.slack_bot_token)):
            return ""
        needed = {
            "SLACK_SIGNING_SECRET": self.speaks_slack and (not many or self._signs),
            "SLACK_BOT_TOKEN": many or self._has(self.slack_bot_token),
            "SLACK_CLIENT_ID": not many or bool(self.slack_client_id),
            "SLACK_CLIENT_SECRET": not many or self._has(self.slack_client_secret),
            "BEARINGS_BASE_URL": not many or bool(self.base_url),
        }
        return next((name for name, is_there in needed.items() if not is_there), "")

    @staticmethod
    def _has(secret: SecretStr) -> bool:
        return bool(secret.get_secret_value())

    @property
    def _signs(self) -> bool:
        return self._has(self.slack_signing_secret)

    @property
    def speaks_slack(self) -> bool:
        """Slack can be heard: over HTTP, or through a socket."""
        return self._signs or self._has(self.slack_app_token)

    @property
    def database_file(self) -> Path | None:
        """Where SQLite keeps its data, if it is SQLite."""
        return _file_of(self.database_url)

    @property
    def keystore_file(self) -> Path | None:
        return _file_of(self.keystore_url)


def _file_of(database_url: str) -> Path | None:
    url = make_url(database_url)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def read_settings() -> Settings:
    """Raises SettingsError, which names each thing that is wrong."""
    _check_file(Path(ENV_FILE))
    try:
        return Settings(**from_files({**dotenv_values(ENV_FILE), **os.environ}))
    except SecretFileError as error:
        raise SettingsError(str(error)) from None
    except ValidationError as error:
        raise SettingsError(
            "; ".join(
                " ".join(
                    # What is wrong between several settings names them itself.
                    (*map(str, problem["loc"][:1]), problem["msg"].removeprefix("Value error, "))
                )
                for problem in error.errors(include_input=False, include_url=False)
            )
        ) from None


def _check_file(file: Path) -> None:
    """A line that says nothing would be passed over, and its setting missed much later."""
    if not file.exists():
        return
    try:
        with file.open(encoding="utf-8") as lines:
            wrong = [one.original.line for one in parse_stream(lines) if _says_nothing(one)]
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} cannot be read as text ({type(error).__name__}).") from None
    if wrong:
        raise SettingsError(f"{file} has a mistake in line {wrong[0]}. Write NAME=value.")


def _says_nothing(binding: Binding) -> bool:
    return binding.error or (binding.key is not None and binding.value is None)
