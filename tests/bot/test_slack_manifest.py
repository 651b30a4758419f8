"""The Slack app asks for what the code uses, and the page for security reviewers says the same."""

import ast
import inspect
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.incoming import COMMAND
from bot.slack.manifest import MANIFEST, by_socket, is_address, served_at
from bot.slack.reading_events import EVENTS
from bot.slack.scopes import (
    COMMAND_SCOPE,
    EVENT_SCOPES,
    METHOD_SCOPES,
    REASONS,
)
from tests.bot.commands import Bearings, is_one_line
from tests.bot.plain_yaml import read_yaml

ROOT = Path(__file__).parents[2]
HERE = "https://coaching.harbour.example:8443"
SERVED = read_yaml(served_at(HERE))
SOCKET = read_yaml(by_socket())
BOTH = pytest.mark.parametrize("manifest", [SERVED, SOCKET], ids=["served", "socket"])


def scopes(manifest: Any, kind: str) -> list[str]:
    asked: list[str] = manifest["oauth_config"]["scopes"][kind]
    return asked


# ---- it asks for what is used ----


@BOTH
def test_the_scopes_are_those_of_what_is_called_heard_and_typed_and_no_others(
    manifest: Any,
) -> None:
    used = {*METHOD_SCOPES.values(), *EVENT_SCOPES.values(), COMMAND_SCOPE} - {""}
    assert scopes(manifest, "bot") == sorted(used)
    assert set(manifest["oauth_config"]["scopes"]) == {"bot"}


@BOTH
def test_the_events_are_those_that_are_read(manifest: Any) -> None:
    events = manifest["settings"]["event_subscriptions"]["bot_events"]
    assert events == sorted(EVENT_SCOPES)
    # Slack names a message's event by where it was said.
    assert {event.removesuffix(".im") for event in events} == set(EVENTS)


def called() -> set[str]:
    """Methods of the Web API that bot/slack calls, by the library's names for them or Slack's."""
    known = {
        name
        for name, _ in inspect.getmembers(AsyncWebClient, inspect.iscoroutinefunction)
        if not name.startswith("_")
    }
    trees = [ast.parse(file.read_text()) for file in (ROOT / "bot" / "slack").glob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)} & known
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    by_name = {
        ast.literal_eval(call.args[0])
        for call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr == "api_call"
    }
    return {name.replace("_", ".") for name in attributes - {"api_call"}} | by_name


def test_every_method_that_is_called_stands_in_the_list_with_its_scope() -> None:
    assert {"chat.update", "oauth.v2.access"} <= {name.lower() for name in called()}
    assert called() <= set(METHOD_SCOPES)


def test_there_is_one_command_and_it_is_the_one_that_is_read() -> None:
    [command] = SERVED["features"]["slash_commands"]
    assert command["command"] == COMMAND
    assert command["should_escape"] is True  # reading turns it back


def test_everything_is_sent_to_the_routes_that_exist() -> None:
    settings = SERVED["settings"]
    assert SERVED["features"]["slash_commands"][0]["url"] == f"{HERE}/slack/events"
    assert settings["event_subscriptions"]["request_url"] == f"{HERE}/slack/events"
    assert settings["interactivity"]["request_url"] == f"{HERE}/slack/events"
    assert SERVED["oauth_config"]["redirect_urls"] == [f"{HERE}/slack/oauth_redirect"]


