"""The road out to the fake Slack: what the app would put together, with a clock moved by hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import aiohttp

from bot.slack.asking import LIMITS
from bot.slack.calling import Calls, open_calls
from bot.slack.failures import Consequence, Failure
from bot.slack.posting import PLATFORM, SlackMessenger
from bot.slack.queueing import Gate
from scheduler.delivery import DeliveryError
from storage.members import Addressee
from tests.bot.hands import Hands
from tests.slack import FakeSlack, fake_slack
from tests.slack.listening import Clock
from tests.slack.people import Person, Workspace


@dataclass
class KnownTokens:
    of: dict[UUID, str] = field(default_factory=dict)

    async def token(self, workspace_id: UUID) -> str:
        if workspace_id not in self.of:
            raise DeliveryError("Nobody has installed the app here.", permanent=True)
        return self.of[workspace_id]


@dataclass
class Noted:
    """What followed from refusals, in order."""

    consequences: list[tuple[Consequence, UUID, str]] = field(default_factory=list)

    async def heed(self, workspace_id: UUID, failure: Failure, user_id: str) -> None:
        self.consequences.append((failure.consequence, workspace_id, user_id))


@dataclass
class InSlack:
    slack: FakeSlack
    calls: Calls
    clock: Clock
    hands: Hands
    tokens: KnownTokens
    noted: Noted
    ids: dict[str, UUID] = field(default_factory=dict)

    @property
    def messenger(self) -> SlackMessenger:
        return SlackMessenger(self.calls, lambda: self.clock().timestamp())

    def install(self, name: str) -> Workspace:
        workspace = self.slack.workspace(name)
        self.ids[workspace.id] = uuid4()
        self.tokens.of[self.ids[workspace.id]] = workspace.token
        return workspace

    def id_of(self, workspace: Workspace) -> UUID:
        return self.ids[workspace.id]

    def meet(self, workspace: Workspace, name: str, address: str = "") -> tuple[Person, Addressee]:
        person = self.slack.person(workspace, name)
        id_ = self.ids[workspace.id]
        to = Addressee(uuid4(), id_, PLATFORM, workspace.id, person.id, address, name)
        return person, to


@asynccontextmanager
async def in_slack(limits: aiohttp.ClientTimeout = LIMITS) -> AsyncIterator[InSlack]:
    clock, hands, tokens, noted = Clock(), Hands(), KnownTokens(), Noted()
    gate = Gate(clock=hands)
    # It has been open for a while.
    hands.time += 60
    async with (
        fake_slack(clock) as slack,
        open_calls(tokens, api_url=slack.api_url, gate=gate, heeds=noted, limits=limits) as calls,
    ):
        yield InSlack(slack, calls, clock, hands, tokens, noted)
