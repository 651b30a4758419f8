"""Conversations as lists of pairs: what a person does, and what they are then told.

    ("Amara arrives", "Before we start …"),
    ("agree", "Agreed. …"),                             she types it
    ("[Skip]", "…? Skipped. Nothing was stored."),      she presses a button that she can see
    ("[Answer]", "…? Your answer …"),                   a button that opens a form or a page
    ({"Your answer": "The agenda."}, "… Saved, …"),     she fills in the form and sends it
    ("Tuesday 12:00", "…? Only you can read …"),        time passes; this is what arrives for her
    ("Ruth: digest", "There is no digest yet. …"),      somebody else; Amara is who is not named

What is expected is everything that is shown, in order: one text, or a list of them, "" for nothing.
"…" stands for any words. Buttons are compared only where the expectation has a "[".

A button or a field that this person cannot see fails the test. A message with `replaces` takes the
place of the one it belongs to, so the old buttons are gone.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.conversation.turn import Reply
from prompts.drawing import chart_in_words, path_in_words
from prompts.message import (
    Button,
    Buttons,
    Chart,
    Choice,
    Choices,
    Divider,
    Element,
    Facts,
    Field,
    Form,
    FormName,
    Heading,
    Link,
    LongText,
    Message,
    Path,
    Quiet,
    Quote,
    Switch,
    Table,
    Text,
)
from storage.cadences import next_due
from storage.engine import reading
from storage.playground import next_ready
from tests.cast import Programme
from tests.prompts.manners import faults_in

PEOPLE = {
    "Amara": "Amara Okafor",
    "Dan": "Dan Whitfield",
    "Ruth": "Ruth Ellis",
    "Priya": "Priya Nair",
}
ZONES = {"Dan": "Atlantic/Stanley"}
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# What is written to be read by others: what a programme is for stands in its invitation.
PUBLIC = {"purpose"}
A_MOMENT = re.compile(rf"({'|'.join(DAYS)}) (\d\d:\d\d)")

Said = str | Mapping[str, str | bool | Sequence[str]]
Step = tuple[Said, str | Sequence[str]]


@dataclass
class Screen:
    """What one person sees: the chat, and the form or page that is open over it."""

    chat: list[Message] = field(default_factory=list)
    page: Form | None = None
    pressed: Message | None = None

    def show(self, reply: Reply) -> None:
        if isinstance(reply, Form):
            self.page = reply
            return
        old = self._place_of(reply) if reply.replaces else None
        if old is None:
            self.chat.append(reply)
        else:
            self.chat[old] = reply

    def _place_of(self, reply: Message) -> int | None:
        for place in reversed(range(len(self.chat))):
            if reply.nudge and self.chat[place].nudge == reply.nudge:
                return place
            if not reply.nudge and self.chat[place] is self.pressed:
                return place
        return None

    def button(self, label: str) -> Button:
        """The page's own, or the newest in the chat that has this label."""
        pages = [self.page] if self.page else []
        for shown in (*pages, *reversed(self.chat)):
            for button in buttons_of(shown):
                if button.label == label:
                    self.pressed = shown if isinstance(shown, Message) else None
                    return button
        seen = [one.label for shown in (*pages, *self.chat) for one in buttons_of(shown)]
        raise AssertionError(f"No button [{label}] can be seen, only {sorted(set(seen))}")


