"""Button → action: what Teams sends back when it is pressed, in the chat and in a dialog."""

from bot.teams.room import Part
from bot.teams.words import to_label
from prompts.message import Button, Form, FormName


def to_chat_action(button: Button) -> Part:
    """A form opens as a dialog; a press is Executed, or Submitted by a client that is older."""
    ours = _ours(button)
    if isinstance(button.does, FormName):
        return _submit(button, {"msteams": {"type": "task/fetch"}, **ours})
    execute = {**_submit(button, ours), "type": "Action.Execute", "verb": button.does.value}
    return {**execute, "fallback": _submit(button, ours)}


def to_dialog_action(button: Button) -> Part:
    """Inside a dialog every button is a task/submit; the answer may be the next card."""
    return _submit(button, _ours(button))


def to_form_action(form: Form) -> Part:
    """The button that ends a form, and takes along what was filled in."""
    ours = {"submit": form.name.value, "about": form.about}
    if form.basis:
        ours["basis"] = form.basis
    submit = {"type": "Action.Submit", "title": to_label(form.submit), "style": "positive"}
    return {**submit, "data": {"bearings": ours}}


def _ours(button: Button) -> Part:
    """Under one key of our own: Teams lays the names of fields beside it."""
    verb = "open" if isinstance(button.does, FormName) else "press"
    return {"bearings": {verb: button.does.value, "about": button.about}}


def _submit(button: Button, sent: Part) -> Part:
    action: Part = {
        "type": "Action.Submit",
        "title": to_label(button.label) or button.does.value,
        "data": sent,
        # What is half written in the card's fields stays there.
        "associatedInputs": "none",
    }
    return {**action, "style": "positive"} if button.primary else action
