"""Whatever a browser, or something that only looks like one, can send."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from urllib.parse import urlencode
from uuid import UUID, uuid4

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette

from prompts.message import FormName, Press
from storage.tables import Reflection
from tests.bot.browsing import HERE, Browser
from tests.bot.playing import (
    ANSWER,
    FORM,
    agrees,
    answers,
    count,
    is_asked,
    lines,
    own_lines,
    served,
    sqlite,
)

# ---- what is written ----

WRITTEN = {
    "emoji": "🧭 👩🏾‍⚕️ and 🏴󠁧󠁢󠁷󠁬󠁳󠁿",
    "right to left": "קשה לי \u202eהפוך\u202c مرحبا",
    "markup": '<script>alert(1)</script> & <b>"bold"</b> {{ 7*7 }} </textarea>',
    "lines": "\nfirst\n\n  third\tend  ",
    "percent": "100% + %41 %zz &amp; a=b;c",
    "combining": "e\u0301 \u200b\ufeff \u2028 Z" + "\u0335" * 50,
    "far planes": "\U0010ffff \U00020000 \ufffd",
    "longest": "ж" * 10_000,
}


async def test_an_answer_is_stored_exactly_and_shown_as_words(
    browser: Browser, engine: AsyncEngine
) -> None:
    page = await browser.fills(await is_asked(browser), "Save", {"Your answer": "First."})
    for name, words in WRITTEN.items():
        page = await browser.presses(page, "Change my answer")
        page = await browser.fills(page, "Save", {"Your answer": words})
        assert "Saved, for you only." in page.newest, name
        assert await answers(engine) == [words], name
        journal = await browser.goes("/leader/amara?open=journal")
        assert journal.dialog is not None
        assert journal.dialog.one("blockquote").words == words, name
        again = await browser.presses(page, "Change my answer")
        assert again.box("Your answer") == words, name


CANNOT_BE_KEPT = (
    ("x" * 1_000_000, "1,000,000 characters, and 10,000 fit"),
    ("é" * 10_001, "10,001 characters, and 10,000 fit"),
    ("left\0right", "a character that is not text"),
    ("  \n ", "One word is enough"),
    ("", "One word is enough"),
)


async def test_an_answer_that_cannot_be_kept_comes_back_whole_with_the_reason(
    browser: Browser, engine: AsyncEngine
) -> None:
    page = await is_asked(browser)
    for words, because in CANNOT_BE_KEPT:
        page = await browser.fills(page, "Save", {"Your answer": words})
        assert "This was not saved." in page.refusal
        assert because in page.words
        assert page.box("Your answer") == words
        assert await answers(engine) == []
    page = await browser.fills(page, "Save", {"Your answer": ANSWER})
    assert "Saved, for you only." in page.newest
    assert await answers(engine) == [ANSWER]


async def test_a_chat_line_that_cannot_be_kept_stays_in_its_box(
    browser: Browser, engine: AsyncEngine
) -> None:
    page = await is_asked(browser)
    before = lines(page)
    for words in ("x" * 1_000_000, "left\0right", " "):
        page = await browser.fills(page, "Send", {"Message Bearings": words})
        assert "This was not sent." in page.notice
        assert page.box("Message Bearings") == words
        assert lines(page) == before
    assert await answers(engine) == []


@sqlite
async def test_markup_typed_in_the_chat_stays_words(browser: Browser) -> None:
    words = WRITTEN["markup"]
    page = await browser.fills(await agrees(browser), "Send", {"Message Bearings": words})
    assert own_lines(page) == [words]


BODIES: dict[str, tuple[str, bytes, int]] = {
    "not UTF-8": ("application/x-www-form-urlencoded", b"words=%FF", 400),
    "half a character": ("application/x-www-form-urlencoded", b"words=%ED%A0%80", 400),
    "raw bytes": ("application/x-www-form-urlencoded", b"words=\xff\xfe", 400),
    "ten thousand fields": ("application/x-www-form-urlencoded", b"a=b&" * 10_000, 400),
    "a long name": ("application/x-www-form-urlencoded", b"n" * 200_000 + b"=x", 400),
    "JSON": ("application/json", b'{"words": "x"}', 415),
    "multipart": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="words"\r\n\r\nhi\r\n--x--\r\n',
        415,
    ),
    "plain text": ("text/plain", b"words=x", 415),
    "no type": ("", b"words=x", 415),
    "nothing": ("application/x-www-form-urlencoded", b"", 400),
    "twenty megabytes": ("application/x-www-form-urlencoded", b"words=" + b"x" * 20_000_000, 413),
}


@sqlite
async def test_what_is_not_a_form_of_ours_is_refused_and_changes_nothing(
    browser: Browser, changes: Callable[[], int]
) -> None:
    before = changes()
    for name, (kind, body, status) in BODIES.items():
        headers = {"origin": HERE, "content-type": kind} if kind else {"origin": HERE}
        for address in ("/leader/amara/say", "/leader/amara/submit", "/leader/dan/press", "/next"):
            answer = await browser.client.post(address, content=body, headers=headers)
            assert answer.status_code == status, (name, address)
            assert "othing was saved" in answer.text
    assert changes() == before


# ---- what no page of ours sends ----


@sqlite
async def test_nobody_can_answer_share_or_read_what_is_somebody_elses(
    browser: Browser, engine: AsyncEngine
) -> None:
    page = await is_asked(browser)
    save = page.sending("Save", {"Your answer": ANSWER})
    page = await browser.sends(save)
    about = dict(save.fields)["about"]
    dan = await browser.presses(await browser.goes("/leader/dan"), "Next moment")
    forged = dan.sending("Save", {"Your answer": "Mine now."}).but(about=about)
    assert "That is not here any more" in (await browser.sends(forged)).newest
    for address in ("/leader/dan", "/coach/ruth", "/lead/priya"):
        for press in Press:
            fields = {"event": str(uuid4()), "does": press, "about": about}
            await browser.client.post(f"{address}/press", content=urlencode(fields), headers=FORM)
        for form in FormName:
            fields = {"event": str(uuid4()), "form": form, "about": about, "words": "Mine now."}
            said = await browser.client.post(
                f"{address}/submit", content=urlencode(fields), headers=FORM
            )
            assert ANSWER not in said.text
        assert ANSWER not in (await browser.goes(address)).html
    assert await answers(engine) == [ANSWER]
    assert "Shared" not in (await browser.goes("/leader/amara")).newest


@sqlite
async def test_a_forged_line_is_not_written_over(browser: Browser) -> None:
    page = await is_asked(browser)
    first = lines(page)[0]
    before = page.root.one("article", id=first).words
    for line in (first, "line-1", "line--1", "line-" + "9" * 30, "line-" + "9" * 5000, "line-٣"):
        sending = page.sending("Why this question?").but(line=line, event=str(uuid4()))
        assert (await browser.sends(sending)).status == 200
    after = (await browser.goes("/leader/amara")).root.one("article", id=first).words
    assert after == before


MADE_UP = ["", "x", str(UUID(int=7)), "../../etc", "0" * 5000, "\0", "🧭", "' OR 1=1 --"]


@sqlite
async def test_made_up_ids_are_nobodys(browser: Browser, engine: AsyncEngine) -> None:
    before = await count(engine, Reflection)
    for number, press in enumerate([*Press, *Press]):
        about = MADE_UP[number % len(MADE_UP)]
        fields = {"event": str(uuid4()), "does": press, "about": about or "x", "line": about}
        said = await browser.client.post(
            "/leader/dan/press", content=urlencode(fields), headers=FORM
        )
        # The way to one's own copy or to a calendar file is shown once, on a page, and stands in
        # no chat; and no id at all means the only thing there is, which a page may show, too.
        on_a_page = press in {Press.TAKE_MY_DATA, Press.ADD_TO_CALENDAR}
        shown = {200} if on_a_page else {303} if about else {200, 303}
        assert said.status_code in shown, (press, about)
    for number, form in enumerate(FormName):
        about = MADE_UP[number % len(MADE_UP)]
        for person in ("leader/amara", "coach/ruth", "lead/priya"):
            page = await browser.goes(f"/{person}?" + urlencode({"open": form, "about": about}))
            assert page.status == 200, (person, form, about)
    assert await count(engine, Reflection) == before


REFUSED = [
    ("/leader/amara/press", {"does": "explode"}, 400),
    ("/leader/amara/press", {}, 400),
    ("/leader/amara/submit", {"form": "explode"}, 400),
    ("/leader/amara/submit", {}, 400),
    ("/leader/amara/press", {"does": "skip", "event": ""}, 400),
    ("/leader/amara/press", {"does": "skip", "event": "1"}, 400),
    ("/leader/amara/submit", {"form": "answer", "event": "🧭"}, 400),
    ("/leader/amara/say", {"words": "help", "event": "x" * 5000}, 400),
    ("/next", {"page": "leader/amara", "event": "x"}, 400),
    ("/next", {"page": "leader/nobody"}, 404),
    ("/next", {"page": ""}, 404),
    ("/next", {}, 404),
    ("/leader/nobody/press", {"does": "skip"}, 404),
    ("/leader/ruth/say", {"words": "help"}, 404),
    ("/coach/amara/submit", {"form": "answer"}, 404),
    ("/king/amara/say", {"words": "help"}, 404),
    ("/leader/%00/say", {"words": "help"}, 404),
    ("/leader/amara%2f..%2fdan/say", {"words": "help"}, 404),
    ("/leader/amara/burn", {"words": "help"}, 404),
]


@sqlite
async def test_what_no_page_sends_is_refused_and_changes_nothing(
    browser: Browser, changes: Callable[[], int]
) -> None:
    before = changes()
    for address, fields, status in REFUSED:
        sent = {"event": str(uuid4()), **fields}
        answer = await browser.client.post(address, content=urlencode(sent), headers=FORM)
        assert answer.status_code == status, (address, fields)
        assert "Nothing was" in answer.text
    assert changes() == before


@sqlite
async def test_a_body_too_long_is_refused_by_the_real_server_and_the_next_caller_is_served(
    playground: Starlette,
) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b"words="
        while True:
            yield b"x" * 1_000_000

    async with (
        served(playground) as address,
        httpx.AsyncClient(base_url=address, timeout=10) as client,
        asyncio.timeout(20),
    ):
        headers = {**FORM, "origin": address}
        body = b"words=" + b"x" * 20_000_000
        answer = await client.post("/leader/amara/say", content=body, headers=headers)
        assert answer.status_code == 413
        # Who never stops sending may not hear the answer, and is not listened to for ever.
        with suppress(httpx.TransportError):
            answer = await client.post("/leader/amara/say", content=endless(), headers=headers)
            assert answer.status_code == 413
        assert (await client.get("/healthz")).status_code == 200


# ---- anything at all ----

PEOPLE = ("leader/amara", "leader/dan", "coach/ruth", "lead/priya")
STRANGERS = ("leader/nobody", "coach/amara", "lead/%00", "x/y")
NAMES = (
    *("event", "does", "about", "line", "form", "words", "themes", "page", "until", "objective"),
    *("questions", "sharing", "day0", "hour0", "day1", "earliest", "latest", "zone", "on", "at"),
)
anything = st.text(max_size=40) | st.sampled_from(
    [
        *MADE_UP,
        *Press,
        *FormName,
        *("on", "tue", "12:00", "25:00", "2027-03-28", "9999-12-31", "0001-01-01"),
        *("../../etc/passwd", "Europe/London", "line-1", "purpose", "stop", "agree"),
    ]
)
some_fields = st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=9), anything, max_size=9)
bodies = st.binary(max_size=200) | some_fields.map(
    lambda fields: urlencode({"event": str(uuid4()), **fields}, errors="surrogatepass").encode()
)
deeds = st.sampled_from(["press", "submit", "say", "next"])


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(who=st.sampled_from(PEOPLE + STRANGERS), deed=deeds, body=bodies, query=some_fields)
async def test_nothing_that_can_be_sent_breaks_it_and_a_stranger_changes_nothing(
    browser: Browser,
    changes: Callable[[], int],
    who: str,
    deed: str,
    body: bytes,
    query: dict[str, str],
) -> None:
    before = changes()
    address = "/next" if deed == "next" else f"/{who}/{deed}"
    sent = body + (f"&page={who}".encode() if deed == "next" else b"")
    answer = await browser.client.post(address, content=sent, headers=FORM)
    assert answer.status_code < 500
    asked = urlencode(query, errors="surrogatepass")
    looked = await browser.client.get(f"/{who}?{asked}")
    assert looked.status_code < 500
    if who in STRANGERS:
        assert changes() == before


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(who=st.sampled_from(PEOPLE), form=st.sampled_from(list(FormName)), fields=some_fields)
async def test_no_form_filled_in_with_anything_breaks_it(
    browser: Browser, who: str, form: FormName, fields: dict[str, str]
) -> None:
    sent = {"about": "", **fields, "event": str(uuid4()), "form": form.value}
    body = urlencode(sent, errors="surrogatepass")
    answer = await browser.client.post(f"/{who}/submit", content=body, headers=FORM)
    assert answer.status_code < 500
    assert (await browser.client.get(f"/{who}")).status_code == 200
