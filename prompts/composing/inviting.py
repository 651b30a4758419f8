"""The first thing that somebody hears: who invites them, into what and why, and how to say no."""

from collections.abc import Sequence
from uuid import UUID

from prompts.composing.saying import note
from prompts.message import (
    Button,
    Buttons,
    Choices,
    Form,
    FormName,
    Heading,
    Message,
    Option,
    Press,
    Quiet,
    Quote,
    Text,
)

EVERYBODY = "everybody"
# As many options as every platform shows.
MOST_NAMED = 90


def invitation(
    name: str, by: str, programme: str, purpose: str, *, is_leader: bool, nudge: UUID | None = None
) -> Message:
    """`by`: whoever invites them, or empty where nobody knows any more who it was."""
    invites = f"{by} invites you" if by else "You are invited"
    role = "as a leader" if is_leader else "as a coach"
    next_step = (
        "If you say yes, you read on one screen what I do and who can see what. Nothing is asked "
        "or stored before you have agreed to that."
        if is_leader
        else "If you say yes, leaders are suggested to you on your page, and nothing begins before "
        "you and a leader have both accepted."
    )
    return Message(
        f"{invites} to {programme}.",
        (
            Heading("An invitation"),
            Text(f"Hello {name}. {invites} to “{programme}”, {role}. It is for this."),
            Quote(purpose),
            Text(f"I am Bearings, a companion for coaching. {next_step}"),
            Buttons(
                (
                    Button("Yes, go on", Press.ACCEPT_INVITATION, primary=True),
                    Button("No, thank you", Press.DECLINE_INVITATION),
                )
            ),
            Quiet(
                "If you say no, or nothing, I do not write to you again. Nobody is told which it "
                "was."
            ),
        ),
        nudge=nudge,
    )


def nobody_invited() -> Message:
    return note("There is no invitation for you here, so nothing was changed.")


def stop_instead() -> Message:
    return note(
        "You have agreed since, so there is no invitation any more. Type “stop” and nothing is "
        "asked of you. Nothing was changed."
    )


def declined() -> Message:
    return note(
        "The invitation is declined. No reason was asked. I do not write to you again, and nobody "
        "is told. If you change your mind, type “accept invitation”; with “forget me” what is held "
        "about you is erased."
    )


def inviting_form(
    programme: UUID,
    name: str,
    waiting: Sequence[tuple[str, str]],
    shown: Message,
    error: str = "",
) -> Form:
    """`waiting`: (value, name) of each; `shown` is what they will get, but for their name."""
    everybody = Option(EVERYBODY, f"Everybody who waits ({len(waiting)})")
    named = tuple(Option(value, label) for value, label in waiting[:MOST_NAMED])
    return Form(
        FormName.INVITING,
        f"Invite to {name}",
        about=str(programme),
        elements=(
            Text("Each of them gets this, once, within the hours of a working day:"),
            *(one for one in shown.elements if not isinstance(one, Buttons)),
        ),
        fields=(
            Choices(
                "who",
                "Who is invited now",
                (everybody, *named),
                hint="You are not told who says yes and who says no.",
                values=(EVERYBODY,),
            ),
        ),
        submit="Invite",
        error=error,
    )


def cannot_invite(why: str) -> Form:
    return Form(FormName.INVITING, "Not yet", elements=(Text(why),))


def invited(count: int) -> Message:
    return note(
        f"Invited: {count}. Each hears of it within the hours of a working day, once, and is told "
        "that it was you."
    )
