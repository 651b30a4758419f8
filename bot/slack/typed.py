"""What somebody typed in Slack, back from the marks in which Slack sends it.

Slack escapes three characters and writes mentions and links as <…>. Nothing is looked up, so a
mention without its name is "@someone"; a link keeps its label and its address. Any text is taken.
"""

import re

_MARKED = re.compile(r"&(?:amp|lt|gt);|<([^<>\n]+)>")
_ESCAPES = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}
_ESCAPE = re.compile("|".join(_ESCAPES))
_ADDRESS = re.compile(r"(https?://|mailto:|tel:|[a-z][a-z0-9+.-]*:)(.*)", re.IGNORECASE)
_EVERYBODY = frozenset({"channel", "everyone", "group", "here"})


def as_typed(text: str) -> str:
    """Once over the text, so that "&amp;lt;" is the "&lt;" that somebody typed."""
    return _MARKED.sub(_shown, text)


def _shown(mark: re.Match[str]) -> str:
    if (inner := mark[1]) is None:
        return _ESCAPES[mark[0]]
    target, _, label = inner.partition("|")
    label = _unescaped(label)
    match target[0] if target else "":
        case "@":
            return f"@{label.lstrip('@') or 'someone'}"
        case "#":
            return f"#{label.lstrip('#') or 'channel'}"
        case "!":
            return _call(target[1:].partition("^")[0], label) or _unescaped(mark[0])
    return _link(_unescaped(target), label) or _unescaped(mark[0])


def _call(name: str, label: str) -> str:
    """Of <!channel>, <!subteam^S…|@ward>, <!date^…|Tuesday>."""
    if name in _EVERYBODY:
        return f"@{name}"
    if name == "subteam":
        return f"@{label.lstrip('@') or 'group'}"
    return label


def _link(address: str, label: str) -> str:
    found = _ADDRESS.fullmatch(address)
    if found is None:
        return ""
    scheme, rest = found[1].lower(), found[2]
    if not label:
        return rest if scheme in {"mailto:", "tel:"} else address
    # Slack makes links of what looks like one; then the label is what was typed.
    typed_so = label.rstrip("/") in {address.rstrip("/"), rest.rstrip("/")}
    return label if typed_so or scheme == "tel:" else f"{label} ({address})"


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda mark: _ESCAPES[mark[0]], text)
