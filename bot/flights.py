"""What many want to know at the same moment is looked up once, for all of them."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Flights(Generic[Key, Value]):
    def __init__(self) -> None:
        self._flying: dict[Key, asyncio.Task[Value]] = {}

    async def join(self, key: Key, look_up: Callable[[Key], Coroutine[Any, Any, Value]]) -> Value:
        """Whoever goes away takes it from nobody else."""
        flight = self._flying.get(key)
        if flight is None:
            flight = self._flying[key] = asyncio.get_running_loop().create_task(look_up(key))
            flight.add_done_callback(lambda ended: self._landed(key, ended))
        return await asyncio.shield(flight)

    def forget(self) -> None:
        """Whoever asks from now on is not to be told what was so before."""
        self._flying.clear()

    def _landed(self, key: Key, ended: "asyncio.Task[Value]") -> None:
        if self._flying.get(key) is ended:
            del self._flying[key]
        if not ended.cancelled():
            ended.exception()  # all who waited may have gone away
