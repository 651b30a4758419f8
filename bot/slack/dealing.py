"""What came from Slack is dealt with: a turn, what is shown at once, and what is answered after."""

import asyncio
from collections.abc import Awaitable, Coroutine, Mapping
from typing import Any, assert_never

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.conversation.events import (
    Arrived,
    Event,
    Left,
    Opened,
    Pressed,
    Reworded,
    Submitted,
    Unsaid,
)
from bot.slack.answering import Answering
from bot.slack.calling import Calls
from bot.slack.hearing import Hearing, Taken
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
    Where,
    Withdrawn,
)
from bot.slack.installing import Installations
from bot.slack.rendering import to_errors, to_home, to_view
from bot.slack.room import Block
from bot.slack.whoiswho import keep_up_with, outsiders_word, person_behind
from prompts.message import Form
from scheduler.delivery import DeliveryError
from storage.engine import NotKeptError, transaction
from storage.members import find_workspace

logger = structlog.get_logger(__name__)

NOT_SAVED = "This was not saved: the database did not take it. What you typed is still here."
NOT_DONE = "Nothing was changed: the database did not take it. Press again in a moment."
TOO_LATE = "This could not be opened in time. Press again; or type what you want to say here."
OLD = "This belongs to an older version of me. Type “help” for what you can do now."

# What Slack is answered in the same breath: nothing, or what becomes of a form.
Ack = Mapping[str, Any] | None


class Dealing:
    def __init__(
        self,
        engine: AsyncEngine,
        hearing: Hearing,
        calls: Calls,
        answering: Answering,
        installations: Installations,
    ) -> None:
        self._engine = engine
        self._installations = installations
        self._hearing = hearing
        self._calls = calls
        self._answering = answering
        self._after: set[asyncio.Task[None]] = set()

    async def deal(self, incoming: Incoming) -> Ack:
        """Raises NotKeptError for what nobody waits for: it is to come again."""
        match incoming:
            case Heard(from_outside=True):
                self._later(self._refuse(incoming))
            case Heard(event=Opened() as event, where=where):
                await self._show(event, where)
            case Heard(event=Submitted() as event, where=where):
                return await self._submit(event, where)
            case Heard(event=Pressed() as event, where=where):
                await self._press(event, where)
            case Heard(event=event, where=where):
                self._answer(await self._hearing.hear(event, where))
            case Edited() | Withdrawn():
                await self._follow(incoming)
            case HomeOpened():
                await self._open_home(incoming)
            case PersonChanged():
                await self._person(incoming)
            case Stale(where=where, workspace=workspace):
                self._later(self._whisper(workspace, where, OLD))
            case Ended():
                await self._end(incoming)
            case LimitedIntake(workspace=workspace):
                logger.warning("slack holds events back", workspace=workspace)
            case Echo() | Ignored():
                pass
            case _:
                assert_never(incoming)
        return None

    async def settle(self) -> None:
        """Wait for what was begun after the answers to Slack; what is cut off is written down."""
        while self._after:
            await asyncio.gather(*self._after, return_exceptions=True)

    # Somebody did something

    async def _press(self, event: Pressed, where: Where) -> None:
        try:
            taken = await self._hearing.hear(event, where)
        except NotKeptError:
            self._later(self._whisper(event.workspace, where, NOT_DONE))
            return
        self._answer(taken)
        for form in taken.forms:
            await self._put_up(event, where, form)

    async def _show(self, event: Opened, where: Where) -> None:
        try:
            taken = await self._hearing.hear(event, where)
        except NotKeptError:
            self._later(self._whisper(event.workspace, where, NOT_DONE))
            return
        self._answer(taken)
        for form in taken.forms:
            await self._put_up(event, where, form)

    async def _submit(self, event: Submitted, where: Where) -> Ack:
        """What was typed stays in the form unless it was kept."""
        try:
            taken = await self._hearing.hear(event, where)
        except NotKeptError:
            field = next(iter(event.values), "")
            return {"response_action": "errors", "errors": {field: NOT_SAVED}} if field else None
        self._answer(taken)
        for form in taken.forms:
            errors = to_errors(form)
            if errors and not form.error:
                return {"response_action": "errors", "errors": errors}
            return {"response_action": "update", "view": to_view(form)}
        return {"response_action": "clear"}

    async def _put_up(self, event: Event, where: Where, form: Form) -> None:
        """Over the chat, or in the place of the page on which it was pressed."""
        workspace_id = await self._workspace_id(event.workspace)
        if workspace_id is None:
            return
        try:
            if where.surface == "modal" and where.view:
                await self._calls.update_view(workspace_id, where.view, to_view(form))
            else:
                await self._calls.open_view(workspace_id, where.trigger, to_view(form))
        except DeliveryError:
            self._later(self._whisper(event.workspace, where, TOO_LATE))

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
        workspace_id = await self._workspace_id(opened.workspace)
        if workspace_id is not None:
            self._later(
                _quietly(self._calls.publish_home(workspace_id, opened.user_id, to_home(forms)))
            )

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

    # After Slack was answered

    def _answer(self, taken: Taken) -> None:
        if taken.answers:
            self._later(self._answering.send(taken.answers))

    async def _refuse(self, heard: Heard) -> None:
        await self._whisper(heard.event.workspace, heard.where, outsiders_word())

    async def _whisper(self, workspace: str, where: Where, words: str) -> None:
        """To the one who pressed, and seen by nobody else."""
        workspace_id = await self._workspace_id(workspace)
        if workspace_id is None or not where.response_url:
            return
        payload: Block = {
            "response_type": "ephemeral",
            "replace_original": False,
            "text": words,
            "mrkdwn": False,
        }
        await _quietly(self._calls.respond(workspace_id, where.response_url, payload))

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._after.add(task)
        task.add_done_callback(self._after.discard)

    async def _workspace_id(self, workspace: str) -> Any:
        async with transaction(self._engine) as db:
            found = await find_workspace(db, PLATFORM, workspace)
            return found.id if found else None


async def _quietly(work: Awaitable[object]) -> None:
    """Whoever asked for it can ask again; why it failed was logged where it did."""
    try:
        await work
    except DeliveryError as error:
        logger.info("slack was not reached", reason=str(error))
