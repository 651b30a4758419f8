"""What keeps the playground to the one computer it runs on."""

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.rendering import to_error_page

# Another name for this computer would be a page elsewhere reaching in (DNS rebinding).
HOSTS = ["127.0.0.1", "localhost", "[::1]"]
HEADERS = {
    "content-security-policy": (
        "default-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    # With none at all a browser would not say that a form is from here.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}


def guards() -> list[Middleware]:
    return [
        # The headers first, so that refusals carry them too.
        Middleware(_Headers),
        Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS, www_redirect=False),
        Middleware(_OwnPagesOnly),
    ]


async def not_here(_: Request, error: Exception) -> Response:
    """A wrong address, or one that is not asked in this way."""
    status = error.status_code if isinstance(error, HTTPException) else 404
    headers = error.headers if isinstance(error, HTTPException) else None
    page = to_error_page("Nothing here", "There is no such page. Nothing was changed.")
    return HTMLResponse(page, status, headers)


async def unforeseen(_: Request, __: Exception) -> Response:
    """The last resort stands outside everything else, so it brings the headers itself."""
    words = "This is a fault of the program's. Go back and look whether it was saved."
    return HTMLResponse(to_error_page("Something went wrong", words), 500, HEADERS)


class _Headers:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    # A page that knows better what it holds brings its own.
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


class _OwnPagesOnly:
    """A form on somebody else's page may not press our buttons."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "POST" and not _is_ours(Request(scope)):
            words = "That came from another site, so nothing was changed."
            refused = HTMLResponse(to_error_page("Not from here", words), status_code=403)
            await refused(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _is_ours(request: Request) -> bool:
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    own = f"{request.url.scheme}://{request.headers.get('host', '')}"
    return site in {"same-origin", "none"} and origin in {None, own}
