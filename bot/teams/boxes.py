"""The box in which a question is answered on its own card."""

from dataclasses import dataclass

from bot.teams.buttons import executed, to_form_action
from bot.teams.fields import to_field
from bot.teams.room import Part
from bot.teams.words import to_error
from prompts.message import Button, Buttons, Element, Form, FormName, LongText, Message

LABEL = "Your answer"


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed and could not be saved, and why."""

    words: str
    error: str
    basis: str = ""


def asked_in(message: Message) -> str:
    """The id of the question that this message asks to be answered, or empty."""
    if message.nudge is None:
        return ""
    for element in message.elements:
        if isinstance(element, Buttons):
            for button in element.buttons:
                if is_answer(button):
                    return button.about
    return ""


def is_answer(button: Button) -> bool:
    return button.does is FormName.ANSWER and button.primary and button.about != ""


def to_box(about: str, once: str, typed: Typed | None) -> list[Part]:
    words, error = (typed.words, typed.error) if typed else ("", "")
    form = Form(
        FormName.ANSWER,
        "",
        about,
        fields=(LongText("words", LABEL, value=words),),
        submit="Save",
        basis=typed.basis if typed else "",
    )
    [field] = form.fields
    save = executed(to_form_action(form, once), FormName.ANSWER.value)
    return [*to_error(error), *to_field(field), {"type": "ActionSet", "actions": [save]}]


def without_box(element: Element) -> Element:
    """Beside the box, the way to the dialog is one button among others."""
    if not isinstance(element, Buttons):
        return element
    return Buttons(
        tuple(
            Button(one.label, one.does, one.about) if is_answer(one) else one
            for one in element.buttons
        )
    )
