"""Reading what somebody sends, of whom nothing is known yet: so much, so long, so many at once."""

import asyncio

from starlette.requests import Request

# What is no longer than this is read however much else is being read: nearly everything that
# a platform sends.
SMALL = 16 * 1024
# For an answer that comes before the body was read: else the server would go on taking it in.
HANGING_UP = {"connection": "close"}
AT_ONCE = 32 * 1024 * 1024


class TooMuchError(Exception):
    """Too many bytes of others are held at this moment. It may come again."""


class TooSlowError(Exception):
    """It did not come to an end."""


class Reader:
    """`most`: of one body. No more of a longer one is kept than shows that it is."""

    def __init__(self, most: int, seconds: float, at_once: int = AT_ONCE) -> None:
        self._most = most
        self._seconds = seconds
        self._at_once = at_once
        self._held = 0

    async def read(self, request: Request) -> bytes:
        """Raises TooMuchError and TooSlowError. A body that is too long comes back cut off, and
        longer than the most."""
        body = bytearray()
        try:
            async with asyncio.timeout(self._seconds):
                async for chunk in request.stream():
                    self._held += len(chunk)
                    body += chunk
                    if len(body) > self._most:
                        break
                    if len(body) > SMALL and self._held > self._at_once:
                        raise TooMuchError
        except TimeoutError:
            raise TooSlowError from None
        finally:
            self._held -= len(body)
        return bytes(body)
