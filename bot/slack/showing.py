"""What stands open: pages put on top of each other, and what lies below them as it is now."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from weakref import WeakValueDictionary

import structlog

from bot.answering import Answering
from bot.conversation.events import Event, Pressed
from bot.slack.hearing import Answer, Hearing, Taken
from bot.slack.incoming import Heard
from bot.slack.pages import Pages
from bot.slack.rendering import to_home, to_page, to_view
from bot.slack.room import Block
from bot.slack.telling import Telling
from prompts.message import Form, Message
from storage.engine import NotKeptError

logger = structlog.get_logger(__name__)

TOO_LATE = "This could not be opened in time. Press again; or type what you want to say here."


class Showing:
    def __init__(self, hearing: Hearing, telling: Telling, answering: Answering[Answer]) -> None:
        self._hearing = hearing
        self._telling = telling
        self._answering = answering
        self._homes: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def show(self, heard: Heard, taken: Taken) -> None:
        """The forms of a turn; and what a press changed, wherever else they look at it."""
        under: Pages | None = heard.pages
        for form in taken.forms:
            under = await self._put_up(heard, form)
        await self._follow(heard, under)

    async def answer_on_page(self, heard: Heard, answers: Sequence[Answer]) -> None:
        """Whoever pressed on a page does not see the chat. A question stands there all the same,
        to be answered under it; and so does everything where the page cannot be shown."""
        event, where, pages = heard.event, heard.where, heard.pages
        under: Pages | None = pages
        if answers:
            said = partial(to_page, [one.message for one in answers])
            in_chat = [one for one in answers if one.message.nudge is not None]
            on_said = pages.top is not None and pages.top.said
            under = await self._telling.put_up(
                event.workspace, where, pages, said, in_place=on_said
            )
            if under is not None:
                await self._answering.was_shown([one for one in answers if one not in in_chat])
                answers = in_chat
            await self._answering.send(answers)
        await self._follow(heard, under)

    async def refresh(self, event: Event, pages: Pages) -> None:
        """Each of these pages as it is now, and the Home on which they were opened."""
        try:
            await self._draw_again(event, pages)
            if pages.over_home:
                await self._publish(event)
        except NotKeptError:
            logger.info("what stands open was not drawn again; the database did not answer")

    async def _draw_again(self, event: Event, pages: Pages) -> None:
        for page, drawn in await self._hearing.look_again(event, pages.stack):
            under = replace(pages, stack=pages.stack[: pages.stack.index(page)], inputs=())
            if (view := _as_now(drawn, under, page.leaf)) is not None:
                await self._telling.change(event.workspace, page, view)

    async def _publish(self, event: Event) -> None:
        """One after the other, so that the Home never goes back to what it was."""
        line = self._homes.setdefault(f"{event.workspace}/{event.user_id}", asyncio.Lock())
        async with line:
            forms = await self._hearing.homes(event.id, event.workspace, event.user_id)
            await self._telling.publish(event.workspace, event.user_id, to_home(forms))

    async def _put_up(self, heard: Heard, form: Form) -> Pages | None:
        event, where, pages = heard.event, heard.where, heard.pages
        turns_to = heard.turns_to
        # A press on a page that comes back with that page shows what has become of it.
        same = pages.top is not None and pages.top.form is form.name
        same = same and (isinstance(event, Pressed) or turns_to is not None)
        leaf = pages.top.leaf if pages.top and same else 0
        draw = partial(to_view, form, leaf=leaf if turns_to is None else turns_to)
        under = await self._telling.put_up(event.workspace, where, pages, draw, in_place=same)
        if under is None:
            await self._tell_too_late(heard)
        return under

    async def _tell_too_late(self, heard: Heard) -> None:
        event, where = heard.event, heard.where
        if where.response_url:
            await self._telling.whisper(event.workspace, where, TOO_LATE)
        else:
            await self._telling.post(event.workspace, event.user_id, TOO_LATE, event.user_id)

    async def _follow(self, heard: Heard, under: Pages | None) -> None:
        """Looking changes nothing."""
        if isinstance(heard.event, Pressed):
            await self.refresh(heard.event, heard.pages if under is None else under)


def _as_now(drawn: Form | Message, under: Pages, leaf: int) -> Block | None:
    """None: it is filled in from what it was drawn from, and stays as it is."""
    match drawn:
        case Message():
            return to_page([drawn], under)
        case Form(submit=submit, basis=basis) if submit and basis:
            return None
    return to_view(drawn, under, leaf=leaf)
