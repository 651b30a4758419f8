"""By which clock somebody is asked, and asking them for it."""

from dataclasses import dataclass

from prompts.composing.saying import note, place
from prompts.message import Button, Buttons, Form, FormName, Message, Quiet, ShortText


@dataclass(frozen=True, slots=True)
class Shown:
    """The zone somebody lives by. `is_told`: their chat says one, this or another."""

    zone: str
    is_chosen: bool = False
    is_told: bool = True


def ask(zone: str) -> Message:
    """Once. `zone` is what is kept to meanwhile."""
    return note(
        "Your chat does not tell me your time zone. Until you say it, or it does, I keep to the "
        f"clock of {place(zone)}.",
        Buttons((Button("My time zone", FormName.ZONE),)),
    )


def zone_field(shown: Shown, typed: str | None = None, error: str = "") -> ShortText:
    """`typed`: what stands there still, where it could not be kept."""
    value = shown.zone if typed is None else typed
    return ShortText("zone", "Your time zone", hint=_hint(shown), value=value, error=error)


def _hint(shown: Shown) -> str:
    if not shown.is_told:
        whose = "You chose this one." if shown.is_chosen else "Your chat has not said it yet."
        return f"{whose} Such as Europe/London or Atlantic/Stanley."
    if shown.is_chosen:
        return "You chose this one. Leave it empty to follow your chat’s clock again."
    return "It follows your chat’s clock. Another, such as Atlantic/Stanley, stands until changed."


def zone_form(shown: Shown, typed: str | None = None, error: str = "") -> Form:
    return Form(
        FormName.ZONE,
        "Your time zone",
        elements=(Quiet("By this clock I write to you, and tell days and hours."),),
        fields=(zone_field(shown, typed, error),),
        submit="Keep it",
    )


def kept(zone: str, next_question: str, *, follows: bool) -> Message:
    whose = "I follow your chat’s clock: " if follows else "I keep to the clock of "
    return note(f"{whose}{place(zone)}. {next_question}".strip())
