"""The key file: read whole or refused, written whole or not at all, and seen by nobody else."""

import hashlib
import hmac
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.vault import CannotOpenError, KeyFileError
from storage.vault import keyfile as module
from storage.vault.keyfile import (
    EncryptionKey,
    KeyRing,
    new_encryption_key,
    read_key_file,
    write_key_file,
)


@pytest.fixture
def ring() -> KeyRing:
    first, second = new_encryption_key("k2026-11-23"), new_encryption_key("k2026-11-30")
    return KeyRing(second, {first.id: first, second.id: second})


@pytest.fixture
def file(tmp_path: Path, ring: KeyRing) -> Path:
    written = tmp_path / "apart" / "bearings.keys"
    write_key_file(written, ring)
    return written


def put(file: Path, content: bytes) -> None:
    file.unlink()
    file.write_bytes(content)
    file.chmod(0o400)


def refusal(file: Path, *not_in: Path) -> str:
    with pytest.raises(KeyFileError) as refused:
        read_key_file(file, not_in=not_in)
    assert refused.value.__cause__ is None
    return str(refused.value)


def test_what_was_written_is_read(file: Path, ring: KeyRing) -> None:
    assert read_key_file(file) == ring
    assert file.stat().st_mode & 0o777 == 0o400
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert list(file.parent.iterdir()) == [file]


def test_writing_again_replaces_it_and_leaves_nothing_of_the_old_one(
    file: Path, ring: KeyRing
) -> None:
    with file.open("rb") as old:
        before = old.read()
        only = KeyRing(ring.active, {ring.active.id: ring.active})
        write_key_file(file, only)
        # The old file has no name any more, and whoever still has it open finds zeros.
        old.seek(0)
        assert old.read() == bytes(len(before))
    assert read_key_file(file) == only
    assert file.stat().st_mode & 0o777 == 0o400


def test_a_copy_that_somebody_linked_to_is_left_whole(file: Path, ring: KeyRing) -> None:
    kept = file.with_name("kept.keys")
    kept.hardlink_to(file)
    write_key_file(file, KeyRing(ring.active, {ring.active.id: ring.active}))
    assert read_key_file(kept) == ring


def test_a_link_stays_a_link(file: Path, ring: KeyRing, tmp_path: Path) -> None:
    link = tmp_path / "link.keys"
    link.symlink_to(file)
    only = KeyRing(ring.active, {ring.active.id: ring.active})
    write_key_file(link, only)
    assert link.is_symlink()
    assert read_key_file(file) == only


