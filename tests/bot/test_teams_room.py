"""A card that is too large for Teams keeps what can be pressed, and says that there was more."""

from hypothesis import given
from hypothesis import strategies as st

from bot.teams.room import ROOM, Part, within
from bot.teams.words import to_passage

TOO_LONG = to_passage("The rest is left out.")


@given(st.integers(1, 600), st.integers(10, 200))
def test_it_fits_however_many_parts_there_are(many: int, letters: int) -> None:
    body: list[Part] = [part for _ in range(many) for part in to_passage("a" * letters)]
    body.append({"type": "ActionSet", "actions": []})
    kept = within(body, TOO_LONG)
    assert len(str(kept)) * 2 <= ROOM + 4 * len(kept)
    assert kept[-1]["type"] == "ActionSet"
    assert kept == body or TOO_LONG[0] in kept
