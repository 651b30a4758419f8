"""Five levels in the leader's own words, and where the leader places themselves on them, alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from prompts.composing.saying import note
from prompts.drawing import level_in_words
from prompts.message import (
    LEVELS,
    Button,
    Buttons,
    Choice,
    Element,
    Form,
    FormName,
    LongText,
    Message,
    Option,
    Press,
    Quiet,
    Quote,
    ShortText,
)

# The one that says what is wanted is written first, and the outermost last.
WRITTEN_IN = (0, 1, -1, 2, -2)
LONGEST_LEVEL = 280
NOT_SAVED = "This was not saved. What you wrote is still here."
YOURS = "Only you can read them, until you share a placing: its level’s words go with it."
_LABELS = {
    0: "0: good progress by the review",
    1: "+1: clearly more than that",
    -1: "−1: less than level 0",
    2: "+2: far more than level 0",
    -2: "−2: far less than level 0",
}


def field_of(level: int) -> str:
    return f"level{level}" if level >= 0 else f"level-{-level}"


@dataclass(frozen=True, slots=True)
class LevelsDraft:
    """As the form holds them: words by level, where they start from, problems by field."""

    words: Mapping[int, str] = field(default_factory=dict)
    start: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


def levels_form(objective: UUID, words: str, draft: LevelsDraft) -> Form:
    """`words` are the objective's own."""
    starts = tuple(Option(str(level), level_in_words(level)) for level in (-2, -1, 0))
    return Form(
        FormName.LEVELS,
        "Five levels, in your own words",
        about=str(objective),
        elements=(
            Quote(words),
            Quiet(f"Begin with level 0. The others can wait. {YOURS}"),
        ),
        fields=(
            *(
                ShortText(
                    field_of(level),
                    _LABELS[level],
                    value=draft.words.get(level, ""),
                    error=draft.errors.get(field_of(level), ""),
                    needed="Write this one first. The others can wait." if level == 0 else "",
                )
                for level in WRITTEN_IN
            ),
            Choice(
                "start",
                "Where are you starting from?",
                starts,
                hint="You can leave this out.",
                value=draft.start,
                error=draft.errors.get("start", ""),
            ),
        ),
        submit="Keep these levels",
        error=NOT_SAVED if any(draft.errors.values()) else "",
    )


def levels_kept(objective: UUID, *, rated_before: bool) -> Message:
    before = " What you rated before keeps the words of its day." if rated_before else ""
    return note(
        f"Your levels are kept. {YOURS}{before}",
        Buttons((_look_at_it(objective),)),
    )


def levels_as_they_were(objective: UUID) -> Message:
    return note(
        f"Nothing was changed: your levels are as they were. {YOURS}",
        Buttons((_look_at_it(objective),)),
    )


def labels_of(words: Mapping[int, str]) -> dict[int, str]:
    """Each level as it is chosen: in the leader's own words, where they wrote any."""
    return {
        level: f"{level_in_words(level)}: {words[level]}" if words.get(level) else _unwritten(level)
        for level in LEVELS
    }


def _unwritten(level: int) -> str:
    return _LABELS[level] if level == 0 else level_in_words(level)


def rating_form(
    objective: UUID,
    words: str,
    labels: Mapping[int, str],
    level: str = "",
    evidence: str = "",
    errors: Sequence[str] = ("", ""),
    reader: str = "",
) -> Form:
    """`words` are the objective's own; `errors` belong to the level and to what was seen;
    `reader` is the coach with whom the placing is shared that this one corrects, or empty."""
    who = (
        f"You have shared it: {reader} can read what you save here, too."
        if reader
        else "Only you can read it, unless you share it."
    )
    about: tuple[Element, ...] = (Quote(words), Quiet("You place yourself alone."))
    return Form(
        FormName.RATING,
        "Where would you place yourself today?",
        about=str(objective),
        elements=about,
        fields=(
            Choice(
                "level",
                "Your placing",
                tuple(Option(str(one), labels[one]) for one in LEVELS),
                hint=who,
                value=level,
                error=errors[0],
                needed="Choose one of the five.",
            ),
            LongText(
                "evidence",
                "What have you seen or heard that supports that placing?",
                hint="One line is enough.",
                value=evidence,
                error=errors[1],
            ),
        ),
        submit="Keep this placing",
        error=NOT_SAVED if any(errors) else "",
    )


def rating_kept(rating: UUID, objective: UUID, coach: str, reader: str) -> Message:
    """`coach` could be given it, `reader` has been."""
    who = f"You and {reader} can read it." if reader else "Only you can read it."
    give = (
        (Button("Take it back", Press.TAKE_BACK_RATING, str(rating)),)
        if reader
        else (Button(f"Share with {coach}", Press.SHARE_RATING, str(rating)),)
        if coach
        else ()
    )
    return note(f"Your placing is kept. {who}", Buttons((_look_at_it(objective), *give)))


def only_in_use(objective: UUID) -> Message:
    return note(
        "An objective is rated while it is in use, so nothing was saved.",
        Buttons((_look_at_it(objective),)),
    )


def rating_shared(rating: UUID, coach: str) -> Message:
    return note(
        f"Shared with {coach}. Only you and {coach} can read this placing, its level’s words and "
        "what you saw.",
        Buttons((Button("Take it back", Press.TAKE_BACK_RATING, str(rating)),)),
    )


def rating_taken_back() -> Message:
    return note("Taken back. Only you can read this placing.")


def no_rating_yet() -> Message:
    return note(
        "You have not placed yourself on an objective yet, so nothing was changed.",
        Buttons((Button("All my objectives", FormName.OBJECTIVE_PAGE),)),
    )


def _look_at_it(objective: UUID) -> Button:
    return Button("Look at it", FormName.OBJECTIVE_PAGE, str(objective))
