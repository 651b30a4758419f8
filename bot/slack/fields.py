"""Field → input blocks, with what is wrong about it above and what was typed still in it."""

from collections.abc import Sequence

from bot.slack.room import (
    INPUT_LABEL,
    OPTION_LABEL,
    OPTIONS,
    OPTIONS_IN_SIGHT,
    PASSAGE,
    Block,
    pieces,
)
from bot.slack.words import to_bold, to_facts, to_label, to_plain
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


def to_field(field: Field) -> list[Block]:
    return [*to_bold(field.error), *_inputs(field)]


def _inputs(field: Field) -> list[Block]:
    match field:
        case ShortText() | LongText():
            return _text_inputs(field)
        case Choice(options=options, value=value):
            menu = _menu(options, "radio_buttons", "static_select")
            chosen = [_option(option) for option in options if option.value == value]
            initial = {"initial_option": chosen[0]} if chosen else {}
            return _input(field, {**menu, **initial}) if options else _no_options(field)
        case Choices(options=options, values=values):
            menu = _menu(options, "checkboxes", "multi_static_select")
            chosen = [_option(option) for option in options if option.value in values]
            initials = {"initial_options": chosen} if chosen else {}
            return _input(field, {**menu, **initials}) if options else _no_options(field)
        case Day(value=value):
            day = {"initial_date": value} if is_day(value) else {}
            return _input(field, {"type": "datepicker", **day})
        case Hour(value=value):
            hour = {"initial_time": value} if is_hour(value) else {}
            return _input(field, {"type": "timepicker", **hour})
        case Switch(on=on):
            yes = [_option(Option("on", "Yes"))]
            switched = {"initial_options": yes} if on else {}
            return _input(field, {"type": "checkboxes", "options": yes, **switched})


def _input(field: Field, element: Block, part: int = 1) -> list[Block]:
    """Optional in Slack's eyes, so that what is missing is said in our words, by the turn."""
    name = field.name if part == 1 else f"{field.name}~{part}"
    label = field.label if part == 1 else f"{field.label} (part {part})"
    block: Block = {
        "type": "input",
        "block_id": name,
        "label": to_label(label, INPUT_LABEL),
        "element": {**element, "action_id": name},
        "optional": True,
    }
    if field.hint and part == 1:
        block["hint"] = to_label(field.hint, INPUT_LABEL)
    return [block]


def _text_inputs(field: ShortText | LongText) -> list[Block]:
    """What is too long for one box goes on in the next (`name~2`); joined, they are the value."""
    parts = list(pieces(field.value, PASSAGE)) or [""]
    several_lines = isinstance(field, LongText) or "\n" in field.value or len(parts) > 1
    element = {"type": "plain_text_input", "multiline": several_lines, "max_length": PASSAGE}
    blocks: list[Block] = []
    for part, words in enumerate(parts, start=1):
        blocks += _input(field, {**element, "initial_value": words} if words else element, part)
    return blocks


def _menu(options: Sequence[Option], in_sight: str, folded: str) -> Block:
    shown = [_option(option) for option in options]
    if len(shown) <= OPTIONS_IN_SIGHT:
        return {"type": in_sight, "options": shown}
    if len(shown) <= OPTIONS:
        return {"type": folded, "options": shown}
    groups = [
        {"label": to_plain(f"From {start + 1}"), "options": shown[start : start + OPTIONS]}
        for start in range(0, len(shown), OPTIONS)
    ]
    return {"type": folded, "option_groups": groups}


def _option(option: Option) -> Block:
    """A long label, such as an objective, goes on in the description."""
    label = settled(option.label).strip() or option.value
    head = next(pieces(label, OPTION_LABEL))
    shown = {"text": to_plain(head), "value": option.value}
    rest = label[len(head) :]
    return {**shown, "description": to_label(rest, OPTION_LABEL)} if rest else shown


def _no_options(field: Field) -> list[Block]:
    return to_facts([(field.label, "Nothing to choose from.")])
