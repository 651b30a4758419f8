"""What came from Teams is dealt with: a turn, what is shown at once, and what is answered after."""

import asyncio
from collections.abc import Coroutine, Sequence
from functools import partial
from typing import Any, assert_never

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.answering import Answering
from bot.conversation.events import Arrived, Event, Reworded, Submitted, Unsaid
from bot.patience import LateError, Underway, in_time
from bot.teams import invokes, late, newcomers
from bot.teams.answering import pressed_in
from bot.teams.drafts import in_the_dialog
from bot.teams.hearing import NOBODY, Answer, Hearing, Taken
from bot.teams.heeding import leave_alone
from bot.teams.incoming import (
    PLATFORM,
    Come,
    Edited,
    Heard,
    Ignored,
    Incoming,
    Installed,
    Removed,
    Stale,
    Unkept,
    Unwelcome,
    Way,
    Withdrawn,
)
from bot.teams.invokes import Body
from bot.teams.posting import once
from bot.teams.rendering import to_card
from bot.teams.telling import Telling, refusal
from prompts.composing.saying import note
from prompts.message import Message
from storage.engine import NotKeptError, transaction
from storage.members import find_member
from storage.receipts import first_time

logger = structlog.get_logger(__name__)

OLD = "This belongs to an older version of me. Type “help” for what you can do now."
IN_CHAT = "The answer stands in the chat."
TAKEN_ALREADY = "This was taken already. Nothing was changed twice."
UNKEPT = {
    "a line that came back": (
        "Your line is back here, and with me it is not: what I kept of it was erased when you took "
        "it out. Send the words again if I am to keep them."
    ),
    "a file": (
        "I can take words only. Nothing of this was opened or kept: write what you would say about "
        "it, and that is taken."
    ),
}
REMOVED = "Bearings was taken out in Teams."

# Teams waits five for the answer to a request; then it says that something went wrong.
PATIENCE_SECONDS = 4.0


