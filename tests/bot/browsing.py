"""A browser without a script: it reads a page, and sends exactly what the page's forms send."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Self
from urllib.parse import urlencode, urlsplit

import httpx
from starlette.applications import Starlette

HERE = "http://127.0.0.1:8000"
VOID = {"input", "br", "hr", "meta", "link", "img"}

Filled = Mapping[str, str | bool | Sequence[str]]


class Node:
    def __init__(self, tag: str, attributes: dict[str, str], parent: "Node | None") -> None:
        self.tag, self.attributes, self.parent = tag, attributes, parent
        self.inside: list[Node | str] = []
        # Every node below, in the order in which they open, is a stretch of the whole page's list.
        self.page: list[Node] = [] if parent is None else parent.page
        if parent is not None:
            self.page.append(self)
        self.first = len(self.page)
        self.last: int | None = None

    def all(self, tag: str = "") -> Iterator["Node"]:
        below = self.page[self.first : self.last]
        return iter([node for node in below if node.tag == tag] if tag else below)

    def one(self, tag: str, **attributes: str) -> "Node":
        found = [node for node in self.all(tag) if attributes.items() <= node.attributes.items()]
        assert len(found) == 1, f"{len(found)} of <{tag}> with {attributes}"
        return found[0]

    def inside_a(self, tag: str) -> "Node":
        node = self.parent
        while node is not None and node.tag != tag:
            node = node.parent
        assert node is not None, f"<{self.tag}> stands in no <{tag}>"
        return node

    @property
    def words(self) -> str:
        return "".join(child if isinstance(child, str) else child.words for child in self.inside)

    @property
    def sends(self) -> dict[str, str]:
        return {
            node.attributes["name"]: node.attributes["value"]
            for node in self.all("input")
            if node.attributes["type"] == "hidden"
        }


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self.at = Node("", {}, None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs}, self.at)
        assert len(attrs) == len(node.attributes), f"an attribute stands twice in <{tag}>"
        self.at.inside.append(node)
        if tag in VOID or self.is_closed_at_once():
            node.last = node.first
        else:
            self.at = node

    def is_closed_at_once(self) -> bool:
        return (self.get_starttag_text() or "").endswith("/>")

    def handle_endtag(self, tag: str) -> None:
        if self.is_closed_at_once() and self.at.tag != tag:
            return
        assert self.at.tag == tag, f"</{tag}> inside <{self.at.tag}>"
        assert self.at.parent
        self.at.last = len(self.at.page)
        self.at = self.at.parent

    def handle_data(self, data: str) -> None:
        self.at.inside.append(data)


def read(html: str) -> Node:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.at is reader.root, f"<{reader.at.tag}> is never closed"
    return reader.root


@dataclass(frozen=True)
class Sending:
    """A form filled in and not sent yet. Sending it again is sending the same once more."""

    method: str
    action: str
    fields: tuple[tuple[str, str], ...]

    def but(self, **changed: str) -> "Sending":
        """With other words in some fields, as somebody who forges a form would write them."""
        kept = tuple((name, value) for name, value in self.fields if name not in changed)
        return Sending(self.method, self.action, (*kept, *changed.items()))


@dataclass(frozen=True)
class Shown:
    """What came back: a page, or an error's page."""

    status: int
    address: str
    html: str
    root: Node

    @property
    def words(self) -> str:
        return " ".join(self.root.words.split())

    @property
    def conversation(self) -> Node:
        title = self.root.one("h2", id="conversation-title")
        assert title.words == "Conversation"
        return self.root.one("section", **{"aria-labelledby": "conversation-title"})

    @property
    def newest(self) -> str:
        """The last line of the conversation, as it is read."""
        return " ".join(list(self.conversation.all("article"))[-1].words.split())

    @property
    def dialog(self) -> Node | None:
        found = [node for node in self.root.all("section") if "role" in node.attributes]
        return found[0] if found else None

    @property
    def time(self) -> str:
        return self.root.one("time").attributes["datetime"]

    @property
    def notice(self) -> str:
        return self.root.one("p", id="notice").words

    @property
    def refusal(self) -> str:
        return " ".join(
            " ".join(node.words.split())
            for node in self.root.all("div")
            if node.attributes.get("class") == "refusal"
        )

    def buttons(self, region: Node | None = None) -> list[str]:
        return [node.words for node in (region or self.root).all("button")]

    def links(self) -> dict[str, str]:
        return {node.words.strip(): node.attributes["href"] for node in self.root.all("a")}

    def box(self, label: str) -> str:
        """What stands in the field with this label."""
        control = self._control(label)
        if control.tag == "textarea":
            return control.words.removeprefix("\n")
        return control.attributes.get("value", "")

    def sending(
        self,
        button: str,
        filled: Filled | None = None,
        within: Node | None = None,
    ) -> Sending:
        """The form of the one button with this name, with its fields filled in by label."""
        found = [node for node in (within or self.root).all("button") if node.words == button]
        assert len(found) == 1, f"{len(found)} buttons called {button}: {self.buttons()}"
        return self.sending_by(found[0], filled)

    def sending_by(self, button: Node, filled: Filled | None = None) -> Sending:
        """The form of this very button. A choice is filled in by the label of its option."""
        form = button.inside_a("form")
        typed = dict(
            pair for label, value in (filled or {}).items() for pair in _typed(form, label, value)
        )
        fields = [pair for control in form.all() for pair in _fields(control, typed)]
        return Sending(form.attributes["method"].upper(), form.attributes["action"], tuple(fields))

    def typed_by(self, button: Node, filled: Filled) -> list[str]:
        """Of what is filled in: the words that are typed into a box, and chosen from nothing."""
        form = button.inside_a("form")
        return [
            value
            for label, value in filled.items()
            if isinstance(value, str) and value and _is_box(form, label)
        ]

    def _control(self, label: str) -> Node:
        labels = [node for node in self.root.all("label") if node.words == label]
        assert len(labels) == 1, f"{len(labels)} labels read {label}"
        wanted = labels[0].attributes["for"]
        return next(node for node in self.root.all() if node.attributes.get("id") == wanted)


