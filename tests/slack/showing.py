"""How Slack shows messages and views to the app: in answers of the Web API and in events."""

import copy
import html
import re
from typing import Any

from tests.slack.filling import state_of
from tests.slack.people import Given, Person, Workspace
from tests.slack.workspace import APP_ID, Post, View, World


def team_of(workspace: Workspace) -> Given:
    return {"id": workspace.id, "domain": workspace.domain}


def enterprise_of(workspace: Workspace) -> Given | None:
    return {"id": workspace.enterprise, "name": "Trust"} if workspace.enterprise else None


def user_of(person: Person) -> Given:
    return {
        "id": person.id,
        "username": person.handle,
        "name": person.handle,
        "team_id": person.home_team or person.team,
    }


def message_of(post: Post, workspace: Workspace, *, metadata: bool = False) -> Given:
    shown: Given = {"type": "message", "user": post.user, "ts": post.ts, "text": post.text}
    shown["team"] = workspace.id
    if post.bot_id:
        shown |= {"bot_id": post.bot_id, "app_id": APP_ID, "bot_profile": _profile(workspace)}
    if post.client_msg_id:
        shown["client_msg_id"] = post.client_msg_id
    if post.blocks:
        shown["blocks"] = copy.deepcopy(post.blocks)
    if post.thread_ts:
        shown["thread_ts"] = post.thread_ts
    if post.edited:
        shown["edited"] = {"user": post.user, "ts": post.edited}
    if post.metadata and metadata:
        shown["metadata"] = copy.deepcopy(post.metadata)
    return shown


def _profile(workspace: Workspace) -> Given:
    return {
        "id": workspace.bot_id,
        "app_id": APP_ID,
        "user_id": workspace.bot.id,
        "name": "Bearings",
        "deleted": False,
        "team_id": workspace.id,
    }


def view_of(view: View, world: World, *, state: bool = True) -> Given:
    """The view object: what was given, what Slack fills in, and what stands in the fields."""
    given = copy.deepcopy(view.given)
    modal = {"submit": None, "close": None, "clear_on_close": False, "notify_on_close": False}
    workspace = world.workspaces[view.team]
    shown: Given = {
        "id": view.id,
        "team_id": view.team,
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "title": None,
        **(modal if given["type"] == "modal" else {}),
        **given,
        "hash": view.hash,
        "root_view_id": view.root or view.id,
        "previous_view_id": view.previous or None,
        "app_id": APP_ID,
        "app_installed_team_id": view.team,
        "bot_id": workspace.bot_id,
    }
    return shown | {"state": {"values": state_of(view.blocks, view.typed) if state else {}}}


def with_ids(blocks: list[Given], world: World) -> list[Given]:
    """Slack names each block and element that the app gave no name."""
    named = copy.deepcopy(blocks)
    for block in named:
        block.setdefault("block_id", world.new_id("b"))
        for element in acting_in(block):
            element.setdefault("action_id", world.new_id("a"))
    return named


def acting_in(block: Given) -> list[Given]:
    """What can be pressed or filled in."""
    match block["type"]:
        case "actions":
            elements: list[Given] = block["elements"]
            return elements
        case "input":
            return [block["element"]]
        case "section" if "accessory" in block and block["accessory"]["type"] != "image":
            return [block["accessory"]]
    return []


def as_typed(words: str) -> str:
    """A person's words as Slack hands them to an app: escaped, with addresses as links."""
    escaped = html.escape(words, quote=False)
    return re.sub(r"https?://[^\s<>]+", lambda found: f"<{found[0]}>", escaped)


def as_rich(words: str, block_id: str) -> list[Any]:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": words}]}
    return [{"type": "rich_text", "block_id": block_id, "elements": [section]}]
