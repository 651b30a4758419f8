"""Message → Block Kit, Form → modal: pure, in plain dicts, without Slack's library.

What we show stands in `plain_text` or in a `rich_text` text element. Slack interprets neither, so
no mention, link, emoji code or emphasis in a name, an objective or an answer comes alive.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, time
from typing import Any

from prompts.message import (
    Button,
    Buttons,
    Choice,
    Choices,
    Day,
    Divider,
    Element,
    Facts,
    Field,
    Form,
    FormName,
    Heading,
    Hour,
    LongText,
    Message,
    Option,
    Quiet,
    Quote,
    ShortText,
    Switch,
    Table,
    Text,
)

Block = dict[str, Any]
Run = tuple[str, bool]  # words, and whether they are bold

# Slack refuses the whole message or view when one of these is passed. Lengths are counted in
# UTF-16 units: Slack does not say what it counts, and no other likely count is larger.
MESSAGE_BLOCKS = 50
MESSAGE_ROOM = 10_000  # characters in all; undocumented, refusals were seen from about 13,000 on
VIEW_BLOCKS = 100
VIEW_ROOM = 240_000  # bytes of JSON; Slack's 250 kB less what stands around the blocks
FALLBACK = 4_000  # `text`; chat.update refuses more
PASSAGE = 3_000  # one text object; also the most a text input takes
HEADER = 150
BUTTONS = 25  # in one actions block
BUTTON_LABEL = 75
TITLE = 24  # of a modal, its submit and its close
INPUT_LABEL = 2_000  # also its hint
OPTION_LABEL = 75  # also its description
OPTIONS_IN_SIGHT = 10  # radio buttons or checkboxes
OPTIONS = 100  # in one menu, or in one group of it
TABLE_ROWS = 100  # with the header
TABLE_COLUMNS = 20
ABOUT = 255  # well within a button's value (2,000) and private_metadata (3,000)

_CONTROLS = ("actions", "input")
# They reorder or hide what stands beside them on the line.
_TRICKS = re.compile("[\u202a-\u202e\u2066-\u2069]|[\u200b-\u200d\u2060\ufeff]{2,}")


def to_payload(message: Message) -> Block:
    """What chat.postMessage and chat.update take, but for the channel."""
    return {
        "text": _fallback(message.plain),
        "blocks": to_blocks(message),
        "mrkdwn": False,
        "parse": "none",
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def to_blocks(message: Message) -> list[Block]:
    """Slack draws one table per message; the others become lines."""
    tables = (e for e in message.elements if isinstance(e, Table) and _drawable(e))
    drawn = next(tables, None)
    blocks: list[Block] = []
    for element in message.elements:
        blocks += _drawn(drawn) if drawn and element is drawn else _blocks(element)
    return _within(blocks or _sections(message.plain), MESSAGE_BLOCKS, MESSAGE_ROOM, _characters)


def to_view(form: Form) -> Block:
    blocks = [] if _size(form.title) <= TITLE else _heading(form.title)
    blocks += _rich([(_settled(form.error), True)])
    for element in form.elements:
        blocks += _blocks(element)
    for field in form.fields:
        blocks += _field(field) if form.submit else _facts([(field.label, _shown(field))])
    view = {
        "type": "modal",
        "callback_id": form.name.value,
        "private_metadata": json.dumps({"name": form.name.value, "about": _id(form.about)}),
        "title": _label(form.title or form.name.value, TITLE),
        "close": _plain("Cancel" if form.submit else "Close"),
        "blocks": _within(
            blocks or _sections("Nothing here yet."), VIEW_BLOCKS, VIEW_ROOM, _bytes_of_json
        ),
    }
    return {**view, "submit": _label(form.submit, TITLE)} if form.submit else view


def to_errors(form: Form) -> dict[str, str]:
    """For `response_action: errors`: Slack shows each beside its field and keeps what was typed."""
    return {field.name: _settled(field.error) for field in form.fields if field.error}


# Elements


def _blocks(element: Element) -> list[Block]:
    match element:
        case Heading(words):
            return _heading(words)
        case Text(words):
            return _sections(words)
        case Quiet(words):
            return [{"type": "context", "elements": [text]} for text in _passages(words)]
        case Quote(words):
            # Untouched: a quote is a block of its own, so its marks reach no word of ours.
            return _rich([(words, False)], "rich_text_quote") if words.strip() else []
        case Facts(facts):
            return _facts([(fact.label, fact.words) for fact in facts])
        case Table():
            return _caption(element) + _lined(_lines(element))
        case Divider():
            return [{"type": "divider"}]
        case Buttons(buttons):
            shown = [_button(button, place) for place, button in enumerate(buttons)]
            return [
                {"type": "actions", "elements": shown[start : start + BUTTONS]}
                for start in range(0, len(shown), BUTTONS)
            ]


def _heading(words: str) -> list[Block]:
    words = _settled(words)
    if _size(words) > HEADER:
        return _rich([(words, True)])
    return [{"type": "header", "text": _plain(words)}] if words.strip() else []


def _sections(words: str) -> list[Block]:
    return [{"type": "section", "text": text} for text in _passages(words)]


def _facts(facts: Sequence[tuple[str, str]]) -> list[Block]:
    return _lined(run for label, words in facts for run in _line(label, words))


def _line(label: str, words: str) -> Iterator[Run]:
    colon = "" if label.endswith("?") else ":"
    yield f"\n{_settled(label)}{colon} " if label else "\n", True
    yield _settled(words) or "–", False


def _lined(runs: Iterable[Run]) -> list[Block]:
    """Each line brings its own line break; before the first there is nothing to break."""
    return _rich((words[place == 0 :], bold) for place, (words, bold) in enumerate(runs))


def _caption(table: Table) -> list[Block]:
    return _rich([(_settled(table.caption), True)])


def _lines(table: Table) -> Iterator[Run]:
    """A row as its name and then one line for each other column."""
    for row in table.rows:
        yield f"\n{_settled(row[0] if row else '') or '–'}", True
        labels = (*table.columns[1:], *("" for _ in row))
        for label, words in zip(labels, row[1:], strict=False):
            yield from _line(label, words)


def _drawable(table: Table) -> bool:
    rows = (table.columns, *table.rows)
    widest = max(map(len, rows))
    longest = max((_size(cell) for row in rows for cell in row), default=0)
    return 1 < len(rows) <= TABLE_ROWS and 0 < widest <= TABLE_COLUMNS and longest <= PASSAGE


def _drawn(table: Table) -> list[Block]:
    width = max(map(len, (table.columns, *table.rows)))
    header = [_cell(words, bold=True) for words in _row(table.columns, width)]
    rows = [[_cell(words, bold=False) for words in _row(row, width)] for row in table.rows]
    wrapped = [{"align": "left", "is_wrapped": True}] * width
    block = {"type": "table", "column_settings": wrapped, "rows": [header, *rows]}
    return [*_caption(table), block]


def _row(cells: Sequence[str], width: int) -> list[str]:
    """Slack refuses an empty cell and rows of unequal length."""
    return [_settled(cell) or "–" for cell in (*cells, *[""] * (width - len(cells)))]


def _cell(words: str, *, bold: bool) -> Block:
    # Slack has answered raw_text cells with errors of its own; rich_text cells always worked.
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [_text(words, bold=bold)]}],
    }


def _button(button: Button, place: int) -> Block:
    """`place` keeps action ids apart: a row may hold the same press about several things."""
    verb = "open" if isinstance(button.does, FormName) else "press"
    block: Block = {
        "type": "button",
        "action_id": f"{verb}:{button.does.value}:{place}",
        "text": _label(button.label or button.does.value, BUTTON_LABEL),
    }
    if button.about:
        block["value"] = _id(button.about)
    if button.primary:
        block["style"] = "primary"
    return block


# Fields


def _field(field: Field) -> list[Block]:
    return [*_rich([(_settled(field.error), True)]), *_inputs(field)]


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
            day = {"initial_date": value} if _is_day(value) else {}
            return _input(field, {"type": "datepicker", **day})
        case Hour(value=value):
            hour = {"initial_time": value} if _is_hour(value) else {}
            return _input(field, {"type": "timepicker", **hour})
        case Switch(on=on):
            yes = [_option(Option("on", "Yes"))]
            switched = {"initial_options": yes} if on else {}
            return _input(field, {"type": "checkboxes", "options": yes, **switched})


def _input(field: Field, element: Block, part: int = 1) -> list[Block]:
    """Optional in Slack's eyes, so that what is missing is said in our words, by the turn."""
    name = field.name if part == 1 else f"{field.name}~{part}"
    label = (field.label or field.name) if part == 1 else f"{field.label} (part {part})"
    block: Block = {
        "type": "input",
        "block_id": name,
        "label": _label(label, INPUT_LABEL),
        "element": {**element, "action_id": name},
        "optional": True,
    }
    if field.hint and part == 1:
        block["hint"] = _label(field.hint, INPUT_LABEL)
    return [block]


