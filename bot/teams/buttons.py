"""Button → action: what Teams sends back when it is pressed, in the chat and in a dialog."""

from bot.teams.room import Part
from bot.teams.words import to_label
from prompts.message import Button, Choices, Form, FormName, Press, Switch

# What these answer must not stay in the chat, so they open a dialog.
OPEN_A_DIALOG = {Press.TAKE_MY_DATA, Press.ADD_TO_CALENDAR}


def to_chat_action(button: Button) -> Part:
    """A form opens as a dialog; a press is Executed, or Submitted by a client that is older."""
    ours = _ours(button)
    if isinstance(button.does, FormName) or button.does in OPEN_A_DIALOG:
        return _submit(button, {"msteams": {"type": "task/fetch"}, **ours})
    return executed(_submit(button, ours), button.does.value)


def to_dialog_action(button: Button) -> Part:
    """Inside a dialog every button is a task/submit; the answer may be the next card."""
    return _submit(button, _ours(button))


def to_form_action(form: Form, once: str = "") -> Part:
    """The button that ends a form, and takes along what was filled in. `once` names this showing
    of it; what each field holds is said where Teams sends more than one text as one."""
    ours: Part = {"submit": form.name.value, "about": form.about}
    if form.basis:
        ours["basis"] = form.basis
    if once:
        ours["once"] = once
    if several := [one.name for one in form.fields if isinstance(one, Choices)]:
        ours["several"] = several
    if switches := [one.name for one in form.fields if isinstance(one, Switch)]:
        ours["switches"] = switches
    submit = {"type": "Action.Submit", "title": to_label(form.submit), "style": "positive"}
    return {**submit, "data": {"bearings": ours}}


def executed(submit: Part, verb: str) -> Part:
    """The same action for clients that can have the card replaced."""
    return {**submit, "type": "Action.Execute", "verb": verb, "fallback": submit}


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
