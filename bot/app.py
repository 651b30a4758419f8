"""The one place of assembly: engines, messengers, clocks and routes meet here."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, time, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.clock import Clock, system_now
from bot.connecting import Platforms
from bot.conversation.copying import handed_over
from bot.conversation.supporting import shipped_support
from bot.slack.rendering import to_payload
from bot.teams.rendering import to_activity
from bot.watching import metrics
from bot.web.calendar import CalendarFiles
from bot.web.clock import movable_clock
from bot.web.copying import Copies
from bot.web.guarding import guards, not_here, unforeseen
from bot.web.listening import Playground
from bot.web.posting import PLATFORM, WORKSPACE, PlaygroundMessenger
from bot.web.sample import greet_everyone, lay_out_lead, lay_out_sample
from bot.web.stepping import Stepper
from prompts.bank import ServedBank
from prompts.composing.copying import Everything
from scheduler.delivery import Messengers
from scheduler.facts import look_up_people
from scheduler.previewing import Preview, preview
from scheduler.retaining import retain
from scheduler.ticking import tick
from scheduler.tidying import reap, tidy
from scheduler.timetable import keeping_time
from storage.audit import heads
from storage.cadences import cadence_of
from storage.engine import NotKeptError, database_now, reading, transaction
from storage.members import find_workspace, named_member
from storage.migrating import SchemaError, check_schema, migrate
from storage.nudges import Sent
from storage.playground import ahead
from storage.questions import waiting_questions
from storage.sealing import bind, check_bound, vault_at, vault_of
from storage.suppressing import THRESHOLD
from storage.vault import KeyFileError

NO_PLATFORMS = Platforms({})

logger = structlog.get_logger(__name__)

# In UTC: when what nobody adds to any more is looked for. A day that is missed is made up for on
# the next one.
DAILY = time(3, 17)


def build_messengers(
    engine: AsyncEngine, clock: Clock, platforms: Platforms = NO_PLATFORMS
) -> Messengers:
    return {PLATFORM: PlaygroundMessenger(engine, clock), **platforms.messengers}


def database_clock(engine: AsyncEngine) -> Clock:
    """The moment by the clock that every process of one installation shares."""

    async def now() -> datetime:
        return await database_now(engine)

    return now


async def one_pass(
    engine: AsyncEngine,
    bank: ServedBank,
    now: datetime,
    least: int = THRESHOLD,
    platforms: Platforms = NO_PLATFORMS,
) -> list[Sent]:
    """Everything that is due at that moment, as if it were that moment."""

    async def then() -> datetime:
        return now

    messengers = build_messengers(engine, then, platforms)
    await retain(engine, now)
    await tidy(engine, now, least)
    await reap(engine, messengers, now)
    return await tick(engine, messengers, bank.current, now)


@asynccontextmanager
async def working(
    engine: AsyncEngine,
    bank: ServedBank,
    clock: Clock,
    least: int = THRESHOLD,
    platforms: Platforms = NO_PLATFORMS,
) -> AsyncIterator[None]:
    """Plan, send and settle for as long as this is open. Any number of processes may."""
    messengers = build_messengers(engine, clock, platforms)

    async def every_second() -> None:
        await tick(engine, messengers, bank.current, await clock())

    async with keeping_time(
        every_second=every_second,
        every_five_seconds=lambda: _reap(engine, messengers, clock),
        every_minute=lambda: _every_minute(engine, bank, clock, least),
    ):
        yield


async def _reap(engine: AsyncEngine, messengers: Messengers, clock: Clock) -> None:
    await reap(engine, messengers, await clock())


async def _every_minute(
    engine: AsyncEngine, bank: ServedBank, clock: Clock, least: int = THRESHOLD
) -> None:
    now = await clock()
    await tidy(engine, now, least)
    if now.minute == DAILY.minute and now.hour == DAILY.hour:
        await retain(engine, now)
        await note_heads(engine)
    problems = bank.reread()
    if problems:
        logger.error("the changed bank was not taken up; doctor says why", count=len(problems))


async def note_heads(engine: AsyncEngine) -> None:
    """Each audit chain's end goes where whoever can change the database cannot reach it."""
    async with reading(engine) as db:
        for head in await heads(db):
            logger.info(
                "audit head",
                workspace=str(head.workspace_id),
                count=head.number,
                head=head.hash.hex(),
            )


def build_server(
    engine: AsyncEngine, platforms: Platforms = NO_PLATFORMS, metrics_token: str = ""
) -> Starlette:
    """The web process: each platform brings its routes when it is configured."""
    clock = database_clock(engine)
    server = Starlette(
        routes=[
            *_health(engine),
            *metrics(engine, clock, metrics_token),
            *_files(engine, clock),
            *platforms.routes,
        ],
        exception_handlers={Exception: _failed, HTTPException: _refused},
    )
    # A redirect would tell which addresses there are.
    server.router.redirect_slashes = False
    return server


