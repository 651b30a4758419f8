"""What whoever installs reads: what happened, and what to do."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from starlette.responses import HTMLResponse, Response

HEADERS = {
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    # The address of this page holds a code.
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_FRAME = """<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title} · Bearings</title>
<style nonce="{nonce}">body{{font:1.05rem/1.5 system-ui,sans-serif;max-width:36rem;\
margin:3rem auto;padding:0 1rem}}</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{words}</p>
{again}</main>
</body>
</html>
"""
_AGAIN = '<p><a href="/slack/install">Begin again</a></p>\n'


@dataclass(frozen=True, slots=True)
class Page:
    """`again`: beginning anew may help. 424: what failed is Slack, or the database behind us."""

    title: str
    words: str
    status: int = 400
    again: bool = True


DONE = Page(
    "Bearings is installed",
    "You can close this page. Nobody has been written to. In Slack, Bearings stands under Apps; "
    "it writes only to people whom a programme lead has entered.",
    200,
    again=False,
)
CANCELLED = Page(
    "Nothing was installed",
    "Slack says that leave was not given, by you or by the rules of your workspace. If an admin "
    "has to agree first, begin again when they have.",
    200,
)
NOT_FROM_HERE = Page(
    "This was not begun here",
    "An installation begins at the address below, also for an admin of a whole organisation. "
    "Nothing was installed.",
)
OTHER_BROWSER = Page(
    "This was begun in another browser",
    "For your safety an installation ends in the browser in which it began, with cookies allowed. "
    "Nothing was installed.",
)
TOO_LATE = Page(
    "This page was used already, or is too old",
    "An installation has to be finished within ten minutes, and once. Nothing was changed now.",
)
BAD_CODE = Page(
    "Slack did not accept this installation",
    "What Slack sent with you was used already, or is too old. Nothing was installed.",
)
SET_UP_WRONGLY = Page(
    "Bearings is not set up for this yet",
    "Slack does not take the settings of this server. Tell whoever runs Bearings: the reason is in "
    "its log. Nothing was installed.",
    424,
    again=False,
)
SLACK_IS_DOWN = Page(
    "Slack did not answer as it should",
    "Nothing was installed. Begin again in a few minutes.",
    424,
)
NOT_KEPT = Page(
    "This could not be kept",
    "The database did not take it, so nothing was installed here. Slack may list Bearings all the "
    "same. Begin again in a few minutes: that mends it.",
    424,
)
NOT_BEGUN = Page(
    "Not now",
    "The database did not answer, so nothing was begun. Begin again in a moment.",
    424,
)


def without(scopes: Sequence[str]) -> Page:
    """`scopes` are names of our own."""
    return Page(
        "Bearings needs more than it was given",
        f"Leave was not given for {' and '.join(scopes)}, and without it Bearings does not work. "
        "Nothing was installed here. Begin again and agree to everything that is not optional.",
    )


def shown(page: Page) -> Response:
    nonce = secrets.token_urlsafe(16)
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; form-action 'none'; "
        "frame-ancestors 'none'; base-uri 'none'"
    )
    text = _FRAME.format(
        title=escape(page.title),
        words=escape(page.words),
        again=_AGAIN if page.again else "",
        nonce=nonce,
    )
    return HTMLResponse(text, page.status, {**HEADERS, "content-security-policy": policy})