def _is_box(form: Node, label: str) -> bool:
    found = [one for one in form.all("label") if one.words == label]
    control = _labelled(form, found[0]) if found else None
    return control is not None and (
        control.tag == "textarea" or control.attributes.get("type") == "text"
    )


def _labelled(form: Node, label: Node) -> Node:
    wanted = label.attributes["for"]
    return next(node for node in form.all() if node.attributes.get("id") == wanted)


def _typed(
    form: Node, label: str, value: str | bool | Sequence[str]
) -> Iterator[tuple[int, str | bool]]:
    """What the controls with this label hold then, each by its own identity."""
    for group in form.all("fieldset"):
        if [one.words for one in group.all("legend")] == [label] and not isinstance(value, bool):
            wanted = [value] if isinstance(value, str) else list(value)
            options = list(group.all("label"))
            assert set(wanted) <= {one.words for one in options}, f"{label}: {wanted}"
            for one in options:
                yield id(_labelled(form, one)), one.words in wanted
            return
    found = [one for one in form.all("label") if one.words == label]
    there = [one.words for one in form.all("label")]
    assert len(found) == 1, f"{len(found)} labels read {label}; there are {there}"
    control = _labelled(form, found[0])
    if control.tag == "select" and isinstance(value, str):
        named = {one.words: one.attributes["value"] for one in control.all("option")}
        assert value in {*named, *named.values()}, f"{label} has no option {value}: {named}"
        value = named.get(value, value)
    assert isinstance(value, str | bool)
    yield id(control), value


def _fields(control: Node, typed: Mapping[int, str | bool]) -> Iterator[tuple[str, str]]:
    """What a browser sends of one control."""
    name, given = control.attributes.get("name"), typed.get(id(control))
    if name is None:
        return
    if control.tag == "select":
        options = list(control.all("option"))
        chosen = [one for one in options if "selected" in one.attributes] or options[:1]
        yield name, given if isinstance(given, str) else chosen[0].attributes["value"]
    elif control.attributes.get("type") in {"checkbox", "radio"}:
        if given if given is not None else "checked" in control.attributes:
            yield name, control.attributes["value"]
    elif control.tag in {"input", "textarea"}:
        stands = control.attributes.get("value", control.words.removeprefix("\n"))
        words = given if isinstance(given, str) else stands
        # A line's end travels as CR LF, whatever was typed.
        yield name, words.replace("\r\n", "\n").replace("\n", "\r\n")


class Browser:
    """It also says where its forms come from, as browsers do."""

    def __init__(self, app: Starlette, *, raises: bool = True) -> None:
        transport = httpx.ASGITransport(app, raise_app_exceptions=raises)
        self.client = httpx.AsyncClient(transport=transport, base_url=HERE)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.client.aclose()

    async def goes(self, address: str) -> Shown:
        return _shown(await self.client.get(address, follow_redirects=True))

    async def follows(self, page: Shown, link: str) -> Shown:
        return await self.goes(page.links()[link])

    async def presses(self, page: Shown, button: str) -> Shown:
        return await self.sends(page.sending(button))

    async def fills(self, page: Shown, button: str, filled: Filled) -> Shown:
        return await self.sends(page.sending(button, filled))

    async def sends(self, sending: Sending) -> Shown:
        if sending.method == "GET":
            return await self.goes(f"{sending.action}?{urlencode(sending.fields)}")
        answer = await self.client.post(
            sending.action,
            content=urlencode(sending.fields),
            headers={
                "content-type": "application/x-www-form-urlencoded",
                "origin": HERE,
                "sec-fetch-site": "same-origin",
            },
            follow_redirects=True,
        )
        return _shown(answer)


def _shown(answer: httpx.Response) -> Shown:
    kind = answer.headers.get("content-type", "")
    root = read(answer.text) if kind.startswith("text/html") else Node("", {}, None)
    return Shown(answer.status_code, urlsplit(str(answer.url)).path, answer.text, root)
