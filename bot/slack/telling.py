"""What is told beside the chat: in a form, on a page, in passing; and to whom nobody knows."""

from collections.abc import Awaitable, Callable
from functools import partial
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.failures import kind_of
from bot.pacing import Lane
from bot.slack.calling import Calls
from bot.slack.incoming import PLATFORM, Heard, Where
from bot.slack.pages import Page, Pages
from bot.slack.rendering import to_page, to_payload
from bot.slack.room import Block
from bot.strangers import Strangers
from prompts.composing.saying import note
from scheduler.delivery import DeliveryError
from storage.engine import NotKeptError, reading
from storage.members import find_workspace

logger = structlog.get_logger(__name__)

# A page, drawn as one that stands on these.
Draws = Callable[[Pages], Block]


class Telling:
    def __init__(self, engine: AsyncEngine, calls: Calls) -> None:
        self._engine = engine
        self._calls = calls
        self._ids: dict[str, UUID] = {}
        self.strangers = Strangers()

    async def put_up(
        self, workspace: str, where: Where, pages: Pages, draw: Draws, *, in_place: bool = False
    ) -> Pages | None:
        """On top of the pages that stand open, so that closing it leads back; where there is no
        room for another, in the place of the one on top. Returns what it stands on, or None."""
        workspace_id = await self._workspace_id(workspace)
        if workspace_id is None:
            return None
        if not pages.stack:
            opening = self._calls.open_view(workspace_id, where.trigger, draw(pages))
            return pages if await _is_done(opening) else None
        if pages.has_room and not in_place:
            pushing = self._calls.push_view(workspace_id, where.trigger, draw(pages))
            if await _is_done(pushing):
                return pages
        # This needs no trigger, which may be too old by now.
        changing = self._calls.update_view(workspace_id, where.view, draw(pages.below))
        return pages.below if await _is_done(changing) else None

    async def change(self, workspace: str, page: Page, view: Block) -> None:
        """What stands open already, whether or not it is still there."""
        workspace_id = await self._workspace_id(workspace)
        if workspace_id is not None:
            await _quietly(self._calls.update_view(workspace_id, page.view, view))

    async def publish(self, workspace: str, user_id: str, home: Block) -> None:
        workspace_id = await self._workspace_id(workspace)
        if workspace_id is not None:
            await _quietly(self._calls.publish_home(workspace_id, user_id, home))

    async def refuse(self, heard: Heard, words: str) -> None:
        event, where = heard.event, heard.where
        if where.response_url or where.trigger:
            await self.tell(event.workspace, where, heard.pages, words)
            return
        if self.strangers.is_new(event.workspace, event.user_id):
            await self.post(event.workspace, where.channel, words)

    async def post(self, workspace: str, channel: str, words: str, person: str = "") -> None:
        workspace_id = await self._workspace_id(workspace)
        if workspace_id is not None:
            payload = to_payload(note(words))
            call = self._calls.post(
                workspace_id, channel, payload, lane=Lane.AT_ONCE, person=person
            )
            await _quietly(call)

    async def tell(self, workspace: str, where: Where, pages: Pages, words: str) -> None:
        if where.response_url:
            await self.whisper(workspace, where, words)
        elif where.trigger:
            await self.put_up(workspace, where, pages, partial(to_page, [note(words)]))

    async def whisper(self, workspace: str, where: Where, words: str) -> None:
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

    async def _workspace_id(self, workspace: str) -> UUID | None:
        """It never changes, and is known while the database is away."""
        if workspace not in self._ids:
            try:
                async with reading(self._engine) as db:
                    found = await find_workspace(db, PLATFORM, workspace)
            except NotKeptError:
                return None
            if found is None:
                return None
            self._ids[workspace] = found.id
        return self._ids[workspace]


async def _is_done(work: Awaitable[object]) -> bool:
    try:
        await work
    except DeliveryError:
        return False
    return True


async def _quietly(work: Awaitable[object]) -> None:
    """Whoever asked for it can ask again; why it failed was logged where it did."""
    try:
        await work
    except DeliveryError as error:
        logger.info("slack was not reached", error=kind_of(error))
