"""One turn and the playground's chat log, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.conversation.events import Event, Said
from bot.conversation.turn import Reply, take_turn
from bot.web.posting import PLATFORM, WORKSPACE
from bot.web.reading import read_line_number
from bot.web.showing import PLACE, Asker
from prompts.message import Form, Message, to_json
from storage.agreements import consent_of
from storage.members import Member, find_member
from storage.playground import add_line, change_line, find_line, line_of_nudge
from storage.tables import ChatLine


@dataclass(frozen=True, slots=True)
class Farewell:
    """The last words to somebody who is not known any more."""

    words: str


async def hear(
    db: AsyncSession, asker: Asker, event: Event, line: str = ""
) -> Form | Farewell | None:
    """The form that is to be shown now, if there is one; messages go into the chat log.

    `line` is the id of the line in which something was pressed.
    """
    agreed = not asker.member.is_leader or await consent_of(db, asker.member) is not None
    replies = await take_turn(db, event, now=asker.now, bank=asker.bank, place=PLACE)
    if await find_member(db, PLATFORM, WORKSPACE, asker.member.user_id) is None:
        # Forgotten a moment ago: there is no chat any more to write in.
        return Farewell(" ".join(one.plain for one in replies if isinstance(one, Message)))
    if replies and isinstance(event, Said) and agreed:
        # Before the agreement nothing is stored, not even here.
        await _add(db, asker, event.words, typed=True)
    return await _log(db, asker, replies, line)


async def _log(db: AsyncSession, asker: Asker, replies: Sequence[Reply], line: str) -> Form | None:
    form = None
    for reply in replies:
        if isinstance(reply, Form):
            form = reply
        else:
            await _log_message(db, asker, reply, line)
    return form


async def _log_message(db: AsyncSession, asker: Asker, message: Message, line: str) -> None:
    there = await _line_to_replace(db, asker.member, message, line)
    if there is not None:
        await change_line(db, there, to_json(message))
        return
    await _add(db, asker, to_json(message), nudge_id=message.nudge)


async def _add(
    db: AsyncSession, asker: Asker, body: str, *, typed: bool = False, nudge_id: UUID | None = None
) -> None:
    who = asker.member
    await add_line(db, who.workspace_id, who.id, body, asker.now, typed=typed, nudge_id=nudge_id)


async def _line_to_replace(
    db: AsyncSession, member: Member, message: Message, line: str
) -> ChatLine | None:
    if not message.replaces:
        return None
    if message.nudge is not None:
        return await line_of_nudge(db, member.id, message.nudge)
    number = read_line_number(line)
    return await find_line(db, member.id, number) if number is not None else None