@dataclass
class Dialogue:
    programme: Programme
    screens: dict[str, Screen] = field(default_factory=lambda: {who: Screen() for who in PEOPLE})
    private: list[str] = field(default_factory=list)
    _arrived: int = 0

    async def goes(self, *steps: Step | Sequence[Step]) -> None:
        for step in _flat(steps):
            said, expected = step
            who, what = _speaker(said)
            replies = await self._happens(who, what)
            self._check(said, replies, [expected] if isinstance(expected, str) else list(expected))

    async def _happens(self, who: str, what: Said) -> list[Reply]:
        if not isinstance(what, str):
            return await self._fill_in(who, what)
        if what.startswith("[") and what.endswith("]"):
            return await self._press(who, what[1:-1])
        if found := A_MOMENT.fullmatch(what):
            return await self._wait(who, found[1], time.fromisoformat(found[2]))
        if what == f"{who} arrives":
            return self._shown(who, await self.programme.arrives(who.lower()))
        self.private += [what] if len(what) > 20 else []
        return self._shown(who, await self.programme.says(who.lower(), what))

    async def _press(self, who: str, label: str) -> list[Reply]:
        button = self.screens[who].button(label)
        if isinstance(button.does, FormName):
            reply = await self.programme.opens(who.lower(), button.does, button.about)
            return self._shown(who, [reply])
        replies = await self.programme.presses(who.lower(), button.does, button.about)
        self.screens[who].page = None
        return self._shown(who, replies)

    async def _fill_in(
        self, who: str, typed: Mapping[str, str | bool | Sequence[str]]
    ) -> list[Reply]:
        form = self.screens[who].page
        assert form is not None, f"{who} has no form open"
        assert form.submit, f"“{form.title}” is a page to read, with nothing to send"
        by_label = {one.label: one for one in form.fields}
        assert set(typed) <= set(by_label), f"“{form.title}” has only {sorted(by_label)}"
        values = {one.name: _sent(one, typed.get(one.label)) for one in form.fields}
        self.private += [
            word
            for one in form.fields
            if isinstance(one, LongText)
            and one.name not in PUBLIC
            and len(word := values[one.name][0]) > 20
        ]
        replies = await self.programme.submits(
            who.lower(),
            form.name,
            form.about,
            **{name: sent for name, sent in values.items() if sent},
        )
        self.screens[who].page = None
        return self._shown(who, replies)

    async def _wait(self, who: str, weekday: str, at: time) -> list[Reply]:
        target = next_moment(self.programme.now, ZONES.get(who, "Europe/London"), weekday, at)
        while (coming := await self._next_event()) is not None and coming < target:
            await self.programme.passes(until=coming)
        await self.programme.passes(until=target)
        delivered = self.programme.messenger.delivered
        new, self._arrived = delivered[self._arrived :], len(delivered)
        mine: list[Reply] = []
        for name, message in new:
            to = name.split(" ")[0]
            self._shown(to, [message])
            mine += [message] if to == who else []
        return mine

    async def _next_event(self) -> datetime | None:
        async with reading(self.programme.engine) as db:
            moments = (await next_due(db), await next_ready(db))
        return min(
            (at for at in moments if at is not None and at > self.programme.now), default=None
        )

    def _shown(self, who: str, replies: Sequence[Reply]) -> list[Reply]:
        for reply in replies:
            assert not (faults := faults_in(reply)), faults
            if isinstance(reply, Message):
                leaked = [words for words in self.private if words in repr(reply)]
                assert not leaked, f"the chat repeats what was written: {leaked}"
            self.screens[who].show(reply)
        return list(replies)

    @staticmethod
    def _check(said: Said, replies: Sequence[Reply], expected: list[str]) -> None:
        told = [words_of(reply) for reply in replies]
        wanted = [one for one in expected if one]
        matched = len(told) == len(wanted) and all(
            _matches(want, reply) for want, reply in zip(wanted, replies, strict=True)
        )
        assert matched, f"\n    said: {said!r}\nexpected: {wanted}\n    told: {told}"


def next_moment(now: datetime, zone: str, weekday: str, at: time) -> datetime:
    """The next time that clock shows this."""
    local = now.astimezone(ZoneInfo(zone))
    day: date = local.date() + timedelta(days=(DAYS.index(weekday) - local.weekday()) % 7)
    moment = datetime.combine(day, at, ZoneInfo(zone))
    return moment if moment > local else moment + timedelta(days=7)


def buttons_of(shown: Reply) -> list[Button]:
    return [b for one in shown.elements if isinstance(one, Buttons) for b in one.buttons]


def words_of(reply: Reply, *, buttons: bool = True) -> str:
    """What is to be seen of it, read from top to bottom."""
    parts = [_seen(one, buttons=buttons) for one in reply.elements]
    if isinstance(reply, Form):
        parts = [reply.title, reply.error, *parts, *(_field(one) for one in reply.fields)]
        parts += [f"[{reply.submit}]"] if reply.submit and buttons else []
    return " ".join(" ".join(parts).split())


