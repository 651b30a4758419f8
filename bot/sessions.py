"""How this process opens connections to others: by the environment's proxy, without cookies."""

from urllib.request import getproxies, proxy_bypass

import aiohttp
from yarl import URL

CONNECTIONS = 200


def open_session(limits: aiohttp.ClientTimeout, proxy: str | None = None) -> aiohttp.ClientSession:
    """To be opened within the loop that uses it. `proxy`: for every call that names none.

    The library asks once more where a connection breaks, unless that could do something twice.
    """
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=15),
        timeout=limits,
        cookie_jar=aiohttp.DummyCookieJar(),
        proxy=proxy,
    )


def proxy_for(url: URL) -> str | None:
    """As the environment says, with its exceptions."""
    return None if proxy_bypass(url.host or "") else getproxies().get(url.scheme)


async def read_limited(answer: aiohttp.ClientResponse, most: int) -> bytes | None:
    """None for a longer one; no more of it is kept than shows that."""
    body = bytearray()
    async for chunk in answer.content.iter_any():
        body += chunk
        if len(body) > most:
            return None
    return bytes(body)
