"""What one person's page holds at one moment. Only looks; changes nothing."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.conversation.events import Opened
from bot.conversation.opening import waiting_forms
from bot.conversation.scene import Scene
from bot.conversation.turn import Reply, take_turn
from bot.web.posting import PLATFORM, WORKSPACE
from bot.web.reading import Fields
from bot.web.rendering import Line, Page, Person
from prompts.bank import Bank
from prompts.composing.agreeing import Place
from prompts.message import (
    Button,
    Buttons,
    Choice,
    Choices,
    Day,
    Field,
    Form,
    FormName,
    Hour,
    LongText,
    Message,
    ShortText,
    Switch,
    read_json,
)
from storage.members import Member, find_workspace
from storage.playground import ahead, bodies, chat_lines, chat_version, local_people
from storage.tables import ChatLine

PLACE = Place(
    "this page, which no employer keeps", "in a file on this computer", address="", employers=False
)
SHOWN = 200
HOMES = {
    "leader": FormName.LEADER_HOME,
    "coach": FormName.COACH_HOME,
    "lead": FormName.LEAD_HOME,
}

Dressing = Callable[[Message], Mapping[str, Any]]
Said = Mapping[int | None, Message]


@dataclass(frozen=True, slots=True)
class Asker:
    """Whose page is asked for, and when."""

    person: Person
    member: Member
    now: datetime
    bank: Bank


@dataclass(frozen=True, slots=True)
class Extra:
    """What a page shows beyond what is stored: an opened form, a note, words not taken."""

    opened: Form | None = None
    line: str = ""
    dressed_as: str = ""
    notice: str = ""
    draft: str = ""


async def people_here(db: AsyncSession) -> list[tuple[Person, Member]]:
    """Everyone in the sample programme, once for each role they have."""
    workspace = await find_workspace(db, PLATFORM, WORKSPACE)
    if workspace is None:
        return []
    everyone = await local_people(db, workspace.id)
    roles: tuple[tuple[str, Callable[[Member], bool]], ...] = (
        ("leader", lambda member: member.is_leader),
        ("coach", lambda member: member.is_coach),
        ("lead", lambda member: member.is_lead),
    )
    return [
        (Person(member.user_id, member.name, role), member)
        for role, has in roles
        for member in everyone
        if has(member)
    ]


async def build_page(
    db: AsyncSession,
    asker: Asker,
    people: Sequence[Person],
    dressings: Mapping[str, Dressing],
    extra: Extra,
) -> Page:
    kept = await chat_lines(db, asker.member.id, SHOWN)
    words = await bodies(db, kept)
    kept = [line for line in kept if line.number in words]
    said = {line.number: read_json(words[line.number]) for line in kept if not line.typed}
    standing = await _standing_forms(db, asker, kept, said)
    opened = extra.opened
    if opened and extra.line in standing and standing[extra.line].name is opened.name:
        standing[extra.line], opened = opened, None
    return Page(
        person=asker.person,
        people=tuple(people),
        now=asker.now,
        zone=asker.member.timezone,
        lines=tuple(
            _line(line, words[line.number], said, standing, dressings, extra) for line in kept
        ),
        home=as_form(await look(db, asker, HOMES[asker.person.role])),
        token=lambda: str(uuid4()),
        opened=opened,
        here=_query(opened, extra),
        notice=extra.notice,
        draft=extra.draft,
        version=await version(db, asker.member),
    )


async def version(db: AsyncSession, member: Member) -> str:
    """Differs whenever this person's page has something new to show."""
    moved = int((await ahead(db)).total_seconds())
    return f"{await chat_version(db, member.id)}.{moved}"


async def look(db: AsyncSession, asker: Asker, form: FormName, about: str = "") -> Reply:
    event = Opened("", PLATFORM, WORKSPACE, asker.member.user_id, form, about)
    [reply] = await take_turn(db, event, now=asker.now, bank=asker.bank, place=PLACE)
    return reply


def as_form(reply: Reply) -> Form:
    """A refusal to open something is shown where the thing would have stood."""
    if isinstance(reply, Form):
        return reply
    return Form(FormName.LEADER_HOME, "Not now", elements=reply.elements)


def line_id(line: ChatLine) -> str:
    return f"line-{line.number}"


def _line(
    line: ChatLine,
    words: str,
    said: Said,
    standing: Mapping[str, Form],
    dressings: Mapping[str, Dressing],
    extra: Extra,
) -> Line:
    if line.typed:
        return Line(line_id(line), line.at, words=words)
    message = said[line.number]
    return Line(
        line_id(line),
        line.at,
        message=message,
        form=standing.get(line_id(line)),
        platforms=tuple(dressings),
        dressed=_dressed(message, dressings, extra) if extra.line == line_id(line) else None,
    )


def _dressed(
    message: Message, dressings: Mapping[str, Dressing], extra: Extra
) -> tuple[str, str] | None:
    dress = dressings.get(extra.dressed_as)
    if dress is None:
        return None
    return extra.dressed_as, json.dumps(dress(message), indent=2, ensure_ascii=False)


def _query(opened: Form | None, extra: Extra) -> str:
    """The query that shows this page once more, also when it was the answer to a POST."""
    if opened is not None:
        return "?" + urlencode({"open": opened.name.value, "about": opened.about})
    if extra.dressed_as:
        return "?" + urlencode({"line": extra.line, "as": extra.dressed_as})
    return ""


async def _standing_forms(
    db: AsyncSession, asker: Asker, kept: Sequence[ChatLine], said: Said
) -> dict[str, Form]:
    """Forms that stand open under the newest message that offers them, by line."""
    if asker.person.role != "leader":
        return {}
    scene = Scene(db, asker.member, asker.now, asker.bank, PLACE)
    standing: dict[str, Form] = {}
    for name, about in await waiting_forms(scene):
        line = _newest_offering(kept, said, name, about)
        form = await look(db, asker, name, about)
        if line and isinstance(form, Form):
            standing[line_id(line)] = form
    return standing


def _newest_offering(
    kept: Sequence[ChatLine], said: Said, form: FormName, about: str
) -> ChatLine | None:
    for line in reversed(kept):
        if not line.typed and any(
            button.does is form and button.about == about for button in _offered(said[line.number])
        ):
            return line
    return None


def _offered(message: Message) -> list[Button]:
    """The message's main buttons: what it asks people to do next."""
    return [
        button
        for element in message.elements
        if isinstance(element, Buttons)
        for button in element.buttons
        if button.primary
    ]


def refill(form: Form, fields: Fields, error: str) -> Form:
    """The same form with what was typed in it, and why it was not saved."""
    return replace(form, fields=tuple(_refill(one, fields) for one in form.fields), error=error)


def _refill(field: Field, fields: Fields) -> Field:
    typed = fields.get(field.name, ())
    match field:
        case ShortText() | LongText() | Choice() | Day() | Hour():
            return replace(field, value="".join(typed))
        case Choices():
            return replace(field, values=typed)
        case Switch():
            return replace(field, on=bool(typed))
