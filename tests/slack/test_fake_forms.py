"""Forms in the fake: filled in by their labels, sent, and what the app answers is done."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack import FakeSlack
from tests.slack.filling import CannotDoError
from tests.slack.forms import FORM, open_form, plain
from tests.slack.listening import Listening
from tests.slack.people import Person
from tests.slack.test_fake import BLOCKS


async def test_a_form_is_filled_in_by_its_labels_and_sent(
    slack: FakeSlack, client: AsyncWebClient, amara: Person, app: Listening
) -> None:
    await open_form(slack, client, app, amara)
    typed = {"Answer": "One.\nTwo.", "Objective": "Two", "Zone": "Leeds", "Days": ["Mon", "Tue"]}
    more = {"Topics": ["B"], "At": "08:40", "Heavy": True}
    await slack.submits(amara, {**typed, **more})
    sent = app.newest
    assert sent["type"] == "view_submission"
    assert sent["view"]["callback_id"] == "when"
    assert sent["view"]["private_metadata"] == '{"about": "n1"}'
    state = {name: inner[name] for name, inner in sent["view"]["state"]["values"].items()}
    assert state["answer"] == {"type": "plain_text_input", "value": "One.\nTwo."}
    assert state["cue"]["value"] == "Huddle"
    assert state["objective"]["selected_option"]["value"] == "two"
    assert state["zone"]["selected_option"]["value"] == "leeds"
    assert [one["value"] for one in state["days"]["selected_options"]] == ["mon", "tue"]
    assert [one["value"] for one in state["topics"]["selected_options"]] == ["b"]
    assert state["from"] == {"type": "datepicker", "selected_date": "2027-03-28"}
    assert state["at"] == {"type": "timepicker", "selected_time": "08:40"}
    assert len(state["heavy"]["selected_options"]) == 1
    assert slack.views(amara) == []


async def test_what_was_left_empty_is_empty_in_slacks_way(
    slack: FakeSlack, client: AsyncWebClient, amara: Person, app: Listening
) -> None:
    await open_form(slack, client, app, amara)
    await slack.submits(amara, {"Answer": "A", "Cue": "", "From": None})
    values = app.newest["view"]["state"]["values"]
    assert values["cue"]["cue"] == {"type": "plain_text_input", "value": None}
    assert values["objective"]["objective"]["selected_option"] is None
    assert values["days"]["days"]["selected_options"] == []
    assert values["from"]["from"]["selected_date"] is None


async def test_slack_itself_holds_back_what_a_form_does_not_take(
    slack: FakeSlack, client: AsyncWebClient, amara: Person, app: Listening
) -> None:
    await open_form(slack, client, app, amara)
    for wrong, said in (
        ({}, "'Answer' must be filled in"),
        ({"Answer": "x" * 3001}, "at most 3000"),
        ({"Cue": "Two\nlines"}, "one line"),
        ({"Zone": "York"}, "there are"),
        ({"Nothing": "x"}, "0 inputs are called 'Nothing'"),
    ):
        with pytest.raises(CannotDoError, match=said):
            await slack.submits(amara, wrong)
    assert len(app.heard) == 1


async def test_errors_stand_beside_the_inputs_and_what_was_typed_stays(
    slack: FakeSlack, client: AsyncWebClient, amara: Person, app: Listening
) -> None:
    await open_form(slack, client, app, amara)
    app.says = {"response_action": "errors", "errors": {"answer": "Say a little more."}}
    await slack.submits(amara, {"Answer": "No."})
    assert "Answer\n> No.\n! Say a little more." in slack.screen(amara).view
    app.says = None
    await slack.submits(amara)
    assert app.newest["view"]["state"]["values"]["answer"]["answer"]["value"] == "No."


async def test_a_form_is_followed_by_another_one_over_it_or_by_none(
    slack: FakeSlack, client: AsyncWebClient, amara: Person, app: Listening
) -> None:
    await open_form(slack, client, app, amara)
    saved = {"type": "modal", "title": plain("Saved"), "blocks": BLOCKS, "notify_on_close": True}
    app.says = {"response_action": "push", "view": saved}
    await slack.submits(amara, {"Answer": "A"})
    assert [words.splitlines()[0] for words in slack.screen(amara).views] == ["When", "Saved"]
    app.says = None
    await slack.closes_view(amara)
    assert app.newest["type"] == "view_closed"
    app.says = {"response_action": "update", "view": saved}
    await slack.submits(amara)
    assert slack.screen(amara).view.startswith("Saved")
    await slack.closes_view(amara, everything=True)
    assert slack.views(amara) == []


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"nobody": "No such input."}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "update", "view": {"type": "modal"}},
        {"response_action": "clear", "view": FORM},
        {"response_action": "close"},
        {"text": "Saved."},
        "ok",
    ],
)
async def test_an_answer_that_slack_could_not_follow_is_no_answer(
    slack: FakeSlack, client: AsyncWebClient, amara: Person, app: Listening, answer: Any
) -> None:
    await open_form(slack, client, app, amara)
    app.says = answer
    with pytest.raises(CannotDoError):
        await slack.submits(amara, {"Answer": "A"})


async def test_where_the_app_fails_the_form_stays_with_what_was_typed(
    slack: FakeSlack, client: AsyncWebClient, amara: Person, app: Listening
) -> None:
    await open_form(slack, client, app, amara)
    app.status = 500
    answer = await slack.submits(amara, {"Answer": "Kept."})
    assert answer.status == 500
    assert "trouble connecting" in slack.screen(amara).view
    assert "> Kept." in slack.screen(amara).view
