"""What is told to whoever watches over an installation: figures as Prometheus reads them, and an
alarm in the log where plan and fact differ.

The figures are read from the rows when they are asked for: every process tells the same, and a
restart forgets nothing. Nobody is named, no workspace is told apart, and of what people chose
nothing is said.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from itertools import chain

import structlog
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.clock import Clock
from bot.turntimes import PROCESS
from prompts.composing.delivering import alarm
from prompts.composing.saying import day_and_hour
from scheduler.auditing import Alarm, Amiss, alarms, look
from scheduler.figures import Figures, figures
from storage.engine import NotKeptError, reading
from storage.health import Queue, queues, tallies
from storage.sealing import vault_at
from storage.suppressing import THRESHOLD
from storage.vault import KeyFileError
from storage.vault.reporting import KeyStatus, status

logger = structlog.get_logger(__name__)

EVERY_SECONDS = 300.0
WINDOWS = {"1h": timedelta(hours=1), "24h": timedelta(days=1)}
OUTCOMES = (
    *("due", "sent", "delivered", "late", "put_off", "given_up", "in_doubt", "waiting"),
    "held_back",
)
Sleep = Callable[[float], Awaitable[None]]

ProcessCollector(registry=PROCESS)


async def keep_watch(engine: AsyncEngine, clock: Clock, sleep: Sleep = asyncio.sleep) -> None:
    """For as long as the process runs. Any number may: each says the same."""
    while True:
        await sleep(EVERY_SECONDS)
        try:
            await raise_alarms(engine, await clock())
        except NotKeptError:
            logger.warning("the database did not answer; nobody knows whether messages go out")
        except Exception as error:  # noqa: BLE001 - the watch goes on
            logger.error("the watch failed", error=type(error).__name__)  # noqa: TRY400


async def raise_alarms(engine: AsyncEngine, now: datetime) -> list[Alarm]:
    async with reading(engine) as db:
        found = alarms(await look(db, now))
    for one in found:
        since = day_and_hour(one.since, "UTC") if one.since else ""
        why = one.why.value if one.why else ""
        what, do = alarm(one.amiss.value, one.count, since, why)
        logger.error(f"alarm: {what} {do}", workspace=str(one.workspace_id), count=one.count)
    return found


def metrics(engine: AsyncEngine, clock: Clock, token: str) -> list[Route]:
    """`/metrics` for whoever has the token; without one there is no such address."""

    async def told(request: Request) -> Response:
        # As bytes: what a stranger sends may be no ASCII, and that comparison would raise.
        given = request.headers.get("authorization", "").encode()
        if not compare_digest(given, f"Bearer {token}".encode()):
            return Response(status_code=401, headers={"www-authenticate": "Bearer"})
        return Response(await exposition(engine, clock), media_type=CONTENT_TYPE_PLAIN_0_0_4)

    return [Route("/metrics", told)] if token else []


async def exposition(engine: AsyncEngine, clock: Clock) -> bytes:
    """A database that does not answer is itself a figure."""
    registry = CollectorRegistry()
    registry.register(_Read(await _families(engine, clock)))
    return generate_latest(PROCESS) + generate_latest(registry)


@dataclass(frozen=True, eq=False)
class _Read(Collector):
    """What was read a moment ago, in the shape that Prometheus' library asks for."""

    families: Sequence[GaugeMetricFamily]

    def collect(self) -> Sequence[GaugeMetricFamily]:
        return self.families


async def _families(engine: AsyncEngine, clock: Clock) -> list[GaugeMetricFamily]:
    is_up = GaugeMetricFamily("bearings_database_up", "Whether the database answers.")
    try:
        now = await clock()
        async with reading(engine) as db:
            counted = {
                window: figures(await tallies(db, now - length, now), THRESHOLD)
                for window, length in WINDOWS.items()
            }
            amiss, waiting = alarms(await look(db, now)), await queues(db)
    except NotKeptError:
        is_up.add_metric([], 0)
        return [is_up]
    is_up.add_metric([], 1)
    return [
        is_up,
        *_messages(counted),
        _alarms(amiss),
        *_queues(waiting),
        *await _keys(engine, now),
    ]


def _messages(counted: dict[str, list[Figures]]) -> Iterator[GaugeMetricFamily]:
    messages = GaugeMetricFamily(
        "bearings_messages",
        "What came due within the window, by kind and by what became of it.",
        labels=["window", "kind", "outcome"],
    )
    troubles = GaugeMetricFamily(
        "bearings_troubles",
        "Of what came due within the window: put off, given up or in doubt, by the reason.",
        labels=["window", "kind", "why"],
    )
    for window, kinds in counted.items():
        for one in kinds:
            for outcome in OUTCOMES:
                messages.add_metric([window, one.kind.value, outcome], getattr(one, outcome))
            for why, count in one.troubles.items():
                troubles.add_metric([window, one.kind.value, why.value], count)
    yield from (messages, troubles)


def _alarms(found: Sequence[Alarm]) -> GaugeMetricFamily:
    """Nought where all is well, so that a rule can tell well from unknown."""
    family = GaugeMetricFamily(
        "bearings_alarms", "Messages that should have gone out and did not.", labels=["amiss"]
    )
    for amiss in Amiss:
        family.add_metric([amiss.value], sum(one.count for one in found if one.amiss is amiss))
    return family


def _queues(waiting: Sequence[Queue]) -> Iterator[GaugeMetricFamily]:
    lengths = GaugeMetricFamily("bearings_queue_length", "What waits its turn.", labels=["queue"])
    ages = GaugeMetricFamily(
        "bearings_queue_age_seconds", "For how long the oldest of it waits.", labels=["queue"]
    )
    for one in waiting:
        lengths.add_metric([one.name], one.count)
        ages.add_metric([one.name], one.age_seconds)
    yield from (lengths, ages)


async def _keys(engine: AsyncEngine, now: datetime) -> list[GaugeMetricFamily]:
    is_up = GaugeMetricFamily("bearings_keys_up", "Whether key file and key store can be read.")
    try:
        found = await status(vault_at(engine), now)
    except (KeyFileError, NotKeptError):
        is_up.add_metric([], 0)
        return [is_up]
    is_up.add_metric([], 1)
    return list(chain([is_up], _key_ages(found)))


def _key_ages(found: KeyStatus) -> Iterator[GaugeMetricFamily]:
    ages = GaugeMetricFamily(
        "bearings_key_age_days", "How old each key is.", labels=["key", "state"]
    )
    for one in found.keys:
        ages.add_metric([one.id, one.state.value], one.age_days)
    due = GaugeMetricFamily(
        "bearings_key_step_due_timestamp_seconds",
        "When the next step of the keys' rotation is due.",
        labels=["step"],
    )
    due.add_metric([found.next.step.value], found.next.at.timestamp())
    yield from (ages, due)
