"""What an invoke is answered with: each kind in the form that Teams expects of it. Pure."""

from collections.abc import Mapping, Sequence

from bot.payloads import Payload
from bot.teams.incoming import Way
from bot.teams.rendering import CARD, to_dialog, to_page
from bot.teams.room import Part
from bot.teams.words import to_error, to_heading
from prompts.dressing import settled
from prompts.message import Form, Message

Body = Mapping[str, object]

NOTE = "application/vnd.microsoft.activity.message"
SAVE = "Save"


def by_card(card: Part) -> Body:
    """In the place of the card that was pressed, for whoever pressed it."""
    return {"statusCode": 200, "type": CARD, "value": card}


def by_note(words: str) -> Body:
    return {"statusCode": 200, "type": NOTE, "value": settled(words)}


def by_form(form: Form, once: str) -> Body:
    return _goes_on(to_dialog(form, once))


def by_page(messages: Sequence[Message]) -> Body:
    return _goes_on(to_page(messages))


def by_end(words: str) -> Body:
    """The dialog closes with a sentence."""
    return {"task": {"type": "message", "value": settled(words)}}


def in_words(way: Way, words: str) -> Body:
    """A sentence, and nothing more."""
    return by_note(words) if way is Way.CARD else by_end(words)


def with_what_was_sent(way: Way, data: Payload, why: str) -> Body:
    """The same fields with the same words in them, and why they were not taken. Nothing is asked
    of the database, which may be away."""
    card = _rescued(data, why, executed=way is Way.CARD)
    if way is Way.CARD:
        return by_card(card)
    return _goes_on(
        {
            "title": "Not saved",
            "width": "medium",
            "height": "medium",
            "card": {"contentType": CARD, "content": card},
        }
    )


def _rescued(data: Payload, why: str, *, executed: bool) -> Part:
    fields = [
        {
            "type": "Input.Text",
            "id": name,
            "label": _label(name),
            "isMultiline": True,
            "value": value,
        }
        for name, value in data.items()
        if name not in {"bearings", "msteams"} and isinstance(value, str)
    ]
    kind = "Action.Execute" if executed else "Action.Submit"
    save: Part = {"type": kind, "title": SAVE, "style": "positive"}
    if executed:
        save["verb"] = "again"
    save["data"] = {"bearings": data.get("bearings")}
    return {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.5",
        "fallbackText": "This needs a newer version of Teams.",
        "body": [*to_heading("Not saved"), *to_error(why), *fields],
        "actions": [save],
    }


def _label(name: str) -> str:
    return "Your answer" if name == "words" else name.replace("-", " ").capitalize()


def _goes_on(dialog: Part) -> Body:
    return {"task": {"type": "continue", "value": dialog}}
