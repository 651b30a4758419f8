"""Two people who may work together: each is asked, and nothing begins before both say yes."""

from collections.abc import Sequence
from uuid import UUID

from prompts.composing.saying import note
from prompts.message import (
    Button,
    Buttons,
    Choice,
    Element,
    Form,
    FormName,
    Heading,
    Message,
    Option,
    Press,
    Quiet,
    Text,
)


def proposed_coaches(proposals: Sequence[tuple[UUID, str]], current: str) -> tuple[Element, ...]:
    """For the leader's page. `current` is the coach they have, or empty."""
    if not proposals:
        return ()
    change = (
        f" Once you both accept, {current} can read nothing of yours any more, and the new coach "
        "sees only what you share from then on."
        if current
        else ""
    )
    parts: list[Element] = [Heading("Your programme suggests a coach")]
    for pairing, name in proposals:
        parts += [
            Text(f"{name}. Nothing begins before you have both accepted.{change}"),
            _answer(pairing, f"Accept {name}"),
        ]
    return tuple(parts)


def proposed_leaders(proposals: Sequence[tuple[UUID, str]]) -> tuple[Element, ...]:
    """For the coach's page."""
    if not proposals:
        return ()
    parts: list[Element] = [Heading("Your programme suggests somebody to coach")]
    for pairing, name in proposals:
        parts += [
            Text(f"{name}. Nothing begins before you have both accepted."),
            _answer(pairing, f"Accept {name}"),
        ]
    return tuple(parts)


def _answer(pairing: UUID, label: str) -> Buttons:
    about = str(pairing)
    return Buttons(
        (
            Button(label, Press.ACCEPT_PAIRING, about, primary=True),
            Button("No, thank you", Press.DECLINE_PAIRING, about),
        )
    )


def accepted(name: str, *, begun: bool) -> Message:
    if begun:
        return note(
            f"You and {name} have both accepted. What is shared from now on, and nothing earlier, "
            "can be read by the two of you."
        )
    return note(f"You have accepted {name}. It begins when {name} accepts, too.")


def declined() -> Message:
    return note("Declined. You gave no reason, and none was asked.")


def pairing_form(
    leaders: Sequence[tuple[UUID, str]],
    coaches: Sequence[tuple[UUID, str]],
    leader: str = "",
    coach: str = "",
    error: str = "",
) -> Form:
    return Form(
        FormName.PAIRING,
        "Suggest a coach",
        elements=(
            Quiet(
                "Both are asked, and each can say no without a reason. Until both have accepted "
                "nothing begins, and a coach they have stays their coach."
            ),
        ),
        fields=(
            Choice("leader", "Leader", _options(leaders), value=leader),
            Choice("coach", "Coach", _options(coaches), value=coach),
        ),
        submit="Suggest",
        error=error,
    )


def _options(people: Sequence[tuple[UUID, str]]) -> tuple[Option, ...]:
    return tuple(Option(str(key), name) for key, name in people)


def proposed(leader: str, coach: str) -> Message:
    return note(f"Suggested: {coach} for {leader}. Both see it on their own page.")
