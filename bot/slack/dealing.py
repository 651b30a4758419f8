"""What came from Slack is dealt with: a turn, what is shown at once, and what is answered after."""

import asyncio
from collections.abc import Coroutine, Mapping
from dataclasses import replace
from typing import Any, assert_never
from uuid import uuid4

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.answering import Answering
from bot.conversation.events import (
    Arrived,
    Event,
    Left,
    Opened,
    Pressed,
    Returned,
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
from bot.slack.whoiswho import keep_up_with, look_up, person_behind
from bot.strangers import GUEST, NOT_SURE, OUTSIDE, OUTSIDE_ALONE
from prompts.composing.saying import note
from storage.engine import NotKeptError, transaction
from storage.tables import Leaving

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


class NotHereError(Exception):
    """No turn was taken: they had left, and are not back. `words` is what they are told."""

    def __init__(self, because: Leaving) -> None:
        self.words = GUEST if because is Leaving.OUTSIDE else NOT_SURE
        super().__init__(self.words)


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
        self._calls = calls
        self._installations = installations
        self._hearing = hearing
        self._answering = answering
        self._after: Underway = set()
        self._telling = Telling(engine, calls)
        self._showing = Showing(hearing, self._telling, answering)

    async def deal(self, incoming: Incoming) -> Ack:
        """Raises NotKeptError for what nobody waits for: it is to come again."""
        try:
            return await self._deal(incoming)
        except NotHereError as not_here:
            return self._turn_away(incoming, not_here.words)

    async def _deal(self, incoming: Incoming) -> Ack:
        match incoming:
            case Heard(from_outside=True):
                self._later(self._telling.refuse(incoming, OUTSIDE))
            case Heard(event=Submitted() as event):
                return await self._submit(incoming, event)
            case Heard(event=Pressed() | Opened() as event):
                await self._press(incoming, event)
            case Heard(event=Said() as event):
                return await self._say(incoming, event)
            case Heard(event=event):
                self._answer(await self._hear(incoming, event))
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

    async def _hear(self, heard: Heard, event: Event) -> Taken:
        """Whoever had left and does something may be back, which is Slack's to say. Raises
        NotHereError."""
        taken = await self._hearing.hear(event, heard.where)
        if taken.gone is Leaving.GONE:
            await self._ask_after(event.workspace, event.user_id)
            taken = await self._hearing.hear(event, heard.where)
        if taken.gone is not None:
            raise NotHereError(taken.gone)
        return taken

    async def _say(self, heard: Heard, event: Said) -> Ack:
        """A command is answered in the same breath where nothing could be kept; what was said in
        the chat comes again."""
        where = heard.where
        if not where.response_url:
            taken = await self._hear(heard, event)
        else:
            try:
                taken = await self._in_time(heard, event)
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
            taken = await self._in_time(heard, event)
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
            taken = await self._in_time(heard, event)
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

    async def _in_time(self, heard: Heard, event: Event) -> Taken:
        """Where somebody waits. Raises LateError; what comes late is answered in the chat."""
        turn = self._hear(heard, event)
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
        taken = await self._hear(Heard(event, Where(channel=incoming.channel)), event)
        # A stranger was told who they are to us when they first wrote.
        known = [one for one in taken.answers if one.to.id != NOBODY]
        self._answer(replace(taken, answers=known))

    def _turn_away(self, incoming: Incoming, words: str) -> Ack:
        """What a person waits for is answered, and nothing else is done."""
        match incoming:
            case Heard(event=Submitted()):
                page = to_page([note(words)], incoming.pages.below)
                return {"response_action": "update", "view": page}
            case Heard():
                self._later(self._telling.refuse(incoming, words))
            case HomeOpened(workspace=workspace, user_id=user_id):
                self._later(self._telling.publish(workspace, user_id, to_home((), words)))
            case _:
                pass  # they changed or deleted a line
        return None

    async def _open_home(self, opened: HomeOpened) -> None:
        if opened.from_outside:
            # Where a page of theirs was published once, nothing of it is left.
            self._turn_away(opened, OUTSIDE_ALONE)
            return
        arrived = Arrived(opened.id, PLATFORM, opened.workspace, opened.user_id)
        taken = await self._hear(Heard(arrived, Where()), arrived)
        forms = await self._hearing.homes(opened.id, opened.workspace, opened.user_id)
        self._answer(taken if forms else Taken())
        self._later(self._telling.publish(opened.workspace, opened.user_id, to_home(forms)))

    # Whether they are there

    async def _person(self, changed: PersonChanged) -> None:
        happened = await self._keep_up(changed)
        if happened is None:
            return
        said = await self._hearing.note(happened)
        if isinstance(happened, Returned):
            await self._keep_up(changed)  # their clock may have moved while they were away
        elif happened.is_outside:
            self._later(self._answering.send(said))
            where = changed.workspace, changed.person.user_id
            self._later(self._telling.publish(*where, to_home((), OUTSIDE_ALONE)))

    async def _keep_up(self, changed: PersonChanged) -> Left | Returned | None:
        now = await self._hearing.clock()
        async with transaction(self._engine) as db:
            return await keep_up_with(db, changed.id, changed.workspace, changed.person, now)

    async def _ask_after(self, workspace: str, user_id: str) -> None:
        person = await look_up(self._engine, self._calls, workspace, user_id)
        if person is not None:
            await self._person(PersonChanged(f"slack:people:{uuid4()}", workspace, person))

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
