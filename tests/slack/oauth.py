"""Installing: a person consents in the browser, and the app exchanges the code for a token.

back = slack.oauth.consents(royal, ruth, address)   # the address that /slack/install sent us to
…the browser goes to `back`, and the app calls oauth.v2.access
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

from aiohttp import web

from tests.slack.calls import Call, RefusedError, asked
from tests.slack.filling import CannotDoError
from tests.slack.people import Given, Person, Token, Workspace
from tests.slack.workspace import APP_ID, World

CLIENT_ID = "1234567890.1234567890"
CLIENT_SECRET = "0123456789abcdef0123456789abcdef"  # noqa: S105 - of the fake alone
_CODE_LASTS = timedelta(minutes=10)


@dataclass(eq=False)
class _Code:
    workspace: Workspace
    person: Person
    scopes: set[str]
    redirect: str
    given_at: datetime
    used: bool = False
    of_all: bool = False


class OAuth:
    def __init__(self, world: World) -> None:
        self.world = world
        self.redirects: set[str] = set()  # those in the manifest; where there is none, any
        self.consenting: tuple[Workspace, Person] | None = None  # who sits before the browser
        self._codes: dict[str, _Code] = {}

    # The browser

    async def authorize(self, request: web.Request) -> web.StreamResponse:
        """The page of consent, over HTTP: answered at once by whoever is `consenting`."""
        address = str(request.url)
        back = (
            self.consents(*self.consenting, address) if self.consenting else self.declines(address)
        )
        raise web.HTTPFound(back)

    def consents(
        self, workspace: Workspace, person: Person, address: str, *, of_all: bool = False
    ) -> str:
        """`of_all`: for every workspace of the organisation."""
        asked_for = self._asked_for(address)
        if person.team != workspace.id or person.is_restricted:
            raise CannotDoError(f"{person.name} may not install an app in {workspace.name}")
        scopes = set(asked_for["scope"].split(","))
        redirect = asked_for.get("redirect_uri", "")
        code = f"{self.world.new_id('c')}.{workspace.id}"
        self._codes[code] = _Code(
            workspace, person, scopes, redirect, self.world.now(), of_all=of_all
        )
        return self._back(asked_for, code=code)

    def declines(self, address: str) -> str:
        return self._back(self._asked_for(address), error="access_denied")

    def _asked_for(self, address: str) -> dict[str, str]:
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        if query.get("client_id") != CLIENT_ID:
            raise CannotDoError("Slack shows: invalid_client_id")
        if not query.get("scope"):
            raise CannotDoError("Slack shows: no_scopes")
        if self.redirects and query.get("redirect_uri", "") not in {"", *self.redirects}:
            raise CannotDoError("Slack shows: bad_redirect_uri")
        return query

    def _back(self, asked_for: Mapping[str, str], **more: str) -> str:
        redirect = asked_for.get("redirect_uri") or next(iter(self.redirects), "")
        if not redirect:
            raise CannotDoError("Slack does not know where to go back to")
        return f"{redirect}?{urlencode({**more, 'state': asked_for.get('state', '')})}"

    # oauth.v2.access

    def access(self, call: Call) -> Given:
        self._check_client(call)
        if asked(call.args, "grant_type") not in {"", "authorization_code"}:
            raise RefusedError("invalid_grant_type")
        code = self._codes.get(asked(call.args, "code"))
        if code is None or code.used or self.world.is_stale(code.given_at, _CODE_LASTS):
            raise RefusedError("invalid_code")
        if code.redirect != asked(call.args, "redirect_uri"):
            raise RefusedError("bad_redirect_uri")
        code.used = True
        return self._installed(code)

    def _check_client(self, call: Call) -> None:
        name, secret = call.basic or (
            asked(call.args, "client_id"),
            asked(call.args, "client_secret"),
        )
        if name != CLIENT_ID:
            raise RefusedError("invalid_client_id")
        if secret != CLIENT_SECRET:
            raise RefusedError("bad_client_secret")

    def _installed(self, code: _Code) -> Given:
        """Whoever installs again gets the same token, with the scopes of both times."""
        workspace = code.workspace
        token = self.world.tokens.get(workspace.token)
        if token is None or token.refused:
            value = f"xoxb-{workspace.id}-{next(self.world.numbers)}"
            token = self.world.tokens[value] = Token(value, workspace.id, set())
            workspace.token = value
        token.scopes |= code.scopes
        workspace.installed_at = self.world.now()
        enterprise = {"id": workspace.enterprise, "name": "Trust"} if workspace.enterprise else None
        workspace.of_all = code.of_all
        return {
            "ok": True,
            "app_id": APP_ID,
            "authed_user": {"id": code.person.id},
            "scope": ",".join(sorted(token.scopes)),
            "token_type": "bot",
            "access_token": token.value,
            "bot_user_id": workspace.bot.id,
            "team": None if code.of_all else {"id": workspace.id, "name": workspace.name},
            "enterprise": enterprise,
            "is_enterprise_install": code.of_all,
        }
