"""The pages that stand open on top of each other, as each of them carries it along.

Slack hands back a page's hidden part with whatever is done on it, and nothing of what lies below.
"""

import json
from dataclasses import dataclass, replace

from bot.payloads import Payload, UnreadableError, maybe_words, parts, read_object, words
from bot.slack.room import ABOUT
from bot.slack.strict import maybe_token, token
from prompts.message import FormName

MOST = 3  # on top of each other; Slack takes no more
# Raised whenever a field of a form is renamed, becomes another kind or goes: what somebody typed
# into the form as it was before could not be read. tests/golden/fields.json holds it to that.
MADE = 1
SAID = "said"
TURN = "turn"  # the verb of a button that turns to another leaf of a long page
LONGEST_METADATA = 3_000
MOST_LEAVES = 1_000

LONGEST_OPENER = 300

_KEYS = {"name", "about", "made", "basis", "below", "home", "once", "leaf", "from"}


@dataclass(frozen=True, slots=True)
class Opener:
    """The message (D…/ts) on which the first page was opened, and the response_url by which that
    message may be changed for half an hour, without asking for room at chat.update."""

    message: str
    response_url: str


@dataclass(frozen=True, slots=True)
class Page:
    """One that stands open. `form` is None where it cannot be drawn again as it was: something
    that was `said`, or found. `view` is Slack's id; `leaf` is which of its leaves they look at."""

    form: FormName | None
    about: str = ""
    view: str = ""
    said: bool = False
    leaf: int = 0


@dataclass(frozen=True, slots=True)
class Pages:
    """All that stand open, the one on top last. `inputs` are the names of its boxes."""

    stack: tuple[Page, ...] = ()
    over_home: bool = False
    inputs: tuple[str, ...] = ()
    opener: Opener | None = None

    @property
    def below(self) -> "Pages":
        return replace(self, stack=self.stack[:-1], inputs=())

    @property
    def has_room(self) -> bool:
        return len(self.stack) < MOST

    @property
    def top(self) -> Page | None:
        """What they look at."""
        return self.stack[-1] if self.stack else None


NONE_OPEN = Pages()


@dataclass(frozen=True, slots=True)
class Hidden:
    """What a page says of itself. `once`: it cannot be drawn again as it was."""

    name: str
    about: str = ""
    basis: str = ""
    once: bool = False
    leaf: int = 0


def to_metadata(hidden: Hidden, under: Pages) -> str:
    held: dict[str, object] = {"name": hidden.name, "about": hidden.about, "made": MADE}
    if hidden.basis:
        held["basis"] = hidden.basis
    if hidden.once:
        held["once"] = True
    if hidden.leaf:
        held["leaf"] = hidden.leaf
    if under.stack:
        held["below"] = [_in_short(page) for page in under.stack]
    if under.over_home:
        held["home"] = True
    if under.opener:
        held["from"] = [under.opener.message, under.opener.response_url]
    return json.dumps(held)


def _in_short(page: Page) -> list[str | int]:
    return [page.form.value, page.about, page.leaf] if page.form else [SAID, "", 0]


# ---- and back ----


def read_hidden(view: Payload) -> Hidden:
    """Exactly as it is written above, by this version; or it is unreadable."""
    held = _held(view)
    # The first version did not say which it was.
    if not {"name", "about"} <= set(held) <= _KEYS or held.get("made", 1) != MADE:
        raise UnreadableError("The form is not one of this version.")
    name, about = words(held, "name"), words(held, "about", ABOUT)
    if name != words(view, "callback_id"):
        raise UnreadableError("The form has two names.")
    basis, once = maybe_words(held, "basis"), held.get("once") is True
    return Hidden(name, about, basis, once, _leaf(held.get("leaf", 0)))


def read_pages(view: Payload) -> Pages:
    """Whatever an older version wrote of it, this one knows how many there are and where."""
    ids = [maybe_token(view, "root_view_id"), maybe_token(view, "previous_view_id")]
    ids = list(dict.fromkeys([*filter(None, ids), token(view, "id")]))
    try:
        hidden, held = read_hidden(view), _held(view)
        below = [_page(one) for one in _below(held)]
    except UnreadableError:
        hidden, held, below = Hidden(SAID), {}, []
    if len(below) != len(ids) - 1:
        below = [Page(None)] * (len(ids) - 1)
    top = _page([hidden.name, hidden.about, hidden.leaf])
    if hidden.once:
        top = Page(None)
    together = zip([*below, top], ids, strict=True)
    stack = tuple(replace(page, view=view_id) for page, view_id in together)
    return Pages(stack, held.get("home") is True, read_inputs(view), _opener(held))


def read_inputs(view: Payload) -> tuple[str, ...]:
    """The boxes in which something can stand, in their order."""
    inputs = [one for one in parts(view, "blocks") if one.get("type") == "input"]
    return tuple(words(one, "block_id", ABOUT) for one in inputs)


def _held(view: Payload) -> Payload:
    return read_object(words(view, "private_metadata", LONGEST_METADATA))


def _opener(held: Payload) -> Opener | None:
    """None too where it is of another version: the message is changed all the same."""
    match held.get("from"):
        case [str(message), str(address)] if len(address) <= LONGEST_OPENER:
            return Opener(message, address)
    return None


def _below(held: Payload) -> list[list[object]]:
    below = held.get("below", [])
    if not isinstance(below, list) or not all(isinstance(one, list) for one in below):
        raise UnreadableError("The form does not say what it stands on.")
    return below


def _page(short: list[object]) -> Page:
    match short:
        case [str(name), str(about), leaf] if len(about) <= ABOUT:
            at = _leaf(leaf)
            try:
                return Page(FormName(name), about, leaf=at)
            except ValueError:
                return Page(None, said=name == SAID)
    raise UnreadableError("The form does not say what it stands on.")


def _leaf(number: object) -> int:
    if isinstance(number, int) and not isinstance(number, bool) and 0 <= number < MOST_LEAVES:
        return number
    raise UnreadableError("The form has no such leaf.")
