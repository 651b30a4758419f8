"""A sealed text opens with its key, in its place, and whole; and in no other way."""

import hashlib
import hmac
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import example, given
from hypothesis import strategies as st

from storage.vault import CannotOpenError, Key, Place
from storage.vault.blob import (
    BEFORE_TEXT,
    HEAD,
    KEY_BYTES,
    LENGTH_BYTES,
    LONG_STEP,
    STEP,
    STEP_UNTIL,
    TAG_BYTES,
    index,
    key_id,
    lp,
    new_key,
)

PLACE = Place(UUID(int=1), UUID(int=2), "reflection", UUID(int=3), "words")
# Whatever can be written in UTF-8: all but halves of characters.
WRITABLE = st.text(st.characters(exclude_categories=["Cs"]))
PARTS = st.lists(st.one_of(st.binary(max_size=6), st.text("ab|\0é", max_size=6), st.uuids()))
AROUND = BEFORE_TEXT + TAG_BYTES


@pytest.fixture(scope="module")
def key() -> Key:
    return new_key()


@given(words=WRITABLE)
@example(words="")
@example(words="\0")
@example(words="\0" * 300)
@example(words="👩🏾‍⚕️" * 2_000)
def test_any_text_comes_back_to_the_letter(key: Key, words: str) -> None:
    blob = key.seal(PLACE, words)
    assert key.open(PLACE, blob) == words
    assert key.opens(PLACE, blob)
    assert len(words) < 4 or words.encode() not in blob


def test_half_a_character_is_refused(key: Key) -> None:
    with pytest.raises(UnicodeEncodeError):
        key.seal(PLACE, "\ud83d")


@pytest.mark.parametrize(
    "elsewhere",
    [
        replace(PLACE, workspace=uuid4()),
        replace(PLACE, owner=uuid4()),
        replace(PLACE, table="objective"),
        replace(PLACE, row=uuid4()),
        replace(PLACE, column="title"),
        # The same letters, with the border somewhere else.
        replace(PLACE, table="reflectionw", column="ords"),
        replace(PLACE, owner=PLACE.workspace, workspace=PLACE.owner),
    ],
)
def test_what_was_moved_elsewhere_does_not_open(key: Key, elsewhere: Place) -> None:
    blob = key.seal(PLACE, "The agenda was mine all along.")
    with pytest.raises(CannotOpenError, match="does not belong here") as refused:
        key.open(elsewhere, blob)
    assert not key.opens(elsewhere, blob)
    assert refused.value.__cause__ is None
    assert "agenda" not in repr(refused.value)


