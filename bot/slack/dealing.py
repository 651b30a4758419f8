"""What came from Slack is dealt with: a turn, what is shown at once, and what is answered after."""

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Any, assert_never

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.answering import Answering
from bot.conversation.events import (
    Arrived,
    Event,
    Left,
    Opened,
    Pressed,
    Reworded,
    Said,
    Submitted,
    Unsaid,
)
from bot.patience import LateError, Underway, in_time
from bot.slack.calling import Calls
from bot.slack.echoing import note_echo
from bot.slack.hearing import NOBODY, Answer, Hearing, Taken
from bot.slack.incoming import (
    PLATFORM,
    Echo,
    Edited,
    Ended,
    Heard,
    HomeOpened,
    Ignored,
    Incoming,
    LimitedIntake,
    PersonChanged,
    Stale,
    TeamsChanged,
    Where,
    Withdrawn,
)
from bot.slack.installing import Installations
from bot.slack.rendering import to_errors, to_home, to_page, to_view
from bot.slack.showing import Showing
from bot.slack.telling import Telling
from bot.slack.whoiswho import keep_up_with, person_behind
from prompts.composing.saying import note
from storage.engine import NotKeptError, transaction

logger = structlog.get_logger(__name__)

NOT_SAVED = "This was not saved: the database did not take it. What you typed is still here."
NOT_DONE = "Nothing was changed: the database did not take it. Try it again in a moment."
SLOW = "This takes longer than usual, and may be saved already. What you typed is still here."
SLOW_PRESS = "This takes longer than usual. What comes of it stands in the chat in a moment."
OLD = "This belongs to an older version of me. Type “help” for what you can do now."
OLD_FORM = (
    "Nothing was saved: this form is of an older version of me. What you typed is still here. "
    "Copy it, close this form, open it again and paste it there."
)

PAGES = {"home", "modal"}

# For whoever waits on a button or in a form: sooner than the door gives up, and Slack after it.
PATIENCE_SECONDS = 1.5

# What Slack is answered in the same breath: nothing, or what becomes of a form.
Ack = Mapping[str, Any] | None


