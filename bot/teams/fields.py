"""Field → inputs of a card, with what is wrong about it above and what was typed still in it."""

from collections.abc import Sequence

from bot.teams.room import CHOICES_IN_SIGHT, Part
from bot.teams.words import is_plain, to_error, to_fact, to_input_label, to_passage
from prompts.dressing import is_day, is_hour, settled
from prompts.message import (
    Choice,
    Choices,
    Day,
    Field,
    Hour,
    LongText,
    Option,
    ShortText,
    Switch,
)


def to_field(field: Field) -> list[Part]:
    hint = to_passage(field.hint, isSubtle=True, size="Small")
    return [*to_error(field.error), *_inputs(field), *hint]


def _inputs(field: Field) -> list[Part]:
    match field:
        case ShortText(value=value) | LongText(value=value):
            several_lines = isinstance(field, LongText) or "\n" in value
            return [_input(field, "Text", value, isMultiline=several_lines)]
        case Choice(options=options, value=value):
            known = value if any(option.value == value for option in options) else ""
            plain = all(is_plain(option.label or option.value) for option in options)
            style = "expanded" if plain and len(options) <= CHOICES_IN_SIGHT else "compact"
            return _choice(field, options, known, style=style)
        case Choices(options=options, values=values):
            known = ",".join(option.value for option in options if option.value in values)
            return _choices(field, options, known)
        case Day(value=value):
            return [_input(field, "Date", value if is_day(value) else "")]
        case Hour(value=value):
            return [_input(field, "Time", value if is_hour(value) else "")]
        case Switch(on=on):
            switched = "on" if on else "off"
            ways = {"title": "Yes", "valueOn": "on", "valueOff": "off"}
            return [_input(field, "Toggle", switched, **ways)]


def _input(field: Field, kind: str, value: str, **more: object) -> Part:
    label = to_input_label(field.label)
    part: Part = {"type": f"Input.{kind}", "id": field.name, "label": label, **more}
    if needed := "" if isinstance(field, Choices | Switch) else field.needed:
        part |= {"isRequired": True, "errorMessage": needed}
    return {**part, "value": value} if value else part


def _choice(field: Field, options: Sequence[Option], known: str, **more: object) -> list[Part]:
    if not options:
        return [to_fact(field.label, "Nothing to choose from.")]
    choices = [
        {"title": settled(option.label) or option.value, "value": option.value}
        for option in options
    ]
    return [_input(field, "ChoiceSet", known, choices=choices, wrap=True, **more)]


def _choices(field: Choices, options: Sequence[Option], known: str) -> list[Part]:
    """Ticked titles are read as Markdown: where that matters they are numbers, told above."""
    more = {"isMultiSelect": True, "style": "expanded"}
    if all(is_plain(option.label or option.value) for option in options):
        return _choice(field, options, known, **more)
    told = [to_fact(f"{n}", option.label) for n, option in enumerate(options, start=1)]
    numbers = [Option(option.value, f"{n}") for n, option in enumerate(options, start=1)]
    return [*told, *_choice(field, numbers, known, **more)]
