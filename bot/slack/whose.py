"""Whose a payload is: which workspace, which organisation, and what is known of a person."""

import re
from collections.abc import Iterable

from bot.payloads import Payload, UnreadableError, flag, maybe_part, maybe_words, part, parts
from bot.slack.incoming import SlackPerson
from bot.slack.strict import maybe_token, token

SLACKBOT = "USLACKBOT"
LONGEST_NAME = 500

_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}", re.ASCII)


def app_of(body: Payload) -> str:
    """Which app it was sent to; empty where it does not say."""
    return maybe_token(body, "api_app_id")


def workspace_of_event(body: Payload) -> str:
    """Ours: in a shared channel, `team_id` may be where somebody else wrote."""
    ours = next(iter(parts(body, "authorizations")), {})
    teams = [maybe_token(of, "team_id") for of in (ours, body)]
    return _workspace([*teams, maybe_token(body, "context_team_id")], enterprise_of(body))


def workspace_of_interaction(body: Payload) -> str:
    """An app that was installed for a whole organisation is told no team but the person's."""
    view, user = maybe_part(body, "view"), maybe_part(body, "user")
    teams = [
        maybe_token(view, "app_installed_team_id"),
        maybe_token(maybe_part(body, "team"), "id"),
        maybe_token(user, "team_id"),
        maybe_token(view, "team_id"),
    ]
    return _workspace(teams, enterprise_of(body))


def workspace_of_command(body: Payload) -> str:
    return _workspace([maybe_token(body, "team_id")], enterprise_of(body))


def _workspace(teams: Iterable[str], enterprise: str) -> str:
    """Slack may name an organisation (E…) where a team should stand."""
    found = next((team for team in teams if team.startswith("T")), enterprise)
    if not found:
        raise UnreadableError("It names no workspace.")
    return found


def enterprise_of(body: Payload) -> str:
    ours = next(iter(parts(body, "authorizations")), {})
    team = body.get("team")
    found = (
        maybe_token(maybe_part(body, "enterprise"), "id"),
        maybe_token(ours, "enterprise_id"),
        maybe_token(body, "enterprise_id"),
        maybe_token(part(body, "team"), "enterprise_id") if isinstance(team, dict) else "",
    )
    return next(filter(None, found), "")


def is_event_from_outside(body: Payload, event: Payload) -> bool:
    """Of a shared channel or message only: within an organisation, teams differ as they please."""
    if not flag(body, "is_ext_shared_channel"):
        return False
    home = maybe_token(event, "user_team") or maybe_token(event, "team")
    return home not in {"", workspace_of_event(body), enterprise_of(body)}


def is_interaction_from_outside(body: Payload) -> bool:
    home = maybe_token(maybe_part(body, "user"), "team_id")
    return not enterprise_of(body) and home not in {"", workspace_of_interaction(body)}


def read_person(user: Payload, workspace: str = "", enterprise: str = "") -> SlackPerson:
    """Whose team is not this workspace's is external, unless the organisation is the same."""
    profile, organisation = maybe_part(user, "profile"), maybe_part(user, "enterprise_user")
    user_id, home = token(user, "id"), maybe_token(user, "team_id")
    is_elsewhere = bool(workspace and home) and home not in {workspace, enterprise}
    is_a_colleague = bool(enterprise) and (maybe_token(organisation, "enterprise_id") == enterprise)
    names = (
        maybe_words(profile, "real_name", LONGEST_NAME),
        maybe_words(user, "real_name", LONGEST_NAME),
        maybe_words(profile, "display_name", LONGEST_NAME),
        maybe_words(user, "name", LONGEST_NAME),
    )
    locale = maybe_words(user, "locale", LONGEST_NAME)
    return SlackPerson(
        user_id,
        name=next((name.strip() for name in names if name.strip()), ""),
        timezone=maybe_words(user, "tz", LONGEST_NAME),
        locale=locale if _LOCALE.fullmatch(locale) else "",
        is_gone=flag(user, "deleted"),
        is_bot=flag(user, "is_bot") or user_id == SLACKBOT,
        is_guest=flag(user, "is_restricted") or flag(user, "is_ultra_restricted"),
        is_external=flag(user, "is_stranger") or (is_elsewhere and not is_a_colleague),
    )
