"""What a sealed text looks like, byte for byte. Pure: a key comes in, and nothing is looked up.

    blob     version(1) | algorithm(1) | key id(8) | nonce(12) | ciphertext and tag(16)
    inside   length(4) | text | zeros

The key is named in front, so no second key is ever tried. What surrounds the text (whose, which
row, which column) is authenticated with it: a blob that was moved does not open.
"""

import hashlib
import hmac
import os
from dataclasses import dataclass, field
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = 1
AES_256_GCM = 1
HEAD = bytes((VERSION, AES_256_GCM))
KEY_BYTES = 32
KEY_ID_BYTES = 8
NONCE_BYTES = 12
TAG_BYTES = 16
LENGTH_BYTES = 4
BEFORE_TEXT = len(HEAD) + KEY_ID_BYTES + NONCE_BYTES

# Short texts all look the same: a rating, a "yes" and a sentence are one size.
STEP, STEP_UNTIL, LONG_STEP = 256, 4096, 1024


class CannotOpenError(Exception):
    """Not sealed with this key, not for this place, or not whole. It never says what was in it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed text belongs. `owner` is whose key seals it: a person or a workspace."""

    workspace: UUID
    owner: UUID
    table: str
    row: UUID
    column: str


@dataclass(frozen=True, slots=True)
class Key:
    """A data key in the open. It lives in memory only, and shows itself nowhere."""

    id: bytes
    secret: bytes = field(repr=False)
    _cipher: AESGCM = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_cipher", AESGCM(self.secret))

    def seal(self, place: Place, words: str) -> bytes:
        """Raises UnicodeEncodeError for half a character, which the door has refused before."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, _padded(words.encode()), _bound(place, self.id))
        return HEAD + self.id + nonce + sealed

    def open(self, place: Place, blob: bytes) -> str:
        """Raises CannotOpenError."""
        if key_id(blob) != self.id:
            raise CannotOpenError("It was sealed with another key.")
        nonce = blob[BEFORE_TEXT - NONCE_BYTES : BEFORE_TEXT]
        try:
            inside = self._cipher.decrypt(nonce, blob[BEFORE_TEXT:], _bound(place, self.id))
        except InvalidTag:
            raise CannotOpenError("It is not whole, or does not belong here.") from None
        length = int.from_bytes(inside[:LENGTH_BYTES])
        return inside[LENGTH_BYTES : LENGTH_BYTES + length].decode()

    def opens(self, place: Place, blob: bytes) -> bool:
        """Whether it could be read; what it says stays here."""
        try:
            self.open(place, blob)
        except CannotOpenError:
            return False
        return True


def new_key() -> Key:
    return Key(os.urandom(KEY_ID_BYTES), os.urandom(KEY_BYTES))


def key_id(blob: bytes) -> bytes:
    """The id of the key that sealed this. Raises CannotOpenError for what is no blob."""
    if len(blob) < BEFORE_TEXT + LENGTH_BYTES + TAG_BYTES or blob[: len(HEAD)] != HEAD:
        raise CannotOpenError("It is not a sealed text that this program knows.")
    return blob[len(HEAD) : len(HEAD) + KEY_ID_BYTES]


def lp(*parts: bytes | str | UUID) -> bytes:
    """Each part with its length in front. Joined by a separator, "a|b" and "c" would be the same
    as "a" and "b|c"."""
    whole = bytearray()
    for part in parts:
        each = part if isinstance(part, bytes) else str(part).encode()
        whole += len(each).to_bytes(4) + each
    return bytes(whole)


def index(secret: bytes, kind: str, words: str) -> bytes:
    """The name under which something is found without being kept: an HMAC of 32 bytes."""
    return hmac.digest(secret, lp("idx/v1", kind, words), hashlib.sha256)


def _bound(place: Place, key: bytes) -> bytes:
    return _whose(place.workspace, place.owner, place.table) + lp(
        place.row, place.column, key, bytes((AES_256_GCM,))
    )


@lru_cache(maxsize=1024)
def _whose(workspace: UUID, owner: UUID, table: str) -> bytes:
    """The same for everything of one person, and half of what opening it takes."""
    return lp("fld/v1", workspace, owner, table)


def _padded(text: bytes) -> bytes:
    inside = len(text).to_bytes(LENGTH_BYTES) + text
    step = STEP if len(inside) <= STEP_UNTIL else LONG_STEP
    return inside + bytes(-len(inside) % step)
