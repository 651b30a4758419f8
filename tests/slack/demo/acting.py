"""What somebody did on the page, as the fake takes it: by names of blocks, not by labels."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.slack import FakeSlack
from tests.slack.elements import shown_options
from tests.slack.filling import CannotDoError, holders
from tests.slack.people import Given, Person
from tests.slack.pressing import Found, _buttons
from tests.slack.workspace import Post, View

Filled = Mapping[str, Sequence[str]]  # by block_id


def named_button(slack: FakeSlack, person: Person, holder: str, name: str) -> Found:
    """`holder` is the message's ts or the view's id, `name` the block's and the button's."""
    for one in slack.in_sight(person):
        if holder != (one.id if isinstance(one, View) else one.ts):
            continue
        for found in _buttons(one):
            if name == button_name(found.block, found.button):
                return found
    raise CannotDoError("That button is not there any more.")


def button_name(block: Given, button: Given) -> str:
    return f"{block['block_id']}|{button['action_id']}"


def own_post(slack: FakeSlack, person: Person, ts: str) -> Post:
    for one in slack.posts_for(person):
        if one.ts == ts:
            return one
    raise CannotDoError("That message is not there any more.")


def fill_in(slack: FakeSlack, person: Person, filled: Filled) -> None:
    """Everything that the view on top asks for; what was left empty is empty."""
    stack = slack.world.stack(person)
    if not stack:
        raise CannotDoError("That form is not open any more.")
    view = stack[-1]
    for block, element in holders(view.blocks):
        typed = _meant(element, filled.get(block["block_id"], ()))
        view.typed[block["block_id"], element["action_id"]] = typed


def _meant(element: Given, given: Sequence[str]) -> Any:
    """An option is named by its value."""
    kind = element["type"]
    options = [one for one in shown_options(element) if one["value"] in given]
    if kind in {"checkboxes", "multi_static_select"}:
        return options
    if kind in {"radio_buttons", "static_select"}:
        return options[0] if options else None
    words = given[0].replace("\r\n", "\n") if given else ""
    if len(words) > element.get("max_length", 3000):
        raise CannotDoError(f"Slack takes at most {element['max_length']} characters there.")
    return words or None
