"""What reaches the app as an event: words, changes to them, the Home, people, the end."""

import uuid
from typing import Any

from tests.slack.chatting import Happened
from tests.slack.filling import CannotDoError
from tests.slack.people import Given, Person, Workspace
from tests.slack.sending import VERIFICATION, Answer, Sending, Sent
from tests.slack.showing import as_rich, as_typed, message_of, view_of
from tests.slack.workspace import APP_ID, Conversation, Post


class Speaking(Sending):
    # Words

    async def says(
        self, person: Person, words: str, *, thread: Post | str = "", **more: Any
    ) -> Answer:
        """In the conversation with the app, or in the thread under a message there.

        `more` is what else stands in the event: `subtype="file_share"`, `files=[…]`.
        """
        conversation = self.world.direct(person)
        person.tab = "messages"
        post = Post(self.world.new_ts(), conversation.id, person.id, as_typed(words))
        post.blocks = as_rich(words, self.world.new_id("b"))
        post.client_msg_id = str(uuid.UUID(int=next(self.world.numbers), version=4))
        event: Given = {}
        if thread:
            parent = self._post(conversation, thread)
            post.thread_ts = parent.thread_ts or parent.ts
            first = self._post(conversation, post.thread_ts)
            event["parent_user_id"] = first.user
        conversation.posts.append(post)
        event |= {**self._message(post, person.team), **_placed(conversation), "event_ts": post.ts}
        if person.is_external:
            event |= dict.fromkeys(("team", "user_team", "source_team"), person.home_team)
        event |= more
        workspace = self._workspace(person)
        return await self.sends_event(workspace, event, shared=person.is_external)

    async def edits(self, person: Person, words: str, *, post: Post | None = None) -> Answer:
        """Their newest message, or the one given."""
        post = self._own(person, post)
        before = self._message(post, person.team)
        post.text, post.edited = as_typed(words), self.world.new_ts()
        post.blocks = as_rich(words, self.world.new_id("b"))
        return await self._changed(person, self._message(post, person.team), before)

    async def deletes(self, person: Person, *, post: Post | None = None) -> Answer:
        """Under what was answered in a thread Slack leaves a tombstone."""
        post = self._own(person, post)
        conversation = self.world.direct(person)
        before = self._message(post, person.team)
        if any(one.thread_ts == post.ts for one in conversation.posts if one is not post):
            post.text, post.blocks = "This message was deleted.", []
            post.user = "USLACKBOT"
            stone = {**self._message(post, person.team), "subtype": "tombstone", "hidden": True}
            return await self._changed(person, stone, before)
        conversation.posts.remove(post)
        event = {
            "type": "message",
            "subtype": "message_deleted",
            "previous_message": before,
            "hidden": True,
            "deleted_ts": post.ts,
            "ts": self.world.new_ts(),
            **_placed(conversation),
        }
        return await self.sends_event(self._workspace(person), event)

    async def opens_home(self, person: Person, *, tab: str = "home") -> Answer:
        person.tab = tab
        event: Given = {"type": "app_home_opened", "user": person.id, "tab": tab}
        event["channel"] = self.world.direct(person).id
        home = self.world.home(person)
        if home is not None and tab == "home":
            event["view"] = view_of(home, self.world)
        if person.is_external:
            event |= dict.fromkeys(("team", "user_team"), person.home_team)
        return await self.sends_event(self._workspace(person), event, shared=person.is_external)

    # People and workspaces

    async def changes(self, person: Person, **new: Any) -> Answer:
        """A field of theirs changes (`timezone=`, `deleted=True` …): user_change."""
        for name, value in new.items():
            assert hasattr(person, name), name
            setattr(person, name, value)
        workspace = self._workspace(person)
        at = self.world.now()
        scopes = self.world.tokens[workspace.token].scopes
        user = person.shown(scopes, locale=True, at=at)
        event = {"type": "user_change", "user": user, "cache_ts": int(at.timestamp())}
        return await self.sends_event(workspace, event)

    async def uninstalls(self, workspace: Workspace) -> Answer:
        self._end(workspace, "account_inactive")
        return await self.sends_event(workspace, {"type": "app_uninstalled"})

    async def revokes_tokens(self, workspace: Workspace, *, bot: bool = True) -> Answer:
        """`bot=False`: the tokens of people alone, of which the companion has none."""
        if bot:
            self._end(workspace, "token_revoked")
        tokens = {"oauth": [], "bot": [workspace.bot.id]} if bot else {"oauth": ["U0ADMIN"]}
        return await self.sends_event(workspace, {"type": "tokens_revoked", "tokens": tokens})

    async def changes_teams(self, workspace: Workspace, *teams: Workspace, granted: bool) -> Answer:
        """Of an organisation that let the app in, heard in one of its workspaces."""
        name = "team_access_granted" if granted else "team_access_revoked"
        event = {"type": name, "team_ids": [one.id for one in teams]}
        return await self.sends_event(workspace, event)

    async def limits_events(self, workspace: Workspace) -> Answer:
        """Too many events within an hour: Slack says so, and drops the rest."""
        minute = int(self.world.now().timestamp()) // 60 * 60
        payload = {"token": VERIFICATION, "type": "app_rate_limited", "team_id": workspace.id}
        payload |= {"minute_rate_limited": minute, "api_app_id": APP_ID}
        return await self.sends(Sent("events_api", payload))

    async def verifies_url(self, challenge: str = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmd") -> Answer:
        payload = {"token": VERIFICATION, "challenge": challenge, "type": "url_verification"}
        return await self._deliver(Sent("events_api", payload), {})

    async def checks_ssl(self) -> Answer:
        payload = {"token": VERIFICATION, "ssl_check": "1"}
        return await self._deliver(Sent("slash_commands", payload, is_form=True), {})

    # Echoes of what the app posted itself

    def echo(self, happened: Happened) -> None:
        conversation = happened.conversation
        workspace = self.world.workspaces[conversation.team]
        now = message_of(happened.post, workspace, metadata=True)
        where = _placed(conversation)
        hidden = {"type": "message", "hidden": True, "ts": self.world.new_ts(), **where}
        match happened.what:
            case "posted":
                event = {**now, **where, "event_ts": happened.post.ts}
            case "changed":
                event = {**hidden, "subtype": "message_changed", "message": now}
                event["previous_message"] = happened.before
            case "deleted":
                event = {**hidden, "subtype": "message_deleted", "deleted_ts": happened.post.ts}
                event["previous_message"] = happened.before
        self.sends_later(self.sends_event(workspace, event))

    # Within

    async def _changed(self, person: Person, now: Given, before: Given) -> Answer:
        event = {
            "type": "message",
            "subtype": "message_changed",
            "message": now,
            "previous_message": before,
            "hidden": True,
            "ts": self.world.new_ts(),
            **_placed(self.world.direct(person)),
        }
        return await self.sends_event(self._workspace(person), event)

    def _workspace(self, person: Person) -> Workspace:
        return self.world.workspaces[person.team]

    def _message(self, post: Post, team: str) -> Given:
        return message_of(post, self.world.workspaces[team])

    def _post(self, conversation: Conversation, post: Post | str) -> Post:
        ts = post if isinstance(post, str) else post.ts
        found = next((one for one in conversation.posts if one.ts == ts), None)
        if found is None or found.ephemeral_to:
            raise CannotDoError("there is no such message to answer")
        return found

    def _own(self, person: Person, post: Post | None) -> Post:
        own = [one for one in self.world.direct(person).posts if one.user == person.id]
        if not own or (post is not None and post not in own):
            raise CannotDoError("a person changes only what they wrote themselves")
        return post or own[-1]

    def _end(self, workspace: Workspace, error: str) -> None:
        self.world.tokens[workspace.token].refused = error


def _placed(conversation: Conversation) -> Given:
    kind = "im" if conversation.kind == "im" else "channel"
    return {"channel": conversation.id, "channel_type": kind}
