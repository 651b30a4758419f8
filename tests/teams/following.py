"""What Teams does with the answer to an invoke; what it could not follow fails the test."""

import json
from typing import Any

from tests.teams.cards import CARD
from tests.teams.filling import CannotDoError
from tests.teams.people import Given, Person
from tests.teams.refusing import in_dialog
from tests.teams.sending import Answer
from tests.teams.whole import in_card
from tests.teams.world import Dialog, Holder, Post, World

TROUBLE = "Something went wrong. Please try again."
MESSAGE = "application/vnd.microsoft.activity.message"
ERROR = "application/vnd.microsoft.error"


class Following:
    world: World

    def follow_execute(self, person: Person, post: Post, answer: Answer) -> None:
        """A card takes the place of the old one, for this person, with what was typed in it."""
        if self._is_trouble(post, answer):
            return
        said = _object(answer, {"statusCode", "type", "value"})
        value = said["value"]
        match said["statusCode"], said["type"]:
            case 200, str(kind) if kind == CARD:
                if found := in_card(value):
                    raise CannotDoError("Teams cannot draw the card: " + "\n".join(found))
                post.replaced[person.id], post.typed = value, {}
            case 200, str(kind) if kind == MESSAGE and isinstance(value, str) and value:
                self.world.direct(person).notices.append(value)
            case int(status), str(kind) if kind == ERROR and status in _ERRORS:
                if not isinstance(value, dict) or set(value) != {"code", "message"}:
                    raise CannotDoError(f"Teams reads no such error: {value}")
                post.trouble = TROUBLE
            case _:
                raise CannotDoError(f"Teams understands no such answer: {answer.text[:300]}")

    def follow_task(
        self, person: Person, post: Post | None, dialog: Dialog | None, answer: Answer
    ) -> None:
        """continue opens a dialog or draws the next card in it; a message stands in it alone."""
        holder = dialog or post
        assert holder is not None
        if self._is_trouble(holder, answer):
            return
        if dialog is not None and answer.body in (None, {}):
            self.world.dialogs.pop(person.id, None)
            return
        task = _object(answer, {"task"})["task"]
        if not isinstance(task, dict) or set(task) != {"type", "value"}:
            raise CannotDoError(f"Teams understands no such task: {task}")
        value = task["value"]
        match task["type"]:
            case "continue":
                if found := in_dialog(value):
                    raise CannotDoError("Teams cannot draw the dialog: " + "\n".join(found))
                card = value["card"]["content"]
                self.world.dialogs[person.id] = Dialog(card, title=value["title"], source=post)
            case "message" if isinstance(value, str) and value:
                self.world.dialogs[person.id] = Dialog(words=value, source=post)
            case _:
                raise CannotDoError(f"Teams understands no such task: {json.dumps(task)[:300]}")

    @staticmethod
    def _is_trouble(holder: Holder, answer: Answer) -> bool:
        """What was typed stays."""
        holder.trouble = "" if answer.status == 200 else TROUBLE
        return bool(holder.trouble)


_ERRORS = {400, 401, 403, 404, 412, 428, 429, 500}


def _object(answer: Answer, names: set[str]) -> Given:
    said: Any = answer.body
    kind = answer.headers.get("content-type", "")
    if not isinstance(said, dict) or set(said) != names:
        raise CannotDoError(f"Teams wants {sorted(names)}, and got {answer.text[:300]!r}")
    if not kind.startswith("application/json"):
        raise CannotDoError(f"Teams reads JSON, and got {kind!r}")
    return said
