"""What a browser sends, read into Events. Pure; whatever is not understood is refused."""

import hashlib
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl
from uuid import UUID

from bot.conversation.events import Pressed, Said, Submitted
from bot.web.posting import PLATFORM, WORKSPACE
from prompts.message import FormName, Press

MOST_FIELDS = 100

Fields = Mapping[str, tuple[str, ...]]


class UnreadableError(ValueError):
    """Not something that a page of ours can have sent."""


def read_fields(body: bytes) -> Fields:
    """The fields of a submitted form, exactly as they were typed.

    The decoding is strict, where frameworks put a question mark for what they cannot read: words
    are kept as they are or not at all. Browsers send a line's end as CR LF; people typed one.
    """
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError as error:
        raise UnreadableError("The form was not readable text.") from error
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        fields[name] = (*fields.get(name, ()), value.replace("\r\n", "\n"))
    return fields


def one(fields: Fields, name: str) -> str:
    return fields.get(name, ("",))[0]


def read_said(key: str, fields: Fields) -> Said:
    return Said(*_from(key, fields), words=one(fields, "words"))


def read_pressed(key: str, fields: Fields) -> Pressed:
    try:
        press = Press(one(fields, "does"))
    except ValueError as error:
        raise UnreadableError("There is no such button.") from error
    return Pressed(*_from(key, fields), press=press, about=one(fields, "about"))


def read_submitted(key: str, fields: Fields) -> Submitted:
    form = read_form_name(one(fields, "form"))
    return Submitted(
        *_from(key, fields),
        form=form,
        about=one(fields, "about"),
        values=fields,
        basis=one(fields, "basis"),
    )


def read_form_name(name: str) -> FormName:
    try:
        return FormName(name)
    except ValueError as error:
        raise UnreadableError("There is no such form.") from error


def read_line_number(line: str) -> int | None:
    """Of "line-12". A number that no database would hold is nobody's line."""
    found = re.fullmatch(r"line-([0-9]{1,15})", line)
    return int(found[1]) if found else None


def read_event_id(fields: Fields) -> str:
    """Made anew for each form that a page draws, so pressing it twice is one event."""
    try:
        return f"web-{UUID(one(fields, 'event'))}"
    except ValueError as error:
        raise UnreadableError("The form came without its number.") from error


def _from(key: str, fields: Fields) -> tuple[str, str, str, str]:
    # With what was sent: the same form sent again with other words is not the same event.
    sent = hashlib.sha256(repr(sorted(fields.items())).encode("utf-8", "surrogatepass"))
    event_id = f"{read_event_id(fields)}-{sent.hexdigest()[:16]}"
    return (event_id, PLATFORM, WORKSPACE, key)
