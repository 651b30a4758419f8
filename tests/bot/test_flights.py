"""What many want to know at the same moment is looked up once, and nobody is told what was so."""

import asyncio

import pytest

from bot.flights import Flights


class Book:
    """Says what it is told to, once it may."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.opens = asyncio.Event()
        self.looked_up = 0
        self.says: str | Exception = "first"

    async def look_up(self, key: str) -> str:
        self.looked_up += 1
        says = self.says
        self.asked.set()
        await self.opens.wait()
        if isinstance(says, Exception):
            raise says
        return f"{key}: {says}"


async def test_all_who_ask_at_once_are_told_by_one_look() -> None:
    flights, book = Flights[str, str](), Book()
    asking = [asyncio.create_task(flights.join("a", book.look_up)) for _ in range(50)]
    await asyncio.sleep(0)
    asking.pop().cancel()  # whoever goes away takes it from nobody else
    book.opens.set()
    assert set(await asyncio.gather(*asking)) == {"a: first"}
    assert book.looked_up == 1
    assert await flights.join("b", book.look_up) == "b: first"
    assert await flights.join("a", book.look_up) == "a: first"
    assert book.looked_up == 3


async def test_after_a_change_nobody_is_told_what_was_so_before() -> None:
    flights, book = Flights[str, str](), Book()
    before = asyncio.create_task(flights.join("a", book.look_up))
    await book.asked.wait()
    book.says = "second"
    flights.forget()
    after = asyncio.create_task(flights.join("a", book.look_up))
    await asyncio.sleep(0)
    book.opens.set()
    assert (await before, await after) == ("a: first", "a: second")


async def test_a_failure_is_told_to_all_who_waited_and_not_remembered() -> None:
    flights, book = Flights[str, str](), Book()
    book.says = OSError("no line")
    book.opens.set()
    for told in await asyncio.gather(
        *(flights.join("a", book.look_up) for _ in range(3)), return_exceptions=True
    ):
        assert isinstance(told, OSError)
    book.says = "again"
    assert await flights.join("a", book.look_up) == "a: again"
    with pytest.raises(asyncio.CancelledError):
        await _cancelled(flights, book)


async def _cancelled(flights: Flights[str, str], book: Book) -> None:
    book.opens.clear()
    asking = asyncio.create_task(flights.join("a", book.look_up))
    await asyncio.sleep(0)
    asking.cancel()
    await asking