class Dealing:
    def __init__(
        self,
        engine: AsyncEngine,
        hearing: Hearing,
        answering: Answering[Answer],
        telling: Telling,
    ) -> None:
        self._engine = engine
        self._hearing = hearing
        self._answering = answering
        self._telling = telling
        self._after: Underway = set()

    async def deal(self, incoming: Incoming) -> Body | None:
        """What an invoke is answered with. Raises NotKeptError for what nobody waits for: it is to
        come again."""
        match incoming:
            case Heard() if incoming.where.way.is_waited_for:
                return await self._answer_at_once(incoming)
            case Heard():
                await self._take(incoming, incoming.event, incoming.typed)
            case Unwelcome(where=where):
                if where.way.is_waited_for:
                    return invokes.in_words(where.way, refusal(incoming))
                self._later(self._telling.refuse(incoming))
            case Stale(where=where, contact=contact):
                if where.way.is_waited_for:
                    return invokes.in_words(where.way, OLD)
                self._later(self._telling.tell(contact, where, note(OLD)))
            case Edited(said=said, words=words):
                await self._take(incoming, Reworded(*_who(incoming), said, words))
            case Withdrawn(said=said):
                await self._take(incoming, Unsaid(*_who(incoming), said))
            case Unkept():
                await self._say_why_not(incoming)
            case Installed():
                await self._arrive(incoming)
            case Removed():
                await self._leave(incoming)
            case Ignored():
                pass
            case _:
                assert_never(incoming)
        return None

    async def settle(self) -> None:
        """Wait for what was begun after the answers to Teams; what is cut off is written down."""
        while self._after:
            await asyncio.gather(*self._after, return_exceptions=True)

    # In the chat

    async def _take(self, come: Come, event: Event, typed: str = "") -> None:
        taken = await self._hearing.hear(event, come.contact, come.where, typed)
        if self._may_hear(come, taken):
            self._answer(taken.answers)
        if taken.box is not None:
            # An older client keeps what was typed on its card; it is not repeated in the chat.
            _, refused = taken.box
            self._later(self._telling.tell(come.contact, come.where, note(refused.error)))

    async def _arrive(self, installed: Installed) -> None:
        """Whoever is not known is not written to: an app may be there for a whole organisation."""
        taken = await self._hearing.hear(
            Arrived(*_who(installed)), installed.contact, installed.where, told=installed.told
        )
        self._answer([one for one in taken.answers if one.to.id != NOBODY])

    async def _say_why_not(self, unkept: Unkept) -> None:
        """Once, however often Teams tells it."""
        now, contact = await self._hearing.clock(), unkept.contact
        async with transaction(self._engine) as db:
            someone = await find_member(db, PLATFORM, contact.tenant, contact.user_id)
            is_new = (
                self._telling.is_new(contact, unkept.where)
                if someone is None
                else await first_time(db, someone.workspace_id, unkept.id, now)
            )
        if is_new:
            self._later(self._telling.tell(contact, unkept.where, note(UNKEPT[unkept.what])))

    async def _leave(self, removed: Removed) -> None:
        now, contact = await self._hearing.clock(), removed.contact
        async with transaction(self._engine) as db:
            someone = await find_member(
                db, PLATFORM, contact.tenant, contact.user_id, to_change=True
            )
            if someone is None:
                await newcomers.forget(db, contact)
            elif await first_time(db, someone.workspace_id, removed.id, now):
                await leave_alone(db, someone.id, REMOVED, contact.at or now, now)

    # On a card or in a dialog, where somebody waits

    async def _answer_at_once(self, heard: Heard) -> Body:
        turn = self._hearing.hear(heard.event, heard.contact, heard.where, heard.typed)
        try:
            taken = await in_time(
                turn,
                PATIENCE_SECONDS,
                self._after,
                partial(self._answer_late, heard),
                partial(self._fail_late, heard),
            )
        except LateError:
            return invokes.instead(heard, invokes.SLOW, invokes.SLOW_PRESS)
        except NotKeptError:
            return invokes.instead(heard, invokes.NOT_SAVED, invokes.NOT_DONE)
        except Exception as error:  # noqa: BLE001 - a fault of ours, in which words could stand
            logger.error("an invoke was not taken", error=type(error).__name__)  # noqa: TRY400
            return invokes.instead(heard, invokes.NOT_SAVED, invokes.NOT_DONE)
        if heard.where.way is Way.CARD:
            return self._on_card(taken)
        return self._in_dialog(heard, taken)

    def _on_card(self, taken: Taken) -> Body:
        self._answer([one for one in taken.answers if one.to.id != NOBODY])
        if taken.box is not None:
            message, typed = taken.box
            return invokes.by_card(to_card(message, once(), typed))
        for answer in taken.answers:
            if answer.to.id == NOBODY:
                return invokes.by_note(answer.message.plain)
            if answer.message.replaces and pressed_in(answer):
                return invokes.by_card(to_card(answer.message, once()))
        return invokes.by_note(IN_CHAT if taken.answers else TAKEN_ALREADY)

    def _in_dialog(self, heard: Heard, taken: Taken) -> Body:
        if taken.forms:
            self._answer(taken.answers)
            [form, *_] = in_the_dialog(taken.forms, heard.typed)
            return invokes.by_form(form, once())
        if not taken.answers:
            return invokes.by_end(TAKEN_ALREADY)
        if isinstance(heard.event, Submitted) and taken.answers[0].held is not None:
            self._answer(taken.answers)
            return invokes.by_end(IN_CHAT)
        self._show_on_page(taken.answers)
        return invokes.by_page([one.message for one in taken.answers])

    def _show_on_page(self, answers: Sequence[Answer]) -> None:
        """Whoever looks at a page does not see the chat. A question stands there all the same, to
        be answered on its card."""
        in_chat = [one for one in answers if one.message.nudge is not None]
        self._answer(in_chat)
        shown = [one for one in answers if one not in in_chat]
        self._later(self._answering.was_shown(shown))

    # After Teams was answered

    def _may_hear(self, come: Come, taken: Taken) -> bool:
        """Whoever writes to us again and again without being known is told so once a day."""
        is_strange = any(one.to.id == NOBODY for one in taken.answers)
        return not is_strange or self._telling.is_new(come.contact, come.where)

    def _answer(self, answers: Sequence[Answer]) -> None:
        if answers:
            self._later(self._answering.send(answers))

    def _answer_late(self, heard: Heard, taken: Taken) -> None:
        """What an answer in time would have shown them stands in the chat."""
        self._answer([one for one in taken.answers if one.to.id != NOBODY])
        for message in late.said(taken):
            self._tell(heard, message)

    def _fail_late(self, heard: Heard, error: BaseException) -> None:
        if not isinstance(error, NotKeptError):
            logger.error("an invoke was not taken", error=type(error).__name__)
        self._tell(heard, late.was_not_kept(heard.event))

    def _tell(self, heard: Heard, message: Message) -> None:
        self._later(self._telling.tell(heard.contact, heard.where, message))

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._after.add(task)
        task.add_done_callback(self._after.discard)


def _who(come: Come) -> tuple[str, str, str, str]:
    return come.id, PLATFORM, come.contact.tenant, come.contact.user_id
