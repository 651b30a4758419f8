"""What an invoke is answered with: each kind in the form that Teams expects of it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.conversation.events import Submitted
from bot.payloads import Payload, maybe_part
from bot.teams.buttons import executed as as_executed
from bot.teams.incoming import Heard, Way
from bot.teams.rendering import CARD, to_dialog, to_page
from bot.teams.room import Part
from bot.teams.words import to_heading, to_input_label, to_passage
from prompts.dressing import settled
from prompts.message import Form, Message

Body = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Unsaved:
    """What is said over a form that is handed back."""

    title: str
    words: str


NOT_SAVED = Unsaved(
    "Not saved", "The database did not take this. What you typed is still here: save it again."
)
SLOW = Unsaved(
    "This takes longer than usual",
    "It may be saved already. What came of it will stand in the chat; until then, what you typed "
    "is still here.",
)
NOT_DONE = "Nothing was changed: the database did not take it. Try it again in a moment."
SLOW_PRESS = "This takes longer than usual. What came of it stands in the chat in a moment."

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


def instead(heard: Heard, saved: "Unsaved", done: str) -> Body:
    """Where a turn has nothing to show. Nothing is asked of the database, which may be away."""
    way = heard.where.way
    if not isinstance(heard.event, Submitted):
        return in_words(way, done)
    card = _handed_back(heard.data, saved, executed=way is Way.CARD)
    if way is Way.CARD:
        return by_card({**card, "body": [*to_heading(saved.title), *card["body"]]})
    shown = {"contentType": CARD, "content": card}
    return _goes_on({"title": saved.title, "width": "medium", "height": "medium", "card": shown})


def _handed_back(data: Payload, saved: "Unsaved", *, executed: bool) -> Part:
    """The boxes with the same words in them. What was chosen or ticked goes along unseen: here is
    not known what it was called."""
    ours = maybe_part(data, "bearings")
    labels = maybe_part(ours, "texts")
    sent = {name: value for name, value in data.items() if isinstance(value, str)}
    boxes = {name: label for name, label in labels.items() if isinstance(label, str) and label}
    fields = [
        {
            "type": "Input.Text",
            "id": name,
            "label": to_input_label(label),
            "isMultiline": True,
            **({"value": sent[name]} if sent.get(name) else {}),
        }
        for name, label in boxes.items()
    ]
    others = {name: value for name, value in sent.items() if name not in boxes}
    submit: Part = {"type": "Action.Submit", "title": SAVE, "style": "positive"}
    submit["data"] = {**others, "bearings": ours}
    return {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.5",
        "fallbackText": "This needs a newer version of Teams.",
        "body": [*to_passage(saved.words, weight="Bolder"), *fields],
        "actions": [as_executed(submit, "again") if executed else submit],
    }


def _goes_on(dialog: Part) -> Body:
    return {"task": {"type": "continue", "value": dialog}}