def test_people_can_write_to_it_and_see_their_home() -> None:
    assert SERVED["features"]["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }


def test_by_socket_no_address_is_left_and_the_rest_is_the_same() -> None:
    assert "https://" not in by_socket().replace("# ", "")
    assert SERVED["settings"]["socket_mode_enabled"] is False
    assert SOCKET["settings"]["socket_mode_enabled"] is True
    for manifest in (SERVED, SOCKET):
        assert manifest["settings"]["interactivity"]["is_enabled"] is True
        # It cannot be taken back, and one process alone would have to turn them.
        assert manifest["settings"]["token_rotation_enabled"] is False
    assert SOCKET["features"]["bot_user"] == SERVED["features"]["bot_user"]


# ---- it is what slack takes ----

# Of each text: the least and the most characters. Slack takes no key that it does not know.
TEXTS = {
    "display_information.name": (1, 35),
    "display_information.description": (1, 140),
    "display_information.long_description": (175, 4_000),
    "display_information.background_color": (4, 7),
    "features.bot_user.display_name": (1, 80),
    "features.slash_commands.command": (2, 32),
    "features.slash_commands.url": (1, 3_000),
    "features.slash_commands.description": (1, 2_000),
    "features.slash_commands.usage_hint": (1, 1_000),
    "oauth_config.redirect_urls": (1, 2_500),
    "oauth_config.scopes.bot": (1, 50),
    "oauth_config.scopes.bot_optional": (1, 50),
    "settings.event_subscriptions.request_url": (1, 3_500),
    "settings.event_subscriptions.bot_events": (1, 50),
    "settings.interactivity.request_url": (1, 3_500),
}
NUMBERS = {"_metadata.major_version", "_metadata.minor_version"}
SWITCHES = {
    "features.app_home.home_tab_enabled",
    "features.app_home.messages_tab_enabled",
    "features.app_home.messages_tab_read_only_enabled",
    "features.bot_user.always_online",
    "features.slash_commands.should_escape",
    "settings.interactivity.is_enabled",
    "settings.org_deploy_enabled",
    "settings.socket_mode_enabled",
    "settings.token_rotation_enabled",
}


def leaves(value: Any, path: str = "") -> list[tuple[str, Any]]:
    match value:
        case dict():
            return [
                leaf
                for name, inner in value.items()
                for leaf in leaves(inner, f"{path}.{name}".strip("."))
            ]
        case list():
            assert 1 <= len(value) <= 50, path
            return [leaf for inner in value for leaf in leaves(inner, path)]
    return [(path, value)]


@BOTH
def test_it_keeps_to_slacks_schema(manifest: Any) -> None:
    for path, value in leaves(manifest):
        if path in NUMBERS:
            assert type(value) is int, path
        elif path in SWITCHES:
            assert type(value) is bool, path
        else:
            least, most = TEXTS[path]
            assert least <= len(value) <= most, path
    assert re.fullmatch("#[0-9a-f]{6}", manifest["display_information"]["background_color"])


# ---- the command ----


@pytest.mark.parametrize("url", [HERE, f"{HERE}/"])
def test_it_is_printed_ready_to_paste(bearings: Bearings, url: str) -> None:
    shown = bearings("slack", "manifest", "--url", url)
    assert (shown.code, shown.error) == (0, "")
    assert read_yaml(shown.out) == SERVED
    assert "bearings.example.org" not in shown.out


def test_for_socket_mode_no_address_is_asked_for(bearings: Bearings) -> None:
    shown = bearings("slack", "manifest", "--socket")
    assert (shown.code, read_yaml(shown.out)) == (0, SOCKET)


NO_ADDRESSES = [
    *("http://harbour.example", "harbour.example", "https://", "https:///x", "ftp://x", " "),
    *(f"{HERE}/bearings", f"{HERE}?x", f"{HERE}#x", "https://a b", "https://a\nb: c"),
    *("https://user:word@harbour.example", "https://-x", "https://härbour.example", "https://x:y"),
]


@pytest.mark.parametrize("url", NO_ADDRESSES)
def test_an_address_that_slack_cannot_send_to_is_refused(bearings: Bearings, url: str) -> None:
    refused = bearings("slack", "manifest", "--url", url)
    assert refused.code == 2
    assert is_one_line(refused)
    assert not is_address(url)
    with pytest.raises(ValueError, match="address"):
        served_at(url)


def test_it_is_either_an_address_or_a_socket(bearings: Bearings) -> None:
    for words in ((), ("--socket", "--url", HERE)):
        refused = bearings("slack", "manifest", *words)
        assert refused.code == 2
        assert is_one_line(refused)


def test_the_manifest_is_installed_with_the_program() -> None:
    assert (files("bot.slack") / "manifest.yaml").read_text() == MANIFEST.read_text()
    assert '"*.yaml"' in (ROOT / "pyproject.toml").read_text()


# ---- the page that a security reviewer reads ----

PAGE = (ROOT / "docs" / "slack.md").read_text()


def rows(heading: str) -> dict[str, list[str]]:
    part = PAGE.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    cells = [line.strip("|").split("|") for line in part.splitlines() if line.startswith("| `")]
    return {name.strip(" `"): [cell.strip() for cell in rest] for name, *rest in cells}


def test_the_page_gives_the_reason_for_each_scope() -> None:
    told = {scope: reason for scope, (reason, _) in rows("Scopes").items()}
    assert told == dict(REASONS)


def test_the_page_says_what_each_scope_is_used_by() -> None:
    used = {scope: set(re.findall("`([^`]+)`", by)) for scope, (_, by) in rows("Scopes").items()}
    for scope in REASONS:
        methods = {method for method, needs in METHOD_SCOPES.items() if needs == scope}
        events = {event for event, needs in EVENT_SCOPES.items() if needs == scope}
        commands = {COMMAND} if scope == COMMAND_SCOPE else set()
        assert used[scope] == methods | events | commands, scope


def test_the_page_lists_every_event_that_comes_in() -> None:
    assert set(rows("What comes in")) - {"block_actions", "view_submission", COMMAND} == set(
        EVENT_SCOPES
    )


def test_the_page_lists_every_call_that_goes_out() -> None:
    calls = rows("What goes out")
    assert set(METHOD_SCOPES) <= {name for row in calls for name in row.split("`, `")}
