"""A form with each kind of input in it, for the tests of the fake."""

from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from tests.slack import FakeSlack
from tests.slack.listening import Listening
from tests.slack.people import Person


def plain(words: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": words}


def box(label: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
    name = label.lower()
    element = {**element, "action_id": name}
    return {"type": "input", "block_id": name, "label": plain(label), "element": element, **more}


def options(*labels: str) -> list[dict[str, Any]]:
    return [{"text": plain(label), "value": label.lower()} for label in labels]


FORM = {
    "type": "modal",
    "callback_id": "when",
    "private_metadata": '{"about": "n1"}',
    "title": plain("When"),
    "submit": plain("Save"),
    "close": plain("Cancel"),
    "blocks": [
        box("Answer", {"type": "plain_text_input", "multiline": True, "max_length": 3000}),
        box("Cue", {"type": "plain_text_input", "initial_value": "Huddle"}, optional=True),
        box(
            "Objective", {"type": "radio_buttons", "options": options("One", "Two")}, optional=True
        ),
        box("Zone", {"type": "static_select", "options": options("Bath", "Leeds")}, optional=True),
        box("Days", {"type": "checkboxes", "options": options("Mon", "Tue")}, optional=True),
        box("Topics", {"type": "multi_static_select", "options": options("A", "B")}, optional=True),
        box("From", {"type": "datepicker", "initial_date": "2027-03-28"}, optional=True),
        box("At", {"type": "timepicker"}, optional=True),
        box("Heavy", {"type": "checkboxes", "options": options("Yes")}, optional=True),
    ],
}


async def open_form(
    slack: FakeSlack, client: AsyncWebClient, app: Listening, person: Person
) -> None:
    await slack.types(person, "/bearings", "when")
    await client.views_open(trigger_id=app.newest["trigger_id"], view=FORM)
