"""The box in which a question is answered on its own card."""

from dataclasses import dataclass, replace

from bot.teams.buttons import executed, to_form_action
from bot.teams.fields import to_field
from bot.teams.room import Part
from bot.teams.words import to_error, to_passage
from prompts.message import (
    Box,
    Button,
    Buttons,
    Choice,
    Element,
    Form,
    FormName,
    LongText,
    Message,
    ShortText,
)


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed and is not saved: why it could not be, or what becomes of it."""

    words: str
    error: str = ""
    says: str = ""
    basis: str = ""


def to_box(message: Message, once: str, typed: Typed | None) -> list[Part]:
    """Not `isRequired`: the buttons beside it take it along, and could not be pressed without."""
    if message.box is None:
        return []
    typed = typed or Typed("")
    form = Form(
        FormName.ANSWER,
        "",
        about_of(message),
        fields=(holding(message.box, typed.words),),
        submit="Save",
        basis=typed.basis,
    )
    [field] = form.fields
    save = executed(to_form_action(form, once), FormName.ANSWER.value)
    return [
        *to_error(typed.error),
        *to_passage(typed.says),
        *to_field(field),
        {"type": "ActionSet", "actions": [save]},
    ]


def holding(box: Box, words: str) -> Box:
    match box:
        case LongText() | ShortText():
            return replace(box, value=words)
        case Choice(options=options):
            known = any(option.value == words for option in options)
            return replace(box, value=words if known else "")


def about_of(message: Message) -> str:
    """The id of the question, by the button that opens its dialog; else the nudge is the question's
    own."""
    for element in message.elements:
        for button in element.buttons if isinstance(element, Buttons) else ():
            if is_answer(button):
                return button.about
    return str(message.nudge or "")


def is_answer(button: Button) -> bool:
    return button.does is FormName.ANSWER and button.about != ""


def beside_box(element: Element) -> Element:
    """What is written in the box matters most: no other button stands out."""
    if not isinstance(element, Buttons):
        return element
    return Buttons(tuple(replace(one, primary=False) for one in element.buttons))
