"""Message → Block Kit, Form → modal: pure, in plain dicts, without Slack's library."""

from collections.abc import Sequence

from bot.slack.fields import to_field
from bot.slack.leaves import to_leaf, to_share
from bot.slack.pages import NONE_OPEN, SAID, Hidden, Pages, to_metadata
from bot.slack.pictures import to_chart, to_path
from bot.slack.room import (
    ABOUT,
    BUTTON_LABEL,
    BUTTONS,
    TITLE,
    Block,
    is_within_view,
    size,
    within_message,
    within_view,
)
from bot.slack.tables import is_drawable, to_table, to_table_lines
from bot.slack.words import (
    to_bold,
    to_facts,
    to_fallback,
    to_heading,
    to_label,
    to_passages,
    to_plain,
    to_quote,
    to_sections,
)
from prompts.dressing import field_in_words, settled
from prompts.message import (
    Button,
    Buttons,
    Chart,
    Divider,
    Element,
    Facts,
    Form,
    FormName,
    Heading,
    Link,
    Message,
    Path,
    Quiet,
    Quote,
    Table,
    Text,
)

# True for whoever may be added, and for whoever is of elsewhere: Slack does not say which they are.
UNKNOWN = (
    "I do not know you here, so there is nothing to show. I am for people of this organisation; "
    "whoever runs its programme can add them."
)
[_TOO_LONG] = to_sections("There is more than Slack can show here. The rest is left out.")


def to_payload(message: Message) -> Block:
    """What chat.postMessage and chat.update take, but for the channel."""
    return {
        "text": to_fallback(message.plain),
        "blocks": to_blocks(message),
        "mrkdwn": False,
        "parse": "none",
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def to_blocks(message: Message) -> list[Block]:
    """Slack draws one table per message; the others become lines."""
    tables = (e for e in message.elements if isinstance(e, Table) and is_drawable(e))
    drawn = next(tables, None)
    blocks: list[Block] = []
    for element in message.elements:
        blocks += to_table(drawn) if drawn and element is drawn else _blocks(element)
    return within_message(blocks or to_sections(message.plain), _TOO_LONG)


def to_view(form: Form, under: Pages = NONE_OPEN, *, once: bool = False, leaf: int = 0) -> Block:
    """`under` is what it stands on. `once`: it cannot be drawn again as it is."""
    blocks = [] if size(form.title) <= TITLE else to_heading(form.title)
    blocks += to_bold(form.error)
    for element in form.elements:
        blocks += _blocks(element)
    for field in form.fields:
        blocks += (
            to_field(field) if form.submit else to_facts([(field.label, field_in_words(field))])
        )
    # What is filled in is sent as a whole.
    if not form.submit:
        blocks = to_leaf(form, blocks, leaf, once=once)
    hidden = Hidden(form.name.value, _id(form.about), form.basis, once, leaf)
    view = {
        "type": "modal",
        "callback_id": form.name.value,
        "private_metadata": to_metadata(hidden, under),
        "title": to_label(form.title or form.name.value, TITLE),
        "close": to_plain("Cancel" if form.submit else "Close"),
        "blocks": within_view(blocks or to_sections("Nothing here yet."), _TOO_LONG),
    }
    return {**view, "submit": to_label(form.submit, TITLE)} if form.submit else view


def to_page(messages: Sequence[Message], under: Pages = NONE_OPEN) -> Block:
    """What is answered to somebody on a page, who does not see the chat now."""
    blocks: list[Block] = []
    for message in messages:
        shown = [block for element in message.elements for block in _blocks(element)]
        blocks += shown or to_sections(message.plain)
    return {
        "type": "modal",
        "callback_id": SAID,
        "private_metadata": to_metadata(Hidden(SAID), under),
        "title": to_label("Bearings", TITLE),
        "close": to_plain("Close"),
        "blocks": within_view(blocks, _TOO_LONG),
    }


def to_home(forms: Sequence[Form], nobody: str = UNKNOWN) -> Block:
    """The Home: one page under another, for somebody with several roles. `nobody`: what stands
    there for whoever has none."""
    pages = [
        to_heading(form.title) + [one for element in form.elements for one in _blocks(element)]
        for form in forms
    ]
    blocks = [block for page in pages for block in page]
    if not is_within_view(blocks):
        shares = [to_share(form, page, len(forms)) for form, page in zip(forms, pages, strict=True)]
        blocks = [block for page in shares for block in page]
    return {"type": "home", "blocks": blocks or to_sections(nobody)}


def to_errors(form: Form) -> dict[str, str]:
    """For `response_action: errors`: Slack shows each beside its field and keeps what was typed."""
    return {field.name: settled(field.error) for field in form.fields if field.error}


def _blocks(element: Element) -> list[Block]:
    match element:
        case Heading(words):
            return to_heading(words)
        case Text(words):
            return to_sections(words)
        case Quiet(words):
            return [{"type": "context", "elements": [text]} for text in to_passages(words)]
        case Quote(words):
            return to_quote(words)
        case Facts(facts):
            return to_facts([(fact.label, fact.words) for fact in facts])
        case Table():
            return to_table_lines(element)
        case Chart():
            return to_chart(element)
        case Path():
            return to_path(element)
        case Link(label, address):
            link = {
                "type": "button",
                "action_id": "link",
                "text": to_label(label, BUTTON_LABEL),
                "url": address,
            }
            return [{"type": "actions", "elements": [link]}]
        case Divider():
            return [{"type": "divider"}]
        case Buttons(buttons):
            shown = [_button(button, place) for place, button in enumerate(buttons)]
            return [
                {"type": "actions", "elements": shown[start : start + BUTTONS]}
                for start in range(0, len(shown), BUTTONS)
            ]


def _button(button: Button, place: int) -> Block:
    """`place` keeps action ids apart: a row may hold the same press about several things."""
    verb = "open" if isinstance(button.does, FormName) else "press"
    block: Block = {
        "type": "button",
        "action_id": f"{verb}:{button.does.value}:{place}",
        "text": to_label(button.label or button.does.value, BUTTON_LABEL),
    }
    if button.about:
        block["value"] = _id(button.about)
    if button.primary:
        block["style"] = "primary"
    return block


def _id(about: str) -> str:
    if len(about) > ABOUT:
        raise ValueError(f"what a button is about is an id of at most {ABOUT} characters")
    return about
