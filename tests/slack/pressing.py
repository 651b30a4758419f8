"""What reaches the app as an interaction. Only what is in sight can be pressed."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tests.slack.calls import RefusedError
from tests.slack.filling import CannotDoError, check_required, fill, state_of
from tests.slack.people import Given, Person
from tests.slack.sending import VERIFICATION, Answer, Sent
from tests.slack.showing import (
    acting_in,
    enterprise_of,
    message_of,
    team_of,
    user_of,
    view_of,
)
from tests.slack.speaking import Speaking
from tests.slack.viewing import Viewing
from tests.slack.workspace import APP_ID, Conversation, Post, View

TROUBLE = "We had some trouble connecting. Try again?"
_ACTIONS = {"errors", "update", "push", "clear"}


@dataclass(frozen=True)
class Found:
    """A button in front of a person, and what it stands in."""

    block: Given
    button: Given
    holder: View | Post


class Pressing(Speaking):
    viewing: Viewing
    respond_url: str

    async def presses(
        self, person: Person, label: str, *, on: Post | View | None = None, place: int = 0
    ) -> Answer:
        """The newest button of that label in sight; `place` tells several on one screen apart."""
        return await self.presses_this(person, self._find(person, label, on, place))

    async def presses_this(self, person: Person, found: Found) -> Answer:
        action = {
            "action_id": found.button["action_id"],
            "block_id": found.block["block_id"],
            "text": found.button["text"],
            **{
                name: found.button[name]
                for name in ("value", "style", "url")
                if name in found.button
            },
            "type": "button",
            "action_ts": self.world.new_ts(),
        }
        return await self.acts(person, found.holder, action)

    async def acts(self, person: Person, holder: Post | View, action: Given) -> Answer:
        """block_actions as Slack sends it. A test may bring an action from an older message."""
        modal = isinstance(holder, View) and holder.given["type"] == "modal"
        payload = {
            "type": "block_actions",
            **self._heading(person),
            "trigger_id": self.world.new_trigger(person, from_modal=modal),
            **(self._in_view(holder) if isinstance(holder, View) else self._in(person, holder)),
            "actions": [action],
        }
        return await self.sends(Sent("interactive", payload))

    async def submits(self, person: Person, values: Mapping[str, Any] | None = None) -> Answer:
        """Fills in the view on top by the labels of its inputs and sends it off."""
        view = self._top(person)
        if "submit" not in view.given:
            raise CannotDoError("this view has nothing to submit")
        fill(view.blocks, values or {}, view.typed)
        check_required(view.blocks, view.typed)
        payload = {
            "type": "view_submission",
            **self._heading(person),
            "trigger_id": self.world.new_trigger(person, from_modal=True),
            "view": view_of(view, self.world),
            "response_urls": [],
        }
        answer = await self.sends(Sent("interactive", payload))
        self._follow(person, view, answer)
        return answer

    def fills_in(self, person: Person, values: Mapping[str, Any]) -> None:
        """Without sending it off, so that a press in the form brings it along."""
        view = self._top(person)
        fill(view.blocks, values, view.typed)

    async def closes_view(self, person: Person, *, everything: bool = False) -> Answer | None:
        """By its cross, or Cancel. Slack tells the app only where it asked to be told."""
        view = self._top(person)
        stack = self.world.stack(person)
        del stack[0 if everything else -1 :]
        if not view.given.get("notify_on_close"):
            return None
        payload = {"type": "view_closed", **self._heading(person), "is_cleared": everything}
        payload["view"] = view_of(view, self.world)
        return await self.sends(Sent("interactive", payload))

    async def types(
        self,
        person: Person,
        command: str = "/bearings",
        words: str = "",
        *,
        where: Conversation | None = None,
    ) -> Answer:
        """A slash command, in the conversation with the app or anywhere else, never in a thread."""
        workspace, conversation = self._workspace(person), where or self.world.direct(person)
        fields = {
            "token": VERIFICATION,
            "team_id": workspace.id,
            "team_domain": workspace.domain,
            "channel_id": conversation.id,
            "channel_name": conversation.name,
            "user_id": person.id,
            "user_name": person.handle,
            "command": command,
            "text": words,
            "api_app_id": APP_ID,
            "is_enterprise_install": "false",
            "response_url": self._response_url(conversation.id, person, None),
            "trigger_id": self.world.new_trigger(person),
        }
        if workspace.enterprise:
            fields |= {"enterprise_id": workspace.enterprise, "enterprise_name": "Trust"}
        answer = await self.sends(Sent("slash_commands", fields, is_form=True))
        await self._shows(conversation, person, answer)
        return answer

    # What is in sight

    def _find(self, person: Person, label: str, on: Post | View | None, place: int) -> Found:
        for holder in self.in_sight(person):
            if on is not None and holder is not on:
                continue
            found = [one for one in _buttons(holder) if one.button["text"]["text"] == label]
            if len(found) > place:
                return found[place]
        seen = [b.button["text"]["text"] for one in self.in_sight(person) for b in _buttons(one)]
        raise CannotDoError(f"there is no button {label!r} in sight; there are {seen}")

    def in_sight(self, person: Person) -> Iterator[Post | View]:
        """A modal stands before everything else; then the tab they look at, then the other one."""
        if stack := self.world.stack(person):
            yield stack[-1]
            return
        home = self.world.home(person)
        if home and person.tab == "home":
            yield home
        yield from reversed(self.posts_for(person))
        if home and person.tab != "home":
            yield home

    def posts_for(self, person: Person) -> list[Post]:
        posts = self.world.direct(person).posts
        return [post for post in posts if post.ephemeral_to in {"", person.id}]

    def _top(self, person: Person) -> View:
        stack = self.world.stack(person)
        if not stack:
            raise CannotDoError(f"{person.name} has no view open")
        return stack[-1]

    # Payloads

    def _heading(self, person: Person) -> Given:
        workspace = self._workspace(person)
        return {
            "team": team_of(workspace),
            "user": user_of(person),
            "api_app_id": APP_ID,
            "token": VERIFICATION,
            "enterprise": enterprise_of(workspace),
            "is_enterprise_install": False,
        }

    def _in_view(self, view: View) -> Given:
        container = {"type": "view", "view_id": view.id}
        return {"container": container, "view": view_of(view, self.world)}

    def _in(self, person: Person, post: Post) -> Given:
        conversation = self.world.conversations[post.channel]
        container: Given = {
            "type": "message",
            "message_ts": post.ts,
            "channel_id": post.channel,
            "is_ephemeral": bool(post.ephemeral_to),
        }
        if post.thread_ts:
            container["thread_ts"] = post.thread_ts
        payload: Given = {
            "container": container,
            "channel": {"id": conversation.id, "name": conversation.name},
            "state": {"values": state_of(post.blocks, post.typed)},
            "response_url": self._response_url(post.channel, person, post),
        }
        if not post.ephemeral_to:
            payload["message"] = message_of(post, self._workspace(person))
        return payload

    def _response_url(self, channel: str, person: Person, post: Post | None) -> str:
        return self.respond_url + self.world.new_answering(channel, person, post)

    # What the app answered

    async def _shows(self, conversation: Conversation, person: Person, answer: Answer) -> None:
        """The answer to a command is a message that only this person sees, or nothing."""
        if not answer.is_taken:
            post = Post(self.world.new_ts(), conversation.id, "USLACKBOT", TROUBLE)
            conversation.posts.append(post)
            post.ephemeral_to = person.id
        elif answer.text:
            said = answer.body if isinstance(answer.body, dict) else {"text": answer.text}
            composed = self.compose(person.team, conversation.id, said)
            composed.ephemeral_to = "" if said.get("response_type") == "in_channel" else person.id
            conversation.posts.append(composed)

    def compose(self, team: str, channel: str, said: Given) -> Post:
        raise NotImplementedError

    def _follow(self, person: Person, view: View, answer: Answer) -> None:
        """Does with the view what the app answered; raises where Slack could not follow."""
        if not answer.is_taken:
            view.errors = {"": TROUBLE}
            return
        stack = self.world.stack(person)
        if not answer.text:
            stack.remove(view)
            return
        said = answer.body
        if not isinstance(said, dict) or said.get("response_action") not in _ACTIONS:
            raise CannotDoError(f"Slack understands no such answer to a view: {answer.text[:200]}")
        self._do(person, view, said, said["response_action"])

    def _do(
        self,
        person: Person,
        view: View,
        said: Given,
        what: Literal["errors", "update", "push", "clear"],
    ) -> None:
        needs = {"errors": {"errors"}, "clear": set[str]()}.get(what, {"view"})
        if set(said) != {"response_action", *needs}:
            raise CannotDoError(f"Slack wants {needs} with {what}, and got {set(said)}")
        try:
            match what:
                case "errors":
                    view.errors = _checked_errors(view, said["errors"])
                case "update":
                    self.viewing.replace(view, self.viewing.checked(said["view"], "modal"))
                case "push":
                    self.viewing.push_onto(person, self.viewing.checked(said["view"], "modal"))
                case "clear":
                    self.world.stack(person).clear()
        except RefusedError as refused:
            raise CannotDoError(json.dumps(refused.answer)) from None


def _buttons(holder: Post | View) -> list[Found]:
    found = [(block, element) for block in holder.blocks for element in acting_in(block)]
    return [Found(block, one, holder) for block, one in found if one["type"] == "button"]


def _checked_errors(view: View, errors: Any) -> dict[str, str]:
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise CannotDoError(f"errors stand beside inputs {sorted(inputs)}, not beside {errors}")
    if not all(isinstance(said, str) and said for said in errors.values()):
        raise CannotDoError("an error is a sentence")
    return errors