def _text_inputs(field: ShortText | LongText) -> list[Block]:
    """What is too long for one box goes on in the next (`name~2`); joined, they are the value."""
    parts = list(_pieces(field.value, PASSAGE)) or [""]
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
        {"label": _plain(f"From {start + 1}"), "options": shown[start : start + OPTIONS]}
        for start in range(0, len(shown), OPTIONS)
    ]
    return {"type": folded, "option_groups": groups}


def _option(option: Option) -> Block:
    """A long label, such as an objective, goes on in the description."""
    label = _settled(option.label).strip() or option.value
    head = next(_pieces(label, OPTION_LABEL))
    shown = {"text": _plain(head), "value": option.value}
    rest = label[len(head) :]
    return {**shown, "description": _label(rest, OPTION_LABEL)} if rest else shown


def _no_options(field: Field) -> list[Block]:
    return _facts([(field.label, "Nothing to choose from.")])


def _shown(field: Field) -> str:
    """A field on a page that is only read."""
    match field:
        case ShortText(value=words) | LongText(value=words):
            return words
        case Day(value=words) | Hour(value=words):
            return words
        case Choice(options=options, value=value):
            return ", ".join(option.label for option in options if option.value == value)
        case Choices(options=options, values=values):
            return ", ".join(option.label for option in options if option.value in values)
        case Switch(on=on):
            return "Yes" if on else "No"


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_hour(value: str) -> bool:
    try:
        return time.fromisoformat(value).isoformat("minutes") == value
    except ValueError:
        return False


