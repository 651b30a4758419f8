"""A clock that a test moves by hand, for whatever waits."""

import asyncio
import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count


@dataclass
class Hands:
    """What is due rings in its order, once the hands have come to it."""

    time: float = 1_000_000.0
    due: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)
    cancelled: set[int] = field(default_factory=set)

    def now(self) -> float:
        return self.time

    def call_later(self, seconds: float, wake: Callable[[], None]) -> "Bell":
        number = next(self.numbers)
        heapq.heappush(self.due, (self.time + seconds, number, wake))
        return Bell(self, number)

    async def move(self, seconds: float) -> None:
        end = self.time + seconds
        await settle()
        while self.due and self.due[0][0] <= end:
            self.time, number, wake = heapq.heappop(self.due)
            if number not in self.cancelled:
                wake()
                await settle()
        self.time = end


@dataclass
class Bell:
    hands: Hands
    number: int

    def cancel(self) -> None:
        self.hands.cancelled.add(self.number)


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)
