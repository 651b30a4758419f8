"""Button → action: what Teams sends back when it is pressed, in the chat and in a dialog."""

from bot.teams.room import Part
from bot.teams.words import to_label
from prompts.message import (
    Button,
    Choices,
    Field,
    Form,
    FormName,
    LongText,
    Press,
    ShortText,
    Switch,
)

# What these answer must not stay in the chat, so they open a dialog.
OPEN_A_DIALOG = {Press.TAKE_MY_DATA, Press.ADD_TO_CALENDAR}
# What leaves a question's card as it is needs nothing of what is typed on it.
_LEAVES_THE_CARD = {Press.WHY, Press.NO_REMINDERS}
_TAKES_THE_BOX = {FormName.ANSWER, *Press} - _LEAVES_THE_CARD


def to_chat_action(button: Button) -> Part:
    """A form opens as a dialog; a press is Executed, or Submitted by a client that is older."""
    return _in_chat(button, takes_box=False)


def to_action_beside_box(button: Button) -> Part:
    """What is half written in the box goes along, to be handed back, where the answer may be a
    card in the place of this one, or the same box in a dialog."""
    return _in_chat(button, takes_box=button.does in _TAKES_THE_BOX)


def _in_chat(button: Button, *, takes_box: bool) -> Part:
    ours = _ours(button)
    if isinstance(button.does, FormName) or button.does in OPEN_A_DIALOG:
        sent = {"msteams": {"type": "task/fetch"}, **ours}
        return _submit(button, sent, takes_box=takes_box)
    return executed(_submit(button, ours, takes_box=takes_box), button.does.value)


def to_dialog_action(button: Button) -> Part:
    """Inside a dialog every button is a task/submit; the answer may be the next card."""
    return _submit(button, _ours(button))


def to_form_action(form: Form, once: str = "") -> Part:
    """The button that ends a form, and takes along what was filled in. `once` names this showing
    of it; what each field holds is said where Teams sends more than one text as one. The names of
    what is written go along, to hand it back where it could not be kept."""
    ours: Part = {"submit": form.name.value, "about": form.about}
    if form.basis:
        ours["basis"] = form.basis
    if once:
        ours["once"] = once
    if several := [one.name for one in form.fields if isinstance(one, Choices)]:
        ours["several"] = several
    if switches := [one.name for one in form.fields if isinstance(one, Switch)]:
        ours["switches"] = switches
    if texts := {one.name: to_label(one.label) for one in form.fields if _is_text(one)}:
        ours["texts"] = texts
    submit = {"type": "Action.Submit", "title": to_label(form.submit), "style": "positive"}
    return {**submit, "data": {"bearings": ours}}


def executed(submit: Part, verb: str) -> Part:
    """The same action for clients that can have the card replaced."""
    return {**submit, "type": "Action.Execute", "verb": verb, "fallback": submit}


def _is_text(field: Field) -> bool:
    return isinstance(field, ShortText | LongText)


def _ours(button: Button) -> Part:
    """Under one key of our own: Teams lays the names of fields beside it."""
    verb = "open" if isinstance(button.does, FormName) else "press"
    return {"bearings": {verb: button.does.value, "about": button.about}}


def _submit(button: Button, sent: Part, *, takes_box: bool = False) -> Part:
    title = to_label(button.label) or button.does.value
    action: Part = {"type": "Action.Submit", "title": title, "data": sent}
    if not takes_box:
        # What is half written in the card's fields stays there.
        action["associatedInputs"] = "none"
    return {**action, "style": "positive"} if button.primary else action
