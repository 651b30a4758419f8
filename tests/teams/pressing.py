"""What reaches the app by a button. Only what is in sight can be pressed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.teams.filling import CannotDoError, check_required, fill, sent_along
from tests.teams.following import TROUBLE, Following
from tests.teams.people import Given, Person
from tests.teams.reading import buttons_of
from tests.teams.sending import Answer
from tests.teams.speaking import Speaking
from tests.teams.world import Conversation, Dialog, Post

_FETCH = {"type": "task/fetch"}
_THEME = {"theme": "default"}


@dataclass(frozen=True)
class Found:
    """A button in front of a person, and what it stands in."""

    action: Given
    holder: Post | Dialog


class Pressing(Speaking, Following):
    async def presses(
        self, person: Person, label: str, *, on: Post | None = None, place: int = 0
    ) -> Answer:
        """The newest button of that label in sight; `place` tells several on one screen apart.

        Whatever it does: Execute, Submit, or opening a dialog.
        """
        return await self._press(person, self._find(person, label, on, place))

    async def opens(self, person: Person, label: str, *, place: int = 0) -> Answer:
        """A button that opens a dialog, which must be open then."""
        answer = await self._press(person, self._find(person, label, None, place))
        if person.id not in self.world.dialogs:
            raise CannotDoError(f"{label!r} opened no dialog: {answer.status} {answer.text[:300]}")
        return answer

    async def fills(
        self, person: Person, values: Mapping[str, Any] | None = None, *, save: str = ""
    ) -> Answer:
        """Fills in by the labels of the inputs, and presses the button that takes them along.

        Without `save`, the last button of the dialog or card that does.
        """
        holder = self.fills_in(person, values or {})
        taking = [one for one in self.buttons(person, holder) if _takes(one)]
        named = [one for one in taking if not save or one["title"] == save]
        if not named:
            there = [one["title"] for one in taking]
            raise CannotDoError(f"no button {save!r} takes along what is filled in; {there} do")
        return await self._press(person, Found(named[-1], holder))

    def fills_in(self, person: Person, values: Mapping[str, Any]) -> Post | Dialog:
        """Without sending it off: in the dialog, or in the newest card that has the inputs."""
        error = None
        for holder in self.in_sight(person):
            try:
                fill(self._cards(person, holder), values, holder.typed)
            except CannotDoError as cannot:
                error = error or cannot
            else:
                return holder
        raise error or CannotDoError("there is nothing to fill in")

    def closes_dialog(self, person: Person) -> None:
        """By its cross. Teams tells nobody, and what was typed is gone."""
        if self.world.dialogs.pop(person.id, None) is None:
            raise CannotDoError(f"{person.name} has no dialog open")

    # What is in sight

    def in_sight(self, person: Person) -> Iterator[Post | Dialog]:
        """A dialog stands before everything else; then the chat, newest first."""
        if person.id in self.world.dialogs:
            yield self.world.dialogs[person.id]
            return
        yield from reversed(self.world.direct(person).posts)

    def _cards(self, person: Person, holder: Post | Dialog) -> list[Given]:
        if isinstance(holder, Post):
            return holder.seen_by(person)
        return [holder.card] if holder.card else []

    def buttons(self, person: Person, holder: Post | Dialog) -> list[Given]:
        return [
            _as_known(person, action)
            for card in self._cards(person, holder)
            for action in buttons_of(card)
            if not (person.is_old_client and action.get("fallback") == "drop")
        ]

    def _find(self, person: Person, label: str, on: Post | None, place: int) -> Found:
        seen: list[str] = []
        for holder in self.in_sight(person):
            buttons = self.buttons(person, holder)
            seen += [one["title"] for one in buttons]
            if on is not None and holder is not on:
                continue
            found = [one for one in buttons if one["title"] == label]
            if len(found) > place:
                return Found(found[place], holder)
        raise CannotDoError(f"there is no button {label!r} in sight; there are {seen}")

    # Pressing

    async def _press(self, person: Person, found: Found) -> Answer:
        action, holder = found.action, found.holder
        if not action.get("isEnabled", True):
            raise CannotDoError(f"{action['title']!r} cannot be pressed")
        if action["type"] not in {"Action.Submit", "Action.Execute"}:
            raise CannotDoError(f"{action['title']!r} sends nothing to the app")
        cards = self._cards(person, holder)
        data = dict(action.get("data", {}))
        if _takes(action):
            check_required(cards, holder.typed)
            data |= sent_along(cards, holder.typed)
        if isinstance(holder, Dialog):
            return await self._submits_dialog(person, holder, data)
        if action["type"] == "Action.Execute":
            return await self._executes(person, holder, action, data)
        if data.get("msteams") == _FETCH:
            return await self._fetches(person, holder, data)
        return await self._submits(person, holder, data)

    async def _executes(self, person: Person, post: Post, action: Given, data: Given) -> Answer:
        shown: Given = {name: action[name] for name in ("id", "title", "verb") if name in action}
        value = {"action": {"type": "Action.Execute", **shown, "data": data}, "trigger": "manual"}
        answer = await self._invokes(person, post, "adaptiveCard/action", value)
        self.follow_execute(person, post, answer)
        return answer

    async def _submits(self, person: Person, post: Post, data: Given) -> Answer:
        """A message without words. Of the answer Teams looks at the status alone."""
        where = self.world.direct(person)
        activity = self._from_card(person, where, post, "message", value=data)
        answer = await self.sends(activity)
        post.trouble = "" if answer.is_taken else TROUBLE
        return answer

    async def _fetches(self, person: Person, post: Post, data: Given) -> Answer:
        value = {"data": data, "context": _THEME}
        answer = await self._invokes(person, post, "task/fetch", value)
        self.follow_task(person, post, None, answer)
        return answer

    async def _submits_dialog(self, person: Person, dialog: Dialog, data: Given) -> Answer:
        answer = await self._invokes(person, None, "task/submit", {"data": data, "context": _THEME})
        self.follow_task(person, dialog.source, dialog, answer)
        return answer

    async def _invokes(self, person: Person, post: Post | None, name: str, value: Given) -> Answer:
        where = self.world.direct(person)
        activity = self._from_card(person, where, post, "invoke", name=name, value=value)
        return await self.sends(activity)

    def _from_card(
        self, person: Person, where: Conversation, post: Post | None, kind: str, **more: Any
    ) -> Given:
        activity = self.activity(person, where, kind, **self.by_client(person), **more)
        source = {**activity["channelData"], "source": {"name": "message"}}
        activity["channelData"] = source
        if post is not None:
            activity["replyToId"] = post.id
            source["legacy"] = {"replyToId": post.id}
        return activity


def _as_known(person: Person, action: Given) -> Given:
    """An old client draws the fallback of what it does not know."""
    if person.is_old_client and action["type"] == "Action.Execute":
        return dict(action.get("fallback", action))
    return action


def _takes(action: Given) -> bool:
    submits = action["type"] in {"Action.Submit", "Action.Execute"}
    return submits and action.get("associatedInputs") != "none"
