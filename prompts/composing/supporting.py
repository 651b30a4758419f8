"""Who is there to talk to, said to the one who wrote it and to nobody else."""

from prompts.listening import Tier
from prompts.message import Button, Buttons, Element, Form, FormName, Message, Press, Quiet, Text
from prompts.supporting import Card

_NOBODY_READS = "I am only a set of questions, and nobody is reading this now"
_OPENINGS = {
    Tier.EXPLICIT: f"{_NOBODY_READS}, so I want to be sure you know who is there. "
    "If I have misread you, carry on.",
    Tier.SOFT: f"Some weeks are heavy, so here is who is there, if it would help. {_NOBODY_READS}. "
    "If I have misread you, carry on.",
    None: f"{_NOBODY_READS}, so here is who is there.",
}


def support_card(card: Card, tier: Tier | None, coach: str = "") -> Message:
    """`tier` is how plainly it was said; None where somebody asked for this."""
    lines: tuple[Element, ...] = tuple(Text(f"{line.title}: {line.words}") for line in card.lines)
    return Message(
        "Who is there to talk to, now.",
        (
            Text(_OPENINGS[tier]),
            *lines,
            Quiet(_nobody_told(tier, coach)),
            *_ways_on(tier, coach),
        ),
    )


def _nobody_told(tier: Tier | None, coach: str) -> str:
    call = f" Asking {coach} to call sends only that." if coach else ""
    if tier is None:
        return f"Nobody has been told that you asked. Nothing about this is stored.{call}"
    included = f", {coach} included," if coach else ""
    return f"Nobody has been told{included} and nothing about this card is stored.{call}"


def _ways_on(tier: Tier | None, coach: str) -> tuple[Element, ...]:
    """Questions are paused beside an answer; whoever asks for the card may have none to pause."""
    call = (Button(f"Ask {coach} to call me", Press.ASK_COACH_TO_CALL),) if coach else ()
    pause = (
        Button("Pause questions", FormName.PAUSE),
        Button("Only light questions", Press.HEAVY_WEEK),
    )
    buttons = (*call, *(pause if tier is not None else ()))
    return (Buttons(buttons),) if buttons else ()


def support_page(card: Card, tier: Tier | None, coach: str = "") -> Form:
    """The same as a page: what stands in the chat, the chat keeps."""
    message = support_card(card, tier, coach)
    return Form(FormName.SUPPORT, "Who is there to talk to", elements=message.elements)
