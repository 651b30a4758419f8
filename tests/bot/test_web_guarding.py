"""Who may ask, what for, and what every answer carries."""

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlencode
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette

from bot import app
from bot.web.guarding import HEADERS
from prompts.bank import ServedBank
from tests.bot.browsing import HERE, Browser, read
from tests.bot.playing import (
    FORM,
    agrees,
    sqlite,
)

METHODS = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "BREW", "post", "X" * 200)


@sqlite
async def test_other_methods_do_nothing(browser: Browser, changes: Callable[[], int]) -> None:
    before = changes()
    body = urlencode({"event": str(uuid4()), "words": "help", "does": "skip"})
    for address in ("/", "/leader/amara", "/leader/amara/say", "/next", "/healthz"):
        for method in METHODS:
            request = browser.client.build_request(method, address, content=body, headers=FORM)
            request.method = method
            answer = await browser.client.send(request)
            assert answer.status_code == 405, (method, address)
    assert changes() == before


@sqlite
async def test_a_head_has_no_body_and_comes_to_an_end(browser: Browser) -> None:
    for address in ("/", "/leader/amara", "/leader/amara/live", "/healthz", "/static/compass.svg"):
        answer = await asyncio.wait_for(browser.client.head(address), 5)
        assert answer.status_code == 200
    assert (await browser.client.head("/leader/nobody")).status_code == 404


ELSEWHERE = [
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": "http://127.0.0.1:9999"},
    {"origin": "http://127.0.0.1:8000.evil.example"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"origin": HERE, "sec-fetch-site": "cross-site"},
]


@sqlite
async def test_a_form_on_another_site_changes_nothing(
    browser: Browser, changes: Callable[[], int]
) -> None:
    page = await agrees(browser)
    before = changes()
    for button in ("Next moment", "Send", "Stop"):
        sending = page.sending(button)
        for headers in ELSEWHERE:
            answer = await browser.client.post(
                sending.action,
                content=urlencode(sending.fields),
                headers={"content-type": FORM["content-type"], **headers},
            )
            assert answer.status_code == 403, (button, headers)
            assert "nothing was changed" in answer.text
    assert changes() == before


@sqlite
async def test_another_name_for_this_computer_is_refused(browser: Browser) -> None:
    for address in ("/", "/leader/amara", "/healthz", "/leader/amara/live"):
        for host in ("evil.example", "127.0.0.1.evil.example", "", "127.0.0.2:8000"):
            answer = await browser.client.get(address, headers={"host": host})
            assert answer.status_code == 400, (host, address)
            assert "Amara" not in answer.text


@sqlite
async def test_every_answer_carries_the_headers_that_keep_it_here(
    browser: Browser, playground: Starlette
) -> None:
    client = browser.client
    answers = {
        "the start": await client.get("/"),
        "a page": await client.get("/leader/amara"),
        "a redirect": await client.post(
            "/leader/amara/say", content=f"event={uuid4()}&words=help", headers=FORM
        ),
        "nobody": await client.get("/leader/nobody"),
        "nothing": await client.get("/a/b/c/d"),
        "a file": await client.get("/static/playground.js"),
        "no file": await client.get("/static/none"),
        "health": await client.get("/healthz"),
        "a wrong method": await client.put("/leader/amara"),
        "another host": await client.get("/", headers={"host": "evil.example"}),
        "another site": await client.post("/next", headers={"origin": "https://evil.example"}),
        "not a form": await client.post("/next", headers={"origin": HERE}, json={}),
    }
    assert [answers[name].status_code for name in ("a redirect", "nobody", "another host")] == [
        303,
        404,
        400,
    ]
    for name, answer in answers.items():
        assert {key: answer.headers.get(key) for key in HEADERS} == HEADERS, name
        assert "server" not in answer.headers


NOT_THERE = (
    "/nobody",
    "/leader/nobody",
    "/leader/ruth",
    "/a/b/c/d",
    "/leader/%ED%A0%80",
    "/leader/amara/nothing",
    "/leader/" + "x" * 5000,
    "/leader/amara?open=explode",
    "/static/",
    "/static/nothing.css",
)


@sqlite
async def test_an_address_that_is_not_there_is_a_page_that_says_so(browser: Browser) -> None:
    for address in NOT_THERE:
        page = await browser.goes(address)
        assert page.status in {400, 404}, address
        assert page.links()["Go to the start"] == "/"


WAYS_OUT = (
    "/static/../listening.py",
    "/static/..%2flistening.py",
    "/static/%2e%2e/listening.py",
    "/static/..%5clistening.py",
    "/static/%2e%2e%2f%2e%2e%2f%2e%2e%2fpyproject.toml",
    "/static//etc/passwd",
    "/static/%00",
    "/static/playground.css%00.png",
    "/static/vendor/..%2f..%2f..%2fapp.py",
    "/..%2f..%2fpyproject.toml",
    "/leader/..%2f..%2fpyproject.toml",
)


@sqlite
async def test_no_path_leads_out_of_the_static_files(playground: Starlette) -> None:
    for path in WAYS_OUT:
        # Straight to the application: a browser, or HTTPX, would tidy the path on the way.
        status, body = await ask(playground, path)
        assert status in {400, 404, 405}, path
        for inside in (b"import", b"[project]", b"root:"):
            assert inside not in body, path


async def ask(application: Starlette, raw_path: str) -> tuple[int, bytes]:
    """One GET, whose path arrives just as it was written."""
    said: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        said.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": unquote(raw_path),
        "raw_path": raw_path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1:8000")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
    }
    await application(scope, receive, send)
    return said[0]["status"], b"".join(message.get("body", b"") for message in said)


async def test_the_server_says_nothing_of_what_it_does_not_serve(engine: AsyncEngine) -> None:
    async with Browser(app.build_server(engine)) as browser:
        for method, address, status in (
            ("POST", "/healthz", 405),
            ("POST", "/healthz/", 404),
            ("GET", "/slack/events/", 404),
            ("GET", "/nowhere", 404),
        ):
            answer = await browser.client.request(method, address)
            assert (answer.status_code, answer.text) == (status, "")


async def test_a_fault_nobody_foresaw_is_a_plain_page_without_any_detail() -> None:
    class Broken:
        def __getattr__(self, name: str) -> Any:
            raise RuntimeError(f"secret words, and {name}")

    for build in (
        app.build_playground(Broken(), ServedBank()),
        app.build_server(Broken()),
    ):
        async with Browser(build, raises=False) as browser:
            answer = await browser.client.get("/readyz")
            assert answer.status_code == 500
            assert "wrong" in answer.text
            for detail in ("secret", "RuntimeError", "Traceback", "engine", "bot/"):
                assert detail not in answer.text
    async with Browser(
        app.build_playground(Broken(), ServedBank()),
        raises=False,
    ) as browser:
        for address in ("/", "/leader/amara"):
            answer = await browser.client.get(address)
            assert answer.status_code == 500
            assert read(answer.text).one("h1").words == "Something went wrong"
            assert {key: answer.headers.get(key) for key in HEADERS} == HEADERS
