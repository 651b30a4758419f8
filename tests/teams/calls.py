"""One call of the app's, as it is kept for the test to look at, and how it is refused."""

import json
import math
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import web

Given = dict[str, Any]
Operation = Literal[
    "send", "update", "delete", "create", "member", "members", "token", "openid", "keys"
]


class RefusedError(Exception):
    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        sub_code: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        said: Given = {"code": code, "message": message}
        self.body: Given = {"error": said}
        if sub_code:
            self.body |= {"subCode": sub_code}
        wait = None if retry_after is None else str(math.ceil(retry_after))
        self.headers = {} if wait is None else {"Retry-After": wait}

    def response(self) -> web.Response:
        return web.json_response(self.body, status=self.status, headers=self.headers)


@dataclass
class Call:
    operation: Operation
    method: str
    path: str
    conversation: str = ""
    activity: str = ""
    member: str = ""
    body: Given = field(default_factory=dict)
    token: str = ""
    status: int = 0  # 0: it was not answered
    answer: Any = None


async def body_of(request: web.Request) -> Given:
    """The JSON of an activity, which is one object of whole characters."""
    if request.content_type != "application/json":
        raise RefusedError(415, "BadSyntax", "Unsupported media type.")
    try:
        body = json.loads(await request.text())
        json.dumps(body, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise RefusedError(400, "BadSyntax", "The body is no JSON.") from None
    if not isinstance(body, dict):
        raise RefusedError(400, "BadSyntax", "The body is no activity.")
    return body


def bearer(request: web.Request) -> str:
    scheme, _, said = request.headers.get("Authorization", "").partition(" ")
    return said if scheme == "Bearer" else ""
