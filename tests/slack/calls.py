"""One call of the Web API: who calls, with what, and how it is refused."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.slack.people import Given, Token, Workspace

_IN_JSON = {
    "blocks": "invalid_blocks_format",
    "attachments": "invalid_attachments",
    "metadata": "invalid_metadata_format",
    "view": "invalid_arguments",
}


class RefusedError(Exception):
    def __init__(self, error: str, *messages: str, **more: Any) -> None:
        super().__init__(error)
        said = {"response_metadata": {"messages": list(messages)}} if messages else {}
        self.answer: Given = {"ok": False, "error": error, **said, **more}


@dataclass(frozen=True)
class Caller:
    token: Token
    workspace: Workspace


@dataclass
class Call:
    """As it is kept for the test to look at."""

    method: str
    args: Given
    token: str
    encoding: str
    answer: Given = field(default_factory=dict)
    basic: tuple[str, str] | None = None  # client id and secret


async def read_call(request: web.Request) -> Call:
    method = request.match_info["method"]
    args: Given = dict(request.query)
    encoding = "query"
    in_query = args.pop("token", "")
    if request.method == "POST" and request.can_read_body:
        encoding = "json" if request.content_type == "application/json" else "form"
        args |= await _read_body(request, encoding)
    scheme, _, said = request.headers.get("Authorization", "").partition(" ")
    bearer = said if scheme == "Bearer" else ""
    token = bearer or args.pop("token", "") or (in_query if request.method == "POST" else "")
    return Call(method, args, token, encoding, basic=_client(said) if scheme == "Basic" else None)


def _client(said: str) -> tuple[str, str]:
    name, _, secret = base64.b64decode(said).decode().partition(":")
    return name, secret


async def _read_body(request: web.Request, encoding: str) -> Given:
    if encoding == "form":
        return dict(await request.post())
    try:
        body = await request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise RefusedError("invalid_json")
    return {name: value for name, value in body.items() if value is not None}


def parsed(args: Given) -> Given:
    """Blocks and views may come as JSON within a form; the rest stays words."""
    return {name: _parsed(name, value) for name, value in args.items()}


def _parsed(name: str, value: Any) -> Any:
    if name not in _IN_JSON or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise RefusedError(_IN_JSON[name]) from None


def asked(args: Given, name: str) -> str:
    value = args.get(name, "")
    return value if isinstance(value, str) else ""


def truth(args: Given, name: str) -> bool:
    return args.get(name) in (True, "1", "true", "True")


def count(args: Given, name: str, *, otherwise: int, most: int) -> int:
    value = str(args.get(name, "") or otherwise)
    if not value.isdecimal():
        raise RefusedError("invalid_arguments", f"[ERROR] invalid number [json-pointer:/{name}]")
    return max(1, min(int(value), most))
