"""Who is in a workspace, and how Slack shows them to an app."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

Given = dict[str, Any]


@dataclass(eq=False)
class Person:
    id: str
    team: str
    name: str
    email: str = ""
    timezone: str = "Europe/London"
    locale: str = "en-GB"
    deleted: bool = False  # deactivated
    is_bot: bool = False
    is_restricted: bool = False  # a guest
    is_ultra_restricted: bool = False
    is_stranger: bool = False  # of another workspace, in no channel with us
    is_invited_user: bool = False
    is_admin: bool = False
    home_team: str = ""  # where somebody from outside (Slack Connect) belongs
    tab: str = "messages"  # of the app, as the person looks at it

    @property
    def is_external(self) -> bool:
        return self.is_stranger or self.home_team not in {"", self.team}

    @property
    def handle(self) -> str:
        return self.name.lower().replace(" ", ".")

    def shown(self, scopes: set[str], *, locale: bool, at: datetime) -> Given:
        """The user object. Of somebody who was deactivated Slack tells little."""
        profile: Given = {"real_name": self.name, "display_name": self.handle, "team": self.team}
        if "users:read.email" in scopes and self.email:
            profile["email"] = self.email
        user: Given = {
            "id": self.id,
            "team_id": self.home_team or self.team,
            "name": self.handle,
            "deleted": self.deleted,
            "profile": profile,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "updated": 1_700_000_000,
        }
        if self.deleted:
            return user
        user |= {
            "real_name": self.name,
            "color": "9f69e7",
            "who_can_share_contact_card": "EVERYONE",
        }
        user |= self._zone(at)
        user |= {
            name: getattr(self, name)
            for name in ("is_admin", "is_restricted", "is_ultra_restricted")
        }
        user |= {"is_owner": False, "is_primary_owner": False, "is_email_confirmed": True}
        user |= {name: True for name in ("is_stranger", "is_invited_user") if getattr(self, name)}
        return user | ({"locale": self.locale} if locale and not self.is_external else {})

    def _zone(self, at: datetime) -> Given:
        if not self.timezone:
            return {"tz": None, "tz_label": "", "tz_offset": 0}
        moved = at.astimezone(ZoneInfo(self.timezone)).utcoffset()
        offset = int(moved.total_seconds()) if moved else 0
        return {"tz": self.timezone, "tz_label": self.timezone, "tz_offset": offset}


@dataclass
class Token:
    value: str
    team: str
    scopes: set[str]
    kind: str = "bot"  # or "app", which opens Socket Mode
    refused: str = ""  # account_inactive, token_revoked, token_expired …


@dataclass(eq=False)
class Workspace:
    id: str
    name: str
    domain: str
    bot: Person
    bot_id: str
    token: str
    enterprise: str = ""
    of_all: bool = False  # installed for the whole organisation
    people: dict[str, Person] = field(default_factory=dict)
    installed_at: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    messages_tab: bool = True
    home_tab: bool = True
