"""Microsoft's own dispatcher, behind our own edge: what can be trusted goes to its callback.

It verifies nothing here and asks nobody anything: that was done before. What it is given is a
signpost; the whole goes past it, because it loses what it does not know.
"""

from typing import Any

from botbuilder.core import InvokeResponse, TurnContext
from botbuilder.core.cloud_adapter_base import CloudAdapterBase
from botbuilder.core.teams import TeamsActivityHandler
from botbuilder.schema import Activity
from botframework.connector.auth import BotFrameworkAuthentication, ClaimsIdentity
from botframework.connector.auth.authenticate_request_result import AuthenticateRequestResult
from botframework.connector.auth.connector_factory import ConnectorFactory

from bot.payloads import Payload
from bot.teams.dealing import Dealing
from bot.teams.invokes import Body
from bot.teams.reading import read

_WHOLE = "bearings"


class Dispatcher:
    def __init__(self, dealing: Dealing, app_id: str) -> None:
        self._adapter = _Adapter(_Trusted(app_id))
        self._handler = _Handler(dealing)

    async def dispatch(self, payload: Payload) -> tuple[int, Body | None]:
        """The status, and what an invoke is answered with.

        Raises UnreadableError, and NotKeptError where nothing could be kept.
        """
        return await self._adapter.take(payload, self._handler)


class _Adapter(CloudAdapterBase):  # type: ignore[misc]
    """Its send and update are not used: messages go out by `calling`, which knows what failed."""

    async def take(self, payload: Payload, handler: "_Handler") -> tuple[int, Body | None]:
        async def turn(context: TurnContext) -> None:
            context.turn_state[_WHOLE] = payload
            await handler.on_turn(context)

        trusted = self.bot_framework_authentication.result()
        answer = await self.process_activity(trusted, _signpost(payload), turn)
        if answer is None or answer.body is None:
            return (200, None) if answer is None else (int(answer.status), None)
        return int(answer.status), answer.body


class _Handler(TeamsActivityHandler):  # type: ignore[misc]
    """Each callback has the same to do: reading is ours."""

    def __init__(self, dealing: Dealing) -> None:
        super().__init__()
        self._dealing = dealing

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        await self._deal(turn_context)

    async def on_message_update_activity(self, turn_context: TurnContext) -> None:
        await self._deal(turn_context)

    async def on_message_delete_activity(self, turn_context: TurnContext) -> None:
        await self._deal(turn_context)

    async def on_conversation_update_activity(self, turn_context: TurnContext) -> None:
        await self._deal(turn_context)

    async def on_installation_update(self, turn_context: TurnContext) -> None:
        await self._deal(turn_context)

    async def on_invoke_activity(self, turn_context: TurnContext) -> InvokeResponse:
        return InvokeResponse(status=200, body=await self._deal(turn_context))

    async def _deal(self, turn_context: TurnContext) -> Body | None:
        return await self._dealing.deal(read(turn_context.turn_state[_WHOLE]))


def _signpost(payload: Payload) -> Activity:
    """What is needed to find the callback, in types that were looked at."""
    kind, name = payload.get("type"), payload.get("name")
    return Activity(
        type=kind if isinstance(kind, str) else "unknown",
        name=name if isinstance(name, str) else None,
        channel_id="msteams",
    )


class _Trusted(BotFrameworkAuthentication):  # type: ignore[misc]
    """Whoever is here was verified at the edge."""

    def __init__(self, app_id: str) -> None:
        self._identity = ClaimsIdentity({"aud": app_id, "appid": app_id}, is_authenticated=True)

    def result(self) -> AuthenticateRequestResult:
        result = AuthenticateRequestResult()
        result.claims_identity = self._identity
        result.connector_factory = self.create_connector_factory(self._identity)
        return result

    async def authenticate_request(
        self, activity: Activity, auth_header: str
    ) -> AuthenticateRequestResult:
        raise PermissionError("Requests are verified before they come here.")

    async def authenticate_streaming_request(
        self, auth_header: str, channel_id_header: str
    ) -> AuthenticateRequestResult:
        raise PermissionError("There are no streams here.")

    def create_connector_factory(self, claims_identity: ClaimsIdentity) -> ConnectorFactory:
        return _NoConnectors()

    async def create_user_token_client(self, claims_identity: ClaimsIdentity) -> Any:
        """Nobody signs in anywhere."""
        return None


class _NoConnectors(ConnectorFactory):  # type: ignore[misc]
    async def create(self, service_url: str, audience: str) -> Any:
        """Something that is there; nothing is sent by it."""
        return object()
