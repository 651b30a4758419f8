"""chat.* and conversations.*: posting, changing, finding again."""

from dataclasses import dataclass
from typing import Any, Literal

from tests.shapes import size
from tests.slack.calls import Caller, RefusedError, asked, count, truth
from tests.slack.people import Given, Person
from tests.slack.reading import words_of
from tests.slack.refusing import are_too_long, in_blocks, metadata_error
from tests.slack.showing import message_of, with_ids
from tests.slack.workspace import Conversation, Post, World


@dataclass(frozen=True)
class Happened:
    """For the echo: our own post comes back as an event."""

    what: Literal["posted", "changed", "deleted"]
    conversation: Conversation
    post: Post
    before: Given


class Chatting:
    def __init__(self, world: World) -> None:
        self.world = world
        self.happened: list[Happened] = []

    # chat.*

    def post_message(self, by: Caller, args: Given) -> Given:
        conversation = self._where_to_post(by, asked(args, "channel"))
        if {"username", "icon_url", "icon_emoji"} & set(args):
            raise RefusedError("missing_scope", needed="chat:write.customize")
        post = self._composed(by, conversation.id, args, most=40_000)
        post.thread_ts = self._thread(conversation, asked(args, "thread_ts"))
        self._keep("posted", conversation, post)
        shown = message_of(post, by.workspace, metadata=True)
        return {"ok": True, "channel": conversation.id, "ts": post.ts, "message": shown}

    def update(self, by: Caller, args: Given) -> Given:
        conversation, post = self._ours(by, args, "cant_update_message")
        before = message_of(post, by.workspace, metadata=True)
        new = self._composed(by, conversation.id, args, most=4_000, refuses=True)
        post.text, post.blocks, post.typed = new.text, new.blocks, {}
        post.edited = new.ts
        if "metadata" in args:
            post.metadata = new.metadata
        self._tell("changed", conversation, post, before)
        shown = message_of(post, by.workspace, metadata=True)
        answer = {"ok": True, "channel": conversation.id, "ts": post.ts, "text": post.text}
        return {**answer, "message": shown}

    def delete(self, by: Caller, args: Given) -> Given:
        conversation, post = self._ours(by, args, "cant_delete_message")
        conversation.posts.remove(post)
        self._tell("deleted", conversation, post, message_of(post, by.workspace))
        return {"ok": True, "channel": conversation.id, "ts": post.ts}

    def post_ephemeral(self, by: Caller, args: Given) -> Given:
        conversation = self._conversation(by, asked(args, "channel"))
        if by.workspace.bot.id not in conversation.members:
            raise RefusedError("not_in_channel")
        if asked(args, "user") not in conversation.members:
            raise RefusedError("user_not_in_channel")
        post = self._composed(by, conversation.id, args, most=40_000)
        post.ephemeral_to = asked(args, "user")
        post.thread_ts = self._thread(conversation, asked(args, "thread_ts"))
        conversation.posts.append(post)
        return {"ok": True, "message_ts": post.ts}

    # conversations.*

    def open(self, by: Caller, args: Given) -> Given:
        if given := asked(args, "channel"):
            return {"ok": True, "channel": {"id": self._conversation(by, given).id}}
        users = [user for user in asked(args, "users").split(",") if user]
        if len(users) != 1:
            raise RefusedError("invalid_user_combination" if users else "users_list_not_supplied")
        person = self.world.person(by.workspace.id, users[0])
        if person is None:
            raise RefusedError("user_not_found")
        if person.deleted:
            raise RefusedError("user_disabled")
        if person.is_stranger:
            raise RefusedError("user_not_visible")
        _check_human(person)
        channel: Given = {"id": self.world.direct(person).id}
        if truth(args, "return_im"):
            channel |= {"is_im": True, "user": person.id, "is_open": True}
        return {"ok": True, "channel": channel}

    def history(self, by: Caller, args: Given) -> Given:
        conversation = self._readable(by, args)
        found = [
            post
            for post in conversation.posts
            if post.thread_ts in {"", post.ts} and not post.ephemeral_to
        ]
        return self._page(by, args, list(reversed(found)))

    def replies(self, by: Caller, args: Given) -> Given:
        conversation = self._readable(by, args)
        ts = asked(args, "ts")
        found = [p for p in conversation.posts if ts in {p.ts, p.thread_ts} and not p.ephemeral_to]
        if not any(post.ts == ts for post in found):
            raise RefusedError("thread_not_found")
        return self._page(by, args, found)

    # What both lean on

    def compose(self, team: str, channel: str, args: Given, *, most: int) -> Post:
        """A message of the app's, once Slack has found nothing wrong in it."""
        workspace = self.world.workspaces[team]
        blocks, text = args.get("blocks", []), args.get("text", "")
        if args.get("markdown_text"):
            if blocks or text:
                raise RefusedError("markdown_text_conflict")
            text = args["markdown_text"]
        if not isinstance(text, str) or not (text.strip() or blocks):
            raise RefusedError("no_text")
        if found := in_blocks(blocks, "message"):
            raise RefusedError("invalid_blocks", *found)
        if are_too_long(blocks):
            raise RefusedError("msg_blocks_too_long")
        if error := metadata_error(args.get("metadata", {})):
            raise RefusedError(error)
        named = with_ids(blocks, self.world)
        post = Post(self.world.new_ts(), channel, workspace.bot.id, bot_id=workspace.bot_id)
        post.text = (text or " ".join(words_of(named)))[:most]
        post.blocks, post.metadata = named, args.get("metadata", {})
        return post

    def _composed(
        self, by: Caller, channel: str, args: Given, *, most: int, refuses: bool = False
    ) -> Post:
        if refuses and size(str(args.get("text", ""))) > most:
            raise RefusedError("msg_too_long")
        return self.compose(by.workspace.id, channel, args, most=most)

    def _keep(self, what: Literal["posted"], conversation: Conversation, post: Post) -> None:
        conversation.posts.append(post)
        self._tell(what, conversation, post, {})

    def _tell(
        self,
        what: Literal["posted", "changed", "deleted"],
        conversation: Conversation,
        post: Post,
        before: Given,
    ) -> None:
        self.happened.append(Happened(what, conversation, post, before))

    def _where_to_post(self, by: Caller, channel: str) -> Conversation:
        if channel.startswith(("U", "W")):
            person = self.world.person(by.workspace.id, channel)
            if person is None or person.deleted or person.is_stranger:
                raise RefusedError("channel_not_found")
            _check_human(person)
            conversation = self.world.direct(person)
        else:
            conversation = self._conversation(by, channel)
        if by.workspace.bot.id not in conversation.members:
            raise RefusedError("not_in_channel")
        if conversation.archived:
            raise RefusedError("is_archived")
        if conversation.kind == "im":
            self._check_open(by, conversation)
        return conversation

    def _check_open(self, by: Caller, conversation: Conversation) -> None:
        if not by.workspace.messages_tab:
            raise RefusedError("messages_tab_disabled")
        if any(by.workspace.people[member].deleted for member in conversation.members):
            raise RefusedError("channel_not_found")

    def _conversation(self, by: Caller, channel: str) -> Conversation:
        """A conversation of people with each other is none for the app."""
        found = self.world.conversations.get(channel)
        if found is None or found.team != by.workspace.id:
            raise RefusedError("channel_not_found")
        return found

    def _thread(self, conversation: Conversation, ts: str) -> str:
        if not ts:
            return ""
        parent = next((one for one in conversation.posts if one.ts == ts), None)
        if parent is None or parent.ephemeral_to or parent.thread_ts not in {"", ts}:
            raise RefusedError("cannot_reply_to_message")
        return ts

    def _ours(self, by: Caller, args: Given, error: str) -> tuple[Conversation, Post]:
        conversation = self._conversation(by, asked(args, "channel"))
        found = (p for p in conversation.posts if p.ts == asked(args, "ts") and not p.ephemeral_to)
        post = next(found, None)
        if post is None:
            raise RefusedError("message_not_found")
        if post.bot_id != by.workspace.bot_id:
            raise RefusedError(error)
        return conversation, post

    def _readable(self, by: Caller, args: Given) -> Conversation:
        conversation = self._conversation(by, asked(args, "channel"))
        if conversation.kind == "channel" and "channels:history" not in by.token.scopes:
            provided = ",".join(sorted(by.token.scopes))
            raise RefusedError("missing_scope", needed="channels:history", provided=provided)
        if by.workspace.bot.id not in conversation.members:
            raise RefusedError("not_in_channel")
        return conversation

    def _page(self, by: Caller, args: Given, posts: list[Post]) -> Given:
        oldest, latest = _moment(args, "oldest", 0.0), _moment(args, "latest", float("inf"))
        inclusive = truth(args, "inclusive")
        within = [
            post
            for post in posts
            if oldest < float(post.ts) < latest
            or (inclusive and float(post.ts) in {oldest, latest})
            or post.ts == asked(args, "ts")
        ]
        start = cursor_place(args)
        most = count(args, "limit", otherwise=100, most=999)
        shown = within[start : start + most]
        metadata = truth(args, "include_all_metadata")
        answer: Given = {
            "ok": True,
            "messages": [message_of(post, by.workspace, metadata=metadata) for post in shown],
            "has_more": len(within) > start + most,
            "pin_count": 0,
        }
        return answer | next_cursor(start + most, len(within))


def _check_human(person: Person) -> None:
    """Not in Slack's lists of errors; people report it."""
    if person.is_bot or person.id == "USLACKBOT":
        raise RefusedError("cannot_dm_bot")


def _moment(args: Given, name: str, otherwise: float) -> float:
    try:
        return float(args.get(name, otherwise))
    except (TypeError, ValueError):
        raise RefusedError(f"invalid_ts_{name}") from None


def cursor_place(args: Given) -> int:
    cursor: Any = args.get("cursor") or "next:0"
    name, _, place = str(cursor).partition(":")
    if name != "next" or not place.isdigit():
        raise RefusedError("invalid_cursor")
    return int(place)


def next_cursor(place: int, of: int) -> Given:
    return {"response_metadata": {"next_cursor": f"next:{place}" if place < of else ""}}