def _seen(element: Element, *, buttons: bool) -> str:
    match element:
        case Heading(words=words) | Text(words=words) | Quiet(words=words):
            return words
        case Quote(words=words):
            return f"“{words}”"
        case Facts(facts=facts):
            return " ".join(_labelled(fact.label, fact.words) for fact in facts)
        case Table(caption=caption, rows=rows):
            return " ".join((caption, *(f"({', '.join(row)})" for row in rows)))
        case Chart(title=title, points=points):
            seen = [f"“{point.words}”" for point in points if point.words]
            return " ".join((f"{title}:", chart_in_words(element), *seen))
        case Path(title=title):
            return f"{title}: {path_in_words(element)}"
        case Link(label=label):
            return f"({label})" if buttons else ""
        case Divider():
            return ""
        case Buttons(buttons=several):
            return " ".join(f"[{one.label}]" for one in several) if buttons else ""
        case _:
            assert_never(element)


def _field(field: Field) -> str:
    match field:
        case Switch(on=on):
            value = "on" if on else "off"
        case Choices(options=options, values=values):
            value = ", ".join(one.label for one in options if one.value in values)
        case Choice(options=options, value=chosen):
            value = next((one.label for one in options if one.value == chosen), "")
        case _:
            value = field.value
    return f"{_labelled(field.label, value)} {field.error} {field.hint}"


def _labelled(label: str, value: str) -> str:
    value = value.strip()
    stop = "" if value.endswith((".", "?")) else "."
    return f"{label}: {value or 'empty'}{stop}"


def _sent(field: Field, typed: str | bool | Sequence[str] | None) -> tuple[str, ...]:
    """What a platform sends of this field: what was typed, or what stood in it."""
    match field:
        case Switch(on=on):
            return ("on",) if (on if typed is None else typed) else ()
        case Choices(options=options, values=values):
            labels = {one.label: one.value for one in options}
            return values if typed is None else tuple(labels[one] for one in _several(typed))
        case Choice(options=options, value=value):
            labels = {one.label: one.value for one in options}
            return (value,) if typed is None else (labels[str(typed)],)
        case _:
            return (field.value,) if typed is None else (str(typed),)


def _several(typed: str | bool | Sequence[str]) -> Sequence[str]:
    return [typed] if isinstance(typed, str) else list(typed) if not isinstance(typed, bool) else []


def _matches(expected: str, reply: Reply) -> bool:
    told = words_of(reply, buttons="[" in expected)
    pattern = r"\s?.*\s?".join(re.escape(part.strip()) for part in expected.split("…"))
    return re.fullmatch(pattern, told, re.DOTALL) is not None


def _speaker(said: Said) -> tuple[str, Said]:
    if isinstance(said, str):
        if found := re.fullmatch(rf"({'|'.join(PEOPLE)}): (.*)", said, re.DOTALL):
            return found[1], found[2]
        if found := re.fullmatch(rf"({'|'.join(PEOPLE)}) arrives", said):
            return found[1], said
        return "Amara", said
    named = {key: value for key, value in said.items() if key != "who"}
    return str(said.get("who", "Amara")), named


def _flat(steps: Sequence[Step | Sequence[Step]]) -> list[Step]:
    """Lists of steps may stand among steps, so that a beginning can be told once."""
    flat: list[Step] = []
    for step in steps:
        if isinstance(step, list):
            flat += step
        else:
            flat.append(step)
    return flat


# Beginnings that many dialogues share.
AGREED: list[Step] = [("Amara arrives", "Before we start …"), ("agree", "Agreed. …")]
WITH_OBJECTIVE: list[Step] = [
    *AGREED,
    ("[Set an objective]", "An objective of yours …"),
    (
        {
            "Six months from now, what would you most like to be different?": (
                "The place board decides without looking at me."
            ),
            "What does it touch?": ["Working across boundaries"],
        },
        "Your objective is kept. …",
    ),
]
ASKED: list[Step] = [
    *WITH_OBJECTIVE,
    ("Tuesday 12:00", "…? Only you can read your answer, unless you share it."),
]
REMINDED = "…? Still here, if you want it; there is no other reminder. …"
ANSWERED: list[Step] = [
    *ASKED,
    ("[Answer]", "…? About your objective: …"),
    ({"Your answer": "The agenda was mine all along."}, "…? Saved, for you only."),
]
EVERY_SWITCH = {
    "Send me questions": True,
    "Let me share things with my coach, one at a time": True,
    "Share my objective titles with my coach": True,
}