def in_front(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def test_what_an_earlier_version_sealed_opens_in_this_one(key: Key) -> None:
    """Sealed by hand as it was at first: what changes the bytes loses everything there is."""
    workspace, owner, row = (str(UUID(int=n)).encode() for n in (1, 2, 3))
    where = (workspace, owner, b"reflection", row, b"words")
    bound = in_front(b"fld/v1", *where, key.id, b"\x01")
    words = "Mine, and nobody else’s.".encode()
    inside = (len(words).to_bytes(4, "big") + words).ljust(256, b"\0")
    nonce = b"twelve bytes"
    blob = b"\x01\x01" + key.id + nonce + AESGCM(key.secret).encrypt(nonce, inside, bound)
    assert key.open(PLACE, blob) == words.decode()
    assert len(key.seal(PLACE, words.decode())) == len(blob)
    found = hmac.digest(key.secret, in_front(b"idx/v1", b"name", b"amara"), hashlib.sha256)
    assert index(key.secret, "name", "amara") == found


def test_another_key_does_not_open_it_even_under_the_same_name(key: Key) -> None:
    blob = key.seal(PLACE, "Mine.")
    assert not new_key().opens(PLACE, blob)
    assert not Key(key.id, bytes(KEY_BYTES)).opens(PLACE, blob)


def test_the_same_key_under_another_name_does_not_open_it(key: Key) -> None:
    """The name is authenticated too: whoever changes it in front has not made another's text."""
    blob = key.seal(PLACE, "Mine.")
    other = new_key()
    renamed = blob[: len(HEAD)] + other.id + blob[len(HEAD) + len(other.id) :]
    assert not Key(other.id, key.secret).opens(PLACE, renamed)


def test_no_second_key_is_ever_tried(key: Key, monkeypatch: pytest.MonkeyPatch) -> None:
    """A blob that names another key is refused before anything is deciphered."""

    class Never:
        def decrypt(self, *_: object) -> bytes:
            raise AssertionError

    stranger = new_key()
    object.__setattr__(stranger, "_cipher", Never())
    with pytest.raises(CannotOpenError, match="another key"):
        stranger.open(PLACE, key.seal(PLACE, "Mine."))


def test_it_opens_at_no_other_length(key: Key) -> None:
    blob = key.seal(PLACE, "Mine.")
    assert not any(key.opens(PLACE, blob[:length]) for length in range(len(blob)))
    assert not any(key.opens(PLACE, blob[start:]) for start in range(1, len(blob)))
    assert not key.opens(PLACE, blob + b"\0")
    assert not key.opens(PLACE, blob + blob)


def test_any_bit_that_is_changed_shows(key: Key) -> None:
    blob = key.seal(PLACE, "Mine.")
    for at in range(len(blob)):
        for bit in range(8):
            changed = bytearray(blob)
            changed[at] ^= 1 << bit
            assert not key.opens(PLACE, bytes(changed)), (at, bit)


@given(blob=st.binary(max_size=400))
def test_what_is_no_sealed_text_is_told_as_such(key: Key, blob: bytes) -> None:
    assert not key.opens(PLACE, blob)


def test_a_sealed_text_names_its_key(key: Key) -> None:
    assert key_id(key.seal(PLACE, "Mine.")) == key.id
    for none in (b"", b"Mine.", HEAD + bytes(BEFORE_TEXT)):
        with pytest.raises(CannotOpenError, match="not a sealed text that this program knows"):
            key_id(none)


def test_the_shortest_that_can_be_a_sealed_text_holds_no_more_than_a_length() -> None:
    shortest = HEAD + b"whose id" + bytes(AROUND - len(HEAD) - len(b"whose id") + LENGTH_BYTES)
    assert key_id(shortest) == b"whose id"
    with pytest.raises(CannotOpenError):
        key_id(shortest[:-1])


def test_the_same_words_never_look_the_same(key: Key) -> None:
    assert len({key.seal(PLACE, "Yes.") for _ in range(100)}) == 100


def test_short_texts_are_all_of_one_size(key: Key) -> None:
    sizes = {len(key.seal(PLACE, words)) for words in ("", "7", "yes", "no", "x" * 252)}
    assert sizes == {STEP + AROUND}


@given(length=st.integers(0, 20_000))
@example(length=STEP - LENGTH_BYTES)
@example(length=STEP - LENGTH_BYTES + 1)
@example(length=STEP_UNTIL - LENGTH_BYTES)
@example(length=STEP_UNTIL - LENGTH_BYTES + 1)
def test_a_size_tells_no_more_than_its_step(key: Key, length: int) -> None:
    inside = len(key.seal(PLACE, "x" * length)) - AROUND
    step = STEP if inside <= STEP_UNTIL else LONG_STEP
    assert inside % step == 0
    assert 0 <= inside - (LENGTH_BYTES + length) < step


def bytes_of(part: bytes | str | UUID) -> bytes:
    return part if isinstance(part, bytes) else str(part).encode()


@given(one=PARTS, other=PARTS)
@example(one=["a|b", "c"], other=["a", "b|c"])
@example(one=["", "a"], other=["a", ""])
@example(one=[], other=[""])
def test_no_two_lists_of_parts_are_joined_to_the_same(
    one: list[bytes | str | UUID], other: list[bytes | str | UUID]
) -> None:
    same = [bytes_of(part) for part in one] == [bytes_of(part) for part in other]
    assert (lp(*one) == lp(*other)) is same


@given(PARTS)
def test_what_was_joined_can_be_taken_apart_again(parts: list[bytes | str | UUID]) -> None:
    joined, apart = lp(*parts), []
    while joined:
        length = int.from_bytes(joined[:4])
        apart.append(joined[4 : 4 + length])
        joined = joined[4 + length :]
    assert apart == [bytes_of(part) for part in parts]


def test_an_index_finds_the_same_name_and_tells_kinds_apart() -> None:
    secret = new_key().secret
    found = index(secret, "name", "amara okafor")
    assert len(found) == 32
    assert hmac.compare_digest(found, index(secret, "name", "amara okafor"))
    assert found not in {
        index(secret, "email", "amara okafor"),
        index(secret, "name", "dan whitfield"),
        index(new_key().secret, "name", "amara okafor"),
    }


def test_a_key_shows_itself_nowhere(key: Key) -> None:
    assert repr(key.secret) not in repr(key)
    assert key.secret.hex() not in repr(key)
    assert "secret" not in repr(key)
