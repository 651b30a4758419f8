"""The settings for Teams."""

import re
from typing import Annotated

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings

from bot.hosts import hosts_of, origin_of

OPENID_URL = "https://login.botframework.com/v1/.well-known/openidconfiguration"
# Where Teams takes messages in the public cloud, and in the part of it for public bodies.
SERVICE_HOSTS = "smba.trafficmanager.net,smba.infra.gcc.teams.microsoft.com"

# Azure numbers applications so; the package that is uploaded holds nothing else.
_APPLICATION = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,127}")


class TeamsSettings(BaseSettings):
    teams_app_id: Annotated[str, Field(validation_alias="TEAMS_APP_ID")] = ""
    teams_app_password: Annotated[SecretStr, Field(validation_alias="TEAMS_APP_PASSWORD")] = (
        SecretStr("")
    )
    teams_certificate_file: Annotated[str, Field(validation_alias="TEAMS_CERTIFICATE_FILE")] = ""
    teams_managed_identity: Annotated[str, Field(validation_alias="TEAMS_MANAGED_IDENTITY")] = ""
    teams_tenant_ids: Annotated[str, Field(validation_alias="TEAMS_TENANT_IDS")] = ""
    teams_openid_url: Annotated[str, Field(validation_alias="TEAMS_OPENID_URL")] = OPENID_URL
    teams_token_url: Annotated[str, Field(validation_alias="TEAMS_TOKEN_URL")] = ""
    teams_service_hosts: Annotated[str, Field(validation_alias="TEAMS_SERVICE_HOSTS")] = (
        SERVICE_HOSTS
    )

    @field_validator("teams_app_id")
    @classmethod
    def _is_an_application(cls, value: str) -> str:
        if value and _APPLICATION.fullmatch(value) is None:
            raise ValueError("must be an application’s id, such as 1b2c3d4e-0000-4000-8000-…")
        return value

    @field_validator("teams_managed_identity")
    @classmethod
    def _is_an_id(cls, value: str) -> str:
        if value and _ID.fullmatch(value) is None:
            raise ValueError("must be an id, such as 1b2c3d4e-…")
        return value

    @field_validator("teams_tenant_ids")
    @classmethod
    def _are_ids(cls, value: str) -> str:
        if any(_ID.fullmatch(one) is None for one in _listed(value)):
            raise ValueError("must be tenants' ids, with commas between them")
        return value

    @field_validator("teams_openid_url", "teams_token_url")
    @classmethod
    def _is_safe(cls, value: str) -> str:
        origin = origin_of(value)
        if value and (origin is None or not origin.is_safe):
            raise ValueError("must be a plain https address (http only to this machine)")
        return value

    @field_validator("teams_service_hosts")
    @classmethod
    def _are_hosts(cls, value: str) -> str:
        hosts_of(_listed(value))
        return value

    @field_validator("teams_openid_url", mode="before")
    @classmethod
    def _usual_keys(cls, value: object) -> object:
        return value or OPENID_URL

    @field_validator("teams_service_hosts", mode="before")
    @classmethod
    def _usual_hosts(cls, value: object) -> object:
        return value or SERVICE_HOSTS

    @model_validator(mode="after")
    def _teams_is_whole(self) -> "TeamsSettings":
        """Half of it would start, and hear nobody or answer nobody."""
        proofs = [name for name, is_there in self._proofs().items() if is_there]
        named = {
            "TEAMS_APP_ID": bool(self.teams_app_id),
            "TEAMS_APP_PASSWORD": bool(proofs),
            "TEAMS_TENANT_IDS": bool(self.teams_tenants),
        }
        missing = [name for name, is_there in named.items() if not is_there]
        if missing and len(missing) < len(named):
            other = " (or TEAMS_CERTIFICATE_FILE, or TEAMS_MANAGED_IDENTITY)"
            more = other if missing[0] == "TEAMS_APP_PASSWORD" else ""
            raise ValueError(f"{missing[0]} is missing for Teams{more}")
        if len(proofs) > 1:
            raise ValueError(f"{' and '.join(proofs)} are set: give one of them")
        return self

    def _proofs(self) -> dict[str, bool]:
        """How the app shows that it is itself: with one of these."""
        return {
            "TEAMS_APP_PASSWORD": bool(self.teams_app_password.get_secret_value()),
            "TEAMS_CERTIFICATE_FILE": bool(self.teams_certificate_file),
            "TEAMS_MANAGED_IDENTITY": bool(self.teams_managed_identity),
        }

    @property
    def speaks_teams(self) -> bool:
        return bool(self.teams_app_id)

    @property
    def teams_tenants(self) -> tuple[str, ...]:
        return tuple(_listed(self.teams_tenant_ids))

    @property
    def teams_hosts(self) -> tuple[str, ...]:
        return tuple(_listed(self.teams_service_hosts))


def _listed(value: str) -> list[str]:
    return [one.strip() for one in value.split(",") if one.strip()]