def test_what_a_crash_left_beside_it_is_gone_with_the_next_writing(
    file: Path, ring: KeyRing
) -> None:
    file.with_name(f".{file.name}.new").write_text("half of a key")
    write_key_file(file, ring)
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("broken", ["_settle", "_put_in_place"])
def test_a_writing_that_fails_leaves_the_old_file(
    file: Path, ring: KeyRing, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(module, broken, fail)
    with pytest.raises(KeyFileError, match="cannot be written"):
        write_key_file(file, ring)
    monkeypatch.undo()
    assert read_key_file(file) == ring
    assert file.stat().st_mode & 0o777 == 0o400


def test_a_disk_that_fills_up_while_writing_leaves_the_old_file_alone(
    file: Path, ring: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = os.fsync, iter((True,))

    def fail_once(descriptor: int) -> None:
        if next(calls, False):
            raise OSError(28, "no space")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fail_once)
    with pytest.raises(KeyFileError):
        write_key_file(file, KeyRing(ring.active, {ring.active.id: ring.active}))
    assert read_key_file(file) == ring
    assert list(file.parent.iterdir()) == [file]


def test_folders_that_are_missing_are_made(tmp_path: Path, ring: KeyRing) -> None:
    deep = tmp_path / "a" / "b" / "bearings.keys"
    write_key_file(deep, ring)
    assert read_key_file(deep) == ring
    assert deep.parent.stat().st_mode & 0o777 == 0o700


def test_where_no_folder_can_be_made_it_says_so(tmp_path: Path, ring: KeyRing) -> None:
    (tmp_path / "letter").write_text("no folder")
    with pytest.raises(KeyFileError, match=r"cannot be written \(FileExistsError\)"):
        write_key_file(tmp_path / "letter" / "bearings.keys", ring)


@pytest.mark.parametrize("mode", [0o444, 0o440, 0o404, 0o620, 0o600 | 0o001])
def test_a_file_that_others_may_touch_is_refused(file: Path, mode: int) -> None:
    file.chmod(mode)
    assert f"chmod 400 {file}" in refusal(file)


def test_a_missing_file_is_told_with_what_to_do(tmp_path: Path) -> None:
    said = refusal(tmp_path / "gone.keys")
    assert "keys init" in said
    assert "escrow" in said


def test_a_file_beside_what_it_opens_is_refused(file: Path, tmp_path: Path) -> None:
    assert "Move it elsewhere" in refusal(file, tmp_path, file.parent)
    link = tmp_path / "link"
    link.symlink_to(file.parent)
    assert "Move it elsewhere" in refusal(file, link)
    read_key_file(file, not_in=[tmp_path])


def test_a_file_that_cannot_be_read_is_refused(file: Path) -> None:
    put(file, b"\xff\xfe\xfa")
    assert "cannot be read (UnicodeDecodeError)" in refusal(file)


def changed(how: Callable[[dict], object]) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        said = json.loads(content)
        result = how(said)
        return json.dumps(said if result is None else result).encode()

    return change


def swap(said: dict) -> None:
    """Each under the other's name."""
    one, other = said["keys"]
    said["keys"][one], said["keys"][other] = said["keys"][other], said["keys"][one]


def another_secret(said: dict) -> None:
    one, other = said["keys"].values()
    one["secret"] = other["secret"]


def short(said: dict) -> None:
    key = EncryptionKey("k2026-11-23", b"short")
    said["keys"]["k2026-11-23"] = {"secret": "c2hvcnQ=", "check": _b64(key.check)}


def _b64(content: bytes) -> str:
    return module.base64.b64encode(content).decode()


def soil(said: dict, name: str) -> None:
    """A sign that is none of base64's, which a lenient reader would pass over."""
    key = said["keys"]["k2026-11-23"]
    key[name] = f"{key[name][:5]}!{key[name][5:]}"


def rename(said: dict, name: str) -> None:
    said["keys"][name] = said["keys"].pop("k2026-11-23")


@pytest.mark.parametrize(
    ("how", "because"),
    [
        (lambda content: b"", "not JSON"),
        (lambda content: content[:-5], "not JSON"),
        (lambda content: b"[" * 100_000, "not JSON"),
        (changed(lambda said: [said]), "lacks its keys"),
        (changed(lambda said: "keys"), "lacks its keys"),
        (changed(lambda said: said.update(active="k1999")), "the name of the active one"),
        (changed(lambda said: said.update(active=["k2026-11-23"])), "lacks its keys"),
        (changed(lambda said: said.pop("active") and None), "lacks its keys"),
        (changed(lambda said: said.update(keys=None)), "lacks its keys"),
        (changed(lambda said: said.update(keys=list(said["keys"]))), "lacks its keys"),
        (changed(lambda said: said["keys"]["k2026-11-23"].update({"secret": 5})), "lacks its keys"),
        (changed(lambda said: said["keys"]["k2026-11-23"].update({"secret": "é"})), "is not whole"),
        (
            changed(lambda said: said["keys"]["k2026-11-23"].update({"secret": "abc"})),
            "is not whole",
        ),
        (changed(lambda said: soil(said, "secret")), "is not whole"),
        (changed(lambda said: soil(said, "check")), "is not whole"),
        (changed(short), "its check value was made for"),
        (changed(swap), "its check value was made for"),
        (changed(another_secret), "its check value was made for"),
        (changed(lambda said: rename(said, "k2026-11-24")), "its check value was made for"),
        (changed(lambda said: rename(said, "a key\n")), "cannot name a key"),
        (changed(lambda said: rename(said, "\ud800")), "cannot name a key"),
    ],
)
def test_a_damaged_file_is_told_as_such_and_never_quoted(
    file: Path, how: Callable[[bytes], bytes], because: str
) -> None:
    secrets = [one["secret"] for one in json.loads(file.read_bytes())["keys"].values()]
    put(file, how(file.read_bytes()))
    said = refusal(file)
    assert because in said
    assert "Bring back the copy from escrow." in said
    assert not any(secret in said for secret in secrets)
    assert "\n" not in said


def test_any_byte_that_is_changed_is_refused_or_changes_nothing(file: Path, ring: KeyRing) -> None:
    content = file.read_bytes()
    for at in range(len(content)):
        for other in (content[at] ^ 1, ord("Z"), ord(" "), 0xFF):
            put(file, content[:at] + bytes((other,)) + content[at + 1 :])
            try:
                read = read_key_file(file)
            except KeyFileError:
                continue
            # The other of the two may have become the active one by nothing less than its name.
            assert read.keys == ring.keys
            assert read.active == ring.active


@pytest.mark.parametrize("name", ["", "-k", "k 1", "k/1", "k" * 41, "ключ", "k\n"])
def test_not_every_word_names_a_key(name: str) -> None:
    with pytest.raises(KeyFileError, match="cannot name a key"):
        new_encryption_key(name)


def test_a_wrapped_key_opens_by_its_own_key_and_for_its_owner_alone() -> None:
    by, other = new_encryption_key("k1"), new_encryption_key("k2")
    wrapped = by.wrap(b"a data key", b"for Amara")
    assert by.unwrap(wrapped, b"for Amara") == b"a data key"
    for key, bound, what in (
        (by, b"for Dan", wrapped),
        (other, b"for Amara", wrapped),
        (by, b"for Amara", wrapped[:-1]),
        (by, b"for Amara", b""),
    ):
        with pytest.raises(CannotOpenError, match="does not belong here"):
            key.unwrap(what, bound)


def test_what_an_earlier_version_wrapped_and_checked_is_good_in_this_one() -> None:
    """By hand, as it was at first: another check value calls every key file damaged."""
    key = EncryptionKey("k1", b"thirty-two bytes that are secret")
    checked = b"\0\0\0\6kcv/v1" + b"\0\0\0\2k1"
    assert key.check == hmac.digest(key.secret, checked, hashlib.sha256)[:16]
    nonce = b"twelve bytes"
    wrapped = nonce + AESGCM(key.secret).encrypt(nonce, b"a data key", b"for Amara")
    assert key.unwrap(wrapped, b"for Amara") == b"a data key"


def test_a_check_value_tells_keys_apart_and_shows_none() -> None:
    one, other = new_encryption_key("k1"), new_encryption_key("k1")
    assert one.check != other.check
    assert one.check != EncryptionKey("k2", one.secret).check
    assert len(one.check) == 16
    assert one.secret.hex() not in repr(one)
    assert repr(one.secret) not in repr(one)
