"""`GET /slack/install` and where Slack sends the browser back to: many workspaces let us in.

Whoever comes back has a plain page that says what happened. Nothing of Slack's words is on it.
"""

import base64
import hmac
import re
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from yarl import URL

from bot import failures
from bot.clock import Clock
from bot.slack import oauth_pages as pages
from bot.slack.asking import NOWHERE, SLACK, Reply, open_session
from bot.slack.failing import failure_of
from bot.slack.failures import Consequence, Failure
from bot.slack.installing import Installations, Leave
from bot.slack.oauth_pages import Page
from bot.slack.scopes import REASONS
from storage.engine import NotKeptError, transaction
from storage.install_states import GOOD_FOR, make_state, use_state
from storage.vault import KeyFileError

logger = structlog.get_logger(__name__)

INSTALL = "/slack/install"
BACK = "/slack/oauth_redirect"
LIMITS = aiohttp.ClientTimeout(total=10)
LONGEST_CODE = 500

_ID = re.compile(r"[A-Z0-9]{1,40}", re.ASCII)
_SPENT = frozenset({"invalid_code", "code_already_used", "bad_code"})
_HEADERS = {"cache-control": "no-store", "referrer-policy": "no-referrer"}


@dataclass(frozen=True, slots=True)
class OAuthApp:
    """What Slack knows the app by, and where the app itself is."""

    client_id: str
    client_secret: str
    base_url: str
    api_url: str = SLACK

    @property
    def back(self) -> str:
        return self.base_url.rstrip("/") + BACK

    def authorize(self, state: str) -> str:
        """Beside the API, on whichever of Slack's hosts that is."""
        asked = {
            "client_id": self.client_id,
            "scope": ",".join(REASONS),
            "redirect_uri": self.back,
            "state": state,
        }
        address = URL(self.api_url).join(URL("../oauth/v2/authorize"))
        return f"{address}?{urlencode(asked)}"


class OAuth:
    def __init__(
        self, engine: AsyncEngine, clock: Clock, installations: Installations, app: OAuthApp
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._installations = installations
        self._app = app
        self._is_https = app.base_url.lower().startswith("https:")
        # With this prefix no other host of the domain can set it.
        self._cookie = f"{'__Host-' if self._is_https else ''}bearings-install"

    def routes(self) -> list[Route]:
        return [Route(INSTALL, self.install), Route(BACK, self.back)]

    # Going there

    async def install(self, request: Request) -> Response:
        if request.method == "HEAD":
            return Response()
        try:
            async with transaction(self._engine) as db:
                state = await make_state(db, await self._clock())
        except NotKeptError:
            return pages.shown(pages.NOT_BEGUN)
        away = RedirectResponse(self._app.authorize(state), 302, _HEADERS)
        away.set_cookie(
            self._cookie,
            state,
            max_age=int(GOOD_FOR.total_seconds()),
            secure=self._is_https,
            httponly=True,
            samesite="lax",
        )
        return away

    # Coming back

    async def back(self, request: Request) -> Response:
        answer = pages.shown(await self._taken(request))
        answer.delete_cookie(self._cookie, secure=self._is_https, httponly=True, samesite="lax")
        return answer

    async def _taken(self, request: Request) -> Page:
        state = request.query_params.get("state", "")
        if not state:
            return pages.NOT_FROM_HERE
        if not _are_same(state, request.cookies.get(self._cookie, "")):
            return pages.OTHER_BROWSER
        try:
            async with transaction(self._engine) as db:
                is_expected = await use_state(db, state, await self._clock())
        except NotKeptError:
            return pages.NOT_KEPT
        if not is_expected:
            return pages.TOO_LATE
        if "error" in request.query_params:
            return pages.CANCELLED
        code = request.query_params.get("code", "")
        if not (0 < len(code) <= LONGEST_CODE and code.isascii() and code.isprintable()):
            return pages.BAD_CODE
        return await self._exchanged(code)

    async def _exchanged(self, code: str) -> Page:
        told = await self._access(code)
        if isinstance(told, failures.Failure):
            return _page_for(told)
        leave = _leave_in(told)
        if isinstance(leave, Page):
            return leave
        try:
            workspace_id = await self._installations.let_in(leave, await self._clock())
        except (NotKeptError, KeyFileError):
            return pages.NOT_KEPT
        logger.info("a workspace let us in", workspace=str(workspace_id))
        return pages.DONE

    async def _access(self, code: str) -> Reply | Failure:
        """The library's own method for it builds the header in a way that aiohttp has given up."""
        known = f"{self._app.client_id}:{self._app.client_secret}".encode()
        async with open_session(self._app.api_url, LIMITS) as session:
            slack = AsyncWebClient(
                base_url=self._app.api_url, session=session, retry_handlers=[], logger=NOWHERE
            )
            slack.proxy = None  # the session knows the way
            try:
                told = await slack.api_call(
                    "oauth.v2.access",
                    data={"code": code, "redirect_uri": self._app.back},
                    headers={"Authorization": f"Basic {base64.b64encode(known).decode()}"},
                )
            except Exception as error:  # noqa: BLE001 - whatever it is, a person waits for a page
                return failure_of(error)
        return told.data if isinstance(told.data, dict) else {}


def _are_same(state: str, cookie: str) -> bool:
    return hmac.compare_digest(state.encode("utf-8", "replace"), cookie.encode("utf-8", "replace"))


def _page_for(failure: Failure) -> Page:
    if failure.name in _SPENT:
        return pages.BAD_CODE
    logger.warning("slack gave no token", error=failure.name.replace(" ", "_"))
    if failure.consequence is Consequence.TELL_OPERATOR:
        return pages.SET_UP_WRONGLY
    return pages.SLACK_IS_DOWN


def _leave_in(told: Reply) -> Leave | Page:
    """What Slack gave, or why it is of no use."""
    granted = frozenset(_words(told, "scope").split(","))
    if missing := sorted(REASONS.keys() - granted):
        return pages.without(missing)
    if "expires_in" in told or "refresh_token" in told:
        logger.warning("token rotation is on; Bearings needs tokens that last")
        return pages.SET_UP_WRONGLY
    team, enterprise = _id(told.get("team")), _id(told.get("enterprise"))
    workspace = enterprise if told.get("is_enterprise_install") is True else team
    bot_user, token = _words(told, "bot_user_id"), _words(told, "access_token")
    if not (workspace and token and _ID.fullmatch(bot_user)):
        return pages.SLACK_IS_DOWN
    return Leave(workspace, token, bot_user, enterprise, ",".join(sorted(granted)))


def _id(of: object) -> str:
    found = of.get("id") if isinstance(of, dict) else None
    return found if isinstance(found, str) and _ID.fullmatch(found) else ""


def _words(told: Reply, name: str) -> str:
    found = told.get(name)
    return found if isinstance(found, str) else ""