def build_watched(engine: AsyncEngine, metrics_token: str) -> Starlette:
    """What a worker answers to whoever watches over it."""
    return Starlette(
        routes=[*_health(engine), *metrics(engine, database_clock(engine), metrics_token)],
        exception_handlers={Exception: _failed, HTTPException: _refused},
    )


def _files(engine: AsyncEngine, clock: Clock) -> list[Route]:
    """What an address that was shown a moment ago opens, on whatever platform it was shown."""
    return [*Copies(engine, clock).routes(), *CalendarFiles(engine, clock).routes()]


async def _refused(_: Request, error: Exception) -> Response:
    """The status, and not a word."""
    if not isinstance(error, HTTPException):
        raise error
    return Response(status_code=error.status_code, headers=error.headers)


async def _failed(_: Request, __: Exception) -> Response:
    return PlainTextResponse("Something went wrong here.", 500)


def build_playground(engine: AsyncEngine, bank: ServedBank) -> Starlette:
    """The whole of it in one process, on a page, with a clock that can be moved."""
    clock = movable_clock(engine)
    messengers = build_messengers(engine, clock)

    async def pass_at(now: datetime) -> None:
        await tidy(engine, now)
        await tick(engine, messengers, bank.current, now)

    stepper = Stepper(engine, clock, pass_at)
    dressings = {"Slack": to_payload, "Teams": to_activity}

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        read_ahead = asyncio.create_task(asyncio.to_thread(shipped_support))
        async with keeping_time(
            every_second=stepper.tick,
            every_five_seconds=lambda: _reap(engine, messengers, clock),
            every_minute=lambda: _every_minute(engine, bank, clock),
        ):
            yield
        read_ahead.cancel()

    return Starlette(
        routes=[
            *_health(engine),
            *_files(engine, clock),
            *Playground(engine, bank, stepper, dressings).routes(),
        ],
        middleware=guards(),
        exception_handlers={HTTPException: not_here, Exception: unforeseen},
        lifespan=lifespan,
    )


async def bring_up_to_date(engine: AsyncEngine) -> tuple[str | None, str]:
    """Migrate, and bind what is new to its key store. Returns (version before, version after)."""
    with suppress(NotKeptError):  # before its first migration a database has no such table
        await check_keys(engine)
    versions = await migrate(engine)
    async with transaction(engine) as db:
        store_id = await vault_of(db).check()
        await check_bound(db, store_id)
        await bind(db, store_id)
    return versions


async def check_ready(engine: AsyncEngine) -> None:
    """Raises SchemaError or KeyFileError unless data, keys and program belong together."""
    await check_schema(engine)
    await check_keys(engine)


async def check_keys(engine: AsyncEngine) -> None:
    """Raises KeyFileError unless the keys are this database's."""
    async with reading(engine) as db:
        await check_bound(db, await vault_of(db).check())


async def lay_out_once(engine: AsyncEngine, bank: ServedBank) -> None:
    """The sample programme, unless it is there already, with a hello to each of its people."""
    now = await system_now()
    async with transaction(engine) as db:
        if await find_workspace(db, PLATFORM, WORKSPACE) is None:
            await lay_out_sample(db, bank.current, now)
            await greet_everyone(db, bank.current, now)


async def lay_out_lead_once(engine: AsyncEngine) -> None:
    """Nothing but one lead, who sets up the rest, unless there is something already."""
    async with transaction(engine) as db:
        if await find_workspace(db, PLATFORM, WORKSPACE) is None:
            await lay_out_lead(db)


def _health(engine: AsyncEngine) -> list[Route]:
    async def alive(_: Request) -> Response:
        return JSONResponse({"alive": True})

    async def ready(_: Request) -> Response:
        try:
            await check_ready(engine)
        except (SchemaError, NotKeptError, KeyFileError) as error:
            return JSONResponse({"ready": False, "because": str(error)}, status_code=503)
        return JSONResponse({"ready": True, "keys": vault_at(engine).known})

    return [Route("/healthz", alive), Route("/readyz", ready)]


async def preview_for(
    engine: AsyncEngine, bank: ServedBank, reference: str, weeks: int
) -> tuple[str, list[Preview]]:
    """(the leader's zone, what would come). Raises MemberError; empty for who is not asked."""
    async with reading(engine) as db:
        # A playground's own time, where it was moved on.
        now = await database_now(engine) + await ahead(db)
        member = await named_member(db, reference)
        row = await cadence_of(db, member)
        if row is None or row.next_due_at is None:
            return member.timezone, []
        facts = await look_up_people(db, {member.id}, set(), now)
        waiting = await waiting_questions(db, member)
    until = now + timedelta(weeks=weeks)
    return row.zone, preview(row, facts, bank.current, waiting, now, until)


async def copy_for(engine: AsyncEngine, reference: str) -> Everything:
    """Everything that is theirs, for them to be handed. Raises MemberError and NotAllowedError."""
    now = await database_now(engine)
    async with transaction(engine) as db:
        return await handed_over(db, await named_member(db, reference), now)