# Words


def _passages(words: str) -> list[Block]:
    words = _settled(words)
    return [_plain(piece) for piece in _pieces(words, PASSAGE)] if words.strip() else []


def _rich(runs: Iterable[Run], shape: str = "rich_text_section") -> list[Block]:
    """Runs in as few blocks as hold them; a run too long for one goes on in the next."""
    blocks: list[list[Block]] = []
    room = 0
    for words, bold in runs:
        for piece in _pieces(words, PASSAGE):
            if not blocks or _size(piece) > room:
                blocks.append([])
                room = PASSAGE
            blocks[-1].append(_text(piece, bold=bold))
            room -= _size(piece)
    return [
        {"type": "rich_text", "elements": [{"type": shape, "elements": texts}]} for texts in blocks
    ]


def _text(words: str, *, bold: bool) -> Block:
    text: Block = {"type": "text", "text": words}
    return {**text, "style": {"bold": True}} if bold else text


def _plain(words: str) -> Block:
    return {"type": "plain_text", "text": words, "emoji": False}


def _label(words: str, most: int) -> Block:
    return _plain(_shorten(_settled(words), most))


def _settled(words: str) -> str:
    return _TRICKS.sub("", words)


def _fallback(words: str) -> str:
    """`text` is the one place Slack reads as mrkdwn; a screen reader gets it instead of blocks."""
    escaped = _settled(words).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub("&[a-z]*…$", "…", _shorten(escaped, FALLBACK))


def _id(about: str) -> str:
    if len(about) > ABOUT:
        raise ValueError(f"what a button is about is an id of at most {ABOUT} characters")
    return about


# Room


def _size(words: str) -> int:
    return len(words.encode("utf-16-le", "surrogatepass")) // 2


def _head(words: str, most: int) -> str:
    """As much as fits, to the end of a word where there is one."""
    fits = words.encode("utf-16-le", "surrogatepass")[: most * 2].decode("utf-16-le", "ignore")
    gap = max(fits.rfind(" "), fits.rfind("\n")) + 1
    return fits[:gap] if gap > len(fits) // 2 else fits or words[:1]


def _pieces(words: str, most: int) -> Iterator[str]:
    """Joined again they are the words."""
    while _size(words) > most:
        yield (head := _head(words, most))
        words = words[len(head) :]
    if words:
        yield words


def _shorten(words: str, most: int) -> str:
    return words if _size(words) <= most else _head(words, most - 1).rstrip() + "…"


def _characters(part: Any) -> int:
    match part:
        case str():
            return _size(part)
        case list():
            return sum(map(_characters, part))
        case dict():
            return sum(_characters(inner) for name, inner in part.items() if name != "type")
    return 0


def _bytes_of_json(block: Block) -> int:
    return len(json.dumps(block)) + 2


def _within(
    blocks: list[Block], most: int, room: int, weigh: Callable[[Block], int]
) -> list[Block]:
    """What can be pressed or filled in stays; of the rest, the beginning and a line saying so."""
    if len(blocks) <= most and sum(map(weigh, blocks)) <= room:
        return blocks
    [too_long] = _sections("There is more than Slack can show here. The rest is left out.")
    room -= weigh(too_long)
    kept: set[int] = set()
    for place in sorted(range(len(blocks)), key=lambda at: blocks[at]["type"] not in _CONTROLS):
        room -= weigh(blocks[place])
        if room < 0 or len(kept) == most - 1:
            break
        kept.add(place)
    first = min(set(range(len(blocks))) - kept)
    return [*blocks[:first], too_long, *(blocks[at] for at in sorted(kept) if at > first)]
