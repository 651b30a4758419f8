"""The file with the key-encryption keys: outside the database, outside every backup, 0400.

    {"active": "k2026-11-23", "keys": {"k2026-11-23": {"secret": "…", "check": "…"}}}

Each key carries a check value, so that a damaged or swapped key is named at once and not taken
for a lost text years later.
"""

import base64
import hashlib
import hmac
import json
import os
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.vault.blob import KEY_BYTES, NONCE_BYTES, CannotOpenError, lp

OTHERS_MAY = 0o077
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,39}")


class KeyFileError(Exception):
    """The keys cannot be used, and nothing was written; str() says what to do."""


@dataclass(frozen=True, slots=True)
class EncryptionKey:
    """A key-encryption key: it wraps data keys and nothing else."""

    id: str
    secret: bytes = field(repr=False)

    @property
    def check(self) -> bytes:
        """Tells this key from another without telling anything of it."""
        return hmac.digest(self.secret, lp("kcv/v1", self.id), hashlib.sha256)[:16]

    def wrap(self, secret: bytes, bound: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(self.secret).encrypt(nonce, secret, bound)

    def unwrap(self, wrapped: bytes, bound: bytes) -> bytes:
        """Raises CannotOpenError."""
        try:
            return AESGCM(self.secret).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], bound)
        except (InvalidTag, ValueError):  # the latter where not even a nonce is left of it
            raise CannotOpenError("This key does not belong here, or is not whole.") from None


@dataclass(frozen=True, slots=True)
class KeyRing:
    """All the keys of the file; new data keys are wrapped with the active one."""

    active: EncryptionKey
    keys: Mapping[str, EncryptionKey]


def new_encryption_key(name: str) -> EncryptionKey:
    """Raises KeyFileError for a name that is none."""
    if NAME.fullmatch(name) is None:
        raise KeyFileError(f"{name!r} cannot name a key: use letters, digits, dots and hyphens.")
    return EncryptionKey(name, os.urandom(KEY_BYTES))


def read_key_file(file: Path, *, not_in: Collection[Path] = ()) -> KeyRing:
    """Raises KeyFileError where the file is missing, damaged, open to others, or lies in one of
    the folders `not_in`, beside what it opens."""
    try:
        mode = file.stat().st_mode
        if mode & OTHERS_MAY:
            raise KeyFileError(
                f"The key file {file} can be read by others. Run `chmod 400 {file}`."
            )
        check_place(file, not_in)
        return _read(file.read_text("utf-8"))
    except FileNotFoundError:
        raise KeyFileError(
            f"There is no key file at {file}. Run `bearings keys init` on a new machine, or bring "
            "back the copy from escrow; without it nothing that was sealed can be read."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFileError(
            f"The key file {file} cannot be read ({type(error).__name__})."
        ) from None
    except _DamagedError as error:
        raise KeyFileError(
            f"The key file {file} is damaged: {error}. Bring back the copy from escrow."
        ) from None


def check_place(file: Path, not_in: Collection[Path]) -> None:
    """Raises KeyFileError where the file lies, or would lie, in one of these folders."""
    if file.resolve().parent in {folder.resolve() for folder in not_in}:
        raise KeyFileError(
            f"The key file {file} lies in the folder of the database, and would be copied "
            "with it. Move it elsewhere and set BEARINGS_KEY_FILE."
        )


class _DamagedError(Exception):
    """What is wrong inside of the file; it never quotes it."""


def _read(text: str) -> KeyRing:
    try:
        said: Any = json.loads(text)
        active, each = said["active"], said["keys"]
        keys = {name: _key(name, each[name]) for name in each}
        return KeyRing(keys[active], keys)
    except (json.JSONDecodeError, RecursionError):
        raise _DamagedError("it is not JSON") from None
    except (KeyError, TypeError, AttributeError):
        raise _DamagedError("it lacks its keys, or the name of the active one") from None


def _key(name: str, said: Mapping[str, str]) -> EncryptionKey:
    try:
        secret = base64.b64decode(said["secret"], validate=True)
        check = base64.b64decode(said["check"], validate=True)
    except ValueError:
        raise _DamagedError(f"the key {name!a} is not whole") from None
    key = EncryptionKey(name, secret)
    if NAME.fullmatch(name) is None:
        raise _DamagedError(f"{name!a} cannot name a key")
    if len(secret) != KEY_BYTES or not hmac.compare_digest(check, key.check):
        raise _DamagedError(f"the key {name} is not the one its check value was made for")
    return key


def write_key_file(file: Path, ring: KeyRing) -> None:
    """All of it or nothing: a new file takes the old one's place in one step. Mode 0400."""
    said = {
        "active": ring.active.id,
        "keys": {
            name: {
                "secret": base64.b64encode(key.secret).decode(),
                "check": base64.b64encode(key.check).decode(),
            }
            for name, key in sorted(ring.keys.items())
        },
    }
    try:
        file = file.resolve()
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        old = _opened_to_blank(file)
        try:
            _put_in_place(file, json.dumps(said, indent=1).encode())
            if old is not None:
                _blank(old)
        finally:
            if old is not None:
                os.close(old)
                file.chmod(0o400)
    except OSError as error:
        raise KeyFileError(
            f"The key file {file} cannot be written ({type(error).__name__}). Nothing was changed."
        ) from None


def _put_in_place(file: Path, content: bytes) -> None:
    # One name for all: what a crash leaves behind is overwritten when the step is done again.
    new = file.with_name(f".{file.name}.new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    try:
        with os.fdopen(descriptor, "wb") as to:
            to.write(content)
            to.flush()
            os.fsync(to.fileno())
        os.replace(new, file)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    _settle(file.parent)


def _opened_to_blank(file: Path) -> int | None:
    try:
        file.chmod(0o600)
        return os.open(file, os.O_WRONLY | os.O_NOFOLLOW)
    except OSError:
        return None


def _blank(descriptor: int) -> None:
    """What the old file held is overwritten where the disk allows it, unless somebody has linked
    to it: a key that was retired is not to be found in unused space."""
    known = os.fstat(descriptor)
    if known.st_nlink == 0:
        os.pwrite(descriptor, bytes(known.st_size), 0)
        os.fsync(descriptor)


def _settle(folder: Path) -> None:
    """The new name is on the disk, and not only in memory, before anything relies on it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