class Dealing:
    def __init__(
        self,
        engine: AsyncEngine,
        hearing: Hearing,
        calls: Calls,
        answering: Answering[Answer],
        installations: Installations,
    ) -> None:
        self._engine = engine
        self._installations = installations
        self._hearing = hearing
        self._answering = answering
        self._after: Underway = set()
        self._telling = Telling(engine, calls)
        self._showing = Showing(hearing, self._telling, answering)

    async def deal(self, incoming: Incoming) -> Ack:
        """Raises NotKeptError for what nobody waits for: it is to come again."""
        match incoming:
            case Heard(from_outside=True):
                self._later(self._telling.refuse(incoming))
            case Heard(event=Submitted() as event):
                return await self._submit(incoming, event)
            case Heard(event=Pressed() | Opened() as event):
                await self._press(incoming, event)
            case Heard(event=Said() as event):
                return await self._say(incoming, event)
            case Heard(event=event, where=where):
                self._answer(await self._hearing.hear(event, where))
            case Edited() | Withdrawn():
                await self._follow(incoming)
            case HomeOpened():
                await self._open_home(incoming)
            case PersonChanged():
                await self._person(incoming)
            case Stale():
                return self._stale(incoming)
            case Ended():
                await self._end(incoming)
            case TeamsChanged():
                await self._installations.change_teams(incoming)
            case LimitedIntake():
                logger.warning("slack holds events back")
            case Echo():
                await self._came_back(incoming)
            case Ignored():
                pass
            case _:
                assert_never(incoming)
        return None

    async def settle(self) -> None:
        """Wait for what was begun after the answers to Slack; what is cut off is written down."""
        while self._after:
            await asyncio.gather(*self._after, return_exceptions=True)

    # Somebody did something

    async def _say(self, heard: Heard, event: Said) -> Ack:
        """A command is answered in the same breath where nothing could be kept; what was said in
        the chat comes again."""
        where = heard.where
        if not where.response_url:
            taken = await self._hearing.hear(event, where)
        else:
            try:
                taken = await self._in_time(event, where)
            except LateError:
                return {"response_type": "ephemeral", "text": SLOW_PRESS}
            except NotKeptError:
                return {"response_type": "ephemeral", "text": NOT_DONE}
        if where.response_url or self._may_hear(taken, event.workspace):
            self._answer(taken)
        self._later(self._showing.show(heard, taken))
        self._empty_home(heard, taken)
        return None

    async def _press(self, heard: Heard, event: Pressed | Opened) -> None:
        where = heard.where
        try:
            taken = await self._in_time(event, where)
        except NotKeptError as error:
            if not where.response_url:
                # Slack's own sign shows beside what was pressed.
                raise
            said = SLOW_PRESS if isinstance(error, LateError) else NOT_DONE
            self._later(self._telling.whisper(event.workspace, where, said))
            return
        self._empty_home(heard, taken)
        if where.surface in PAGES and not taken.forms:
            self._later(self._showing.answer_on_page(heard, taken.answers))
            return
        self._answer(taken)
        self._later(self._showing.show(heard, taken))

    async def _submit(self, heard: Heard, event: Submitted) -> Ack:
        """What was typed stays in the form unless it was kept."""
        pages = heard.pages
        try:
            taken = await self._in_time(event, heard.where)
        except NotKeptError as error:
            if not pages.inputs:
                raise
            said = SLOW if isinstance(error, LateError) else NOT_SAVED
            return {"response_action": "errors", "errors": {pages.inputs[0]: said}}
        self._answer(taken)
        for form in taken.forms:
            errors = to_errors(form)
            if errors and not form.error and set(errors) <= set(pages.inputs):
                return {"response_action": "errors", "errors": errors}
            if not errors and not form.error:
                self._later(self._showing.refresh(event, pages.below))
            view = to_view(form, pages.below, once=form.name is not event.form)
            return {"response_action": "update", "view": view}
        self._later(self._showing.refresh(event, pages.below))
        # Nothing in answer closes the one on top alone.
        return None if pages.below.stack else {"response_action": "clear"}

    async def _in_time(self, event: Event, where: Where) -> Taken:
        """Where somebody waits. Raises LateError; what comes late is answered in the chat."""
        turn = self._hearing.hear(event, where)
        return await in_time(turn, PATIENCE_SECONDS, self._after, self._answer)

    def _stale(self, stale: Stale) -> Ack:
        """What was typed stays in the form, to be taken along."""
        if stale.is_form and stale.pages.inputs:
            return {"response_action": "errors", "errors": {stale.pages.inputs[0]: OLD_FORM}}
        if stale.is_form:
            page = to_page([note(OLD)], stale.pages.below)
            return {"response_action": "update", "view": page}
        self._later(self._telling.tell(stale.workspace, stale.where, stale.pages, OLD))
        return None

    def _empty_home(self, heard: Heard, taken: Taken) -> None:
        """Whoever was forgotten a moment ago: their page still shows what they wrote."""
        event = heard.event
        if heard.pages.over_home:
            return  # it is published anyway
        if any(one.held is None and one.to.id != NOBODY for one in taken.answers):
            self._later(self._telling.publish(event.workspace, event.user_id, to_home(())))

    async def _follow(self, incoming: Edited | Withdrawn) -> None:
        said = f"slack:{incoming.channel}:{incoming.message}"
        user_id = incoming.user_id or await person_behind(self._engine, incoming.workspace, said)
        if not user_id:
            return
        who = (incoming.id, PLATFORM, incoming.workspace, user_id)
        event: Event = (
            Reworded(*who, said, incoming.words)
            if isinstance(incoming, Edited)
            else Unsaid(*who, said)
        )
        self._answer(await self._hearing.hear(event, Where(channel=incoming.channel)))

    async def _open_home(self, opened: HomeOpened) -> None:
        arrived = Arrived(opened.id, PLATFORM, opened.workspace, opened.user_id)
        taken = await self._hearing.hear(arrived, Where())
        forms = await self._hearing.homes(opened.id, opened.workspace, opened.user_id)
        self._answer(taken if forms else Taken())
        self._later(self._telling.publish(opened.workspace, opened.user_id, to_home(forms)))

    # Whether they are there

    async def _person(self, changed: PersonChanged) -> None:
        now = await self._hearing.clock()
        async with transaction(self._engine) as db:
            is_gone = await keep_up_with(db, changed.workspace, changed.person, now)
        if is_gone:
            left = Left(changed.id, PLATFORM, changed.workspace, changed.person.user_id)
            await self._hearing.hear(left, Where())

    async def _end(self, ended: Ended) -> None:
        await self._installations.end(ended, await self._hearing.clock())

    async def _came_back(self, echo: Echo) -> None:
        """Our own message, which everybody in the workspace could read: its id alone counts."""
        now = await self._hearing.clock()
        async with transaction(self._engine) as db:
            await note_echo(db, echo, now)

    # After Slack was answered

    def _answer(self, taken: Taken) -> None:
        if taken.answers:
            self._later(self._answering.send(taken.answers))

    def _may_hear(self, taken: Taken, workspace: str) -> bool:
        """Whoever writes to us again and again without being known is told so once a day."""
        strangers = [one for one in taken.answers if one.to.id == NOBODY]
        return all(self._telling.strangers.is_new(workspace, one.to.user_id) for one in strangers)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._after.add(task)
        task.add_done_callback(self._after.discard)
