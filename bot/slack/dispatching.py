"""Bolt, behind our own edge: what can be trusted goes to the listener of its kind.

Bolt verifies nothing here and asks Slack nothing: that was done before, on the raw bytes.
"""

import logging
import re
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.payloads import Payload
from bot.slack.dealing import Dealing
from bot.slack.installing import Installations
from bot.slack.reading import read

_ANYTHING = re.compile(".*", re.DOTALL)
_WHOLE = "whole"
# Bolt logs what it is sent.
_NOWHERE = logging.getLogger("bearings.slack.nowhere")
_NOWHERE.addHandler(logging.NullHandler())
_NOWHERE.propagate = False


class Dispatcher:
    def __init__(self, dealing: Dealing, installations: Installations) -> None:
        self._app = AsyncApp(
            name="bearings",
            logger=_NOWHERE,
            client=AsyncWebClient(),
            signing_secret="unused",  # noqa: S106 - whoever is here was verified
            authorize=_authorize,
            process_before_response=True,
            request_verification_enabled=False,
            ssl_check_enabled=False,
            url_verification_enabled=False,
            ignoring_self_events_enabled=False,
            attaching_function_token_enabled=False,
        )

        async def listen(ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
            said = await dealing.deal(await installations.at_home(read(body[_WHOLE])))
            return await (ack(**said) if said else ack())

        for kind in (self._app.action, self._app.view, self._app.command, self._app.event):
            kind(_ANYTHING)(listen)
        self._app.error(_raise)

    async def dispatch(self, payload: Payload) -> tuple[int, str]:
        """The status and the words that Slack is to be answered with.

        Raises NotKeptError where nothing could be kept.
        """
        # As an object: Bolt reads a form's text in a way of its own, and can lose a command.
        request = AsyncBoltRequest(mode="socket_mode", body=_signpost(payload))
        answer = await self._app.async_dispatch(request)
        return answer.status, answer.body or ""


def _signpost(payload: Payload) -> dict[str, Any]:
    """What Bolt needs to find the listener. Given the whole it looks everywhere, and stumbles over
    what is there in another form than it knows."""
    match payload:
        case {"type": "event_callback"}:
            shown: Payload = {"type": "event_callback", "event": {"type": "message"}}
        case {"type": "block_actions"}:
            shown = {"type": "block_actions", "actions": [{"type": "button", "action_id": "-"}]}
        case {"type": "view_submission"}:
            shown = {"type": "view_submission", "view": {"type": "modal", "callback_id": "-"}}
        case _:
            shown = {"command": "-"}
    return {**shown, _WHOLE: payload}


async def _authorize() -> AuthorizeResult:
    """That the workspace let us in was seen at the edge; its token is fetched where it is used."""
    return AuthorizeResult(enterprise_id=None, team_id=None, bot_token="-")  # noqa: S106


async def _raise(error: Exception) -> None:
    raise error
