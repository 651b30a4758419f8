"""What a coach receives: only what was shared, and no sign of what was not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prompts.composing.meeting import about_leader
from prompts.composing.saying import day_and_hour, listed, note
from prompts.message import (
    Button,
    Buttons,
    Divider,
    Element,
    Fact,
    Facts,
    Form,
    FormName,
    Heading,
    Message,
    Quiet,
    Text,
)


@dataclass(frozen=True, slots=True)
class CoachedLeader:
    pairing: UUID
    name: str
    next_session: datetime | None


def digest_ready(nudge: UUID) -> Message:
    """The chat line holds no name and no content."""
    return Message(
        plain="Your weekly digest is ready.",
        elements=(
            Text("Your weekly digest is ready."),
            Quiet("It opens on a page that only you can see. It holds what was shared with you."),
            Buttons((Button("Read the digest", FormName.DIGEST, str(nudge), primary=True),)),
        ),
        nudge=nudge,
    )


def coach_home(
    leaders: Sequence[CoachedLeader],
    zone: str,
    next_digest: str,
    proposed: Sequence[Element],
    latest: str = "",
) -> Form:
    """`latest`: the digest that came last, if there is one."""
    elements: list[Element] = [*proposed, Heading("People you coach")]
    for leader in leaders:
        when = day_and_hour(leader.next_session, zone) if leader.next_session else "Not set"
        elements += [
            Facts((Fact("Name", leader.name), Fact("Next session", when))),
            Buttons(
                (
                    *about_leader(leader.name, leader.pairing),
                    Button(f"Pin a question for {leader.name}", FormName.PIN, str(leader.pairing)),
                )
            ),
        ]
    if not leaders:
        elements.append(Quiet("Nobody yet. A pairing starts when both of you have accepted."))
    elements += [
        Divider(),
        Facts((Fact("Next digest", next_digest),)),
        Buttons(
            (
                *((Button("Read the latest digest", FormName.DIGEST, latest),) if latest else ()),
                Button("Questions I keep", FormName.KEPT_QUESTIONS),
            )
        ),
        Quiet("A digest comes only when something was shared. You never see what was not."),
    ]
    return Form(FormName.COACH_HOME, "Your page", elements=tuple(elements))


def choose_leader() -> Message:
    return note(
        "Nobody was asked. You coach more than one person, or nobody; choose on your own page.",
        Buttons((Button("Open my page", FormName.COACH_HOME, primary=True),)),
    )


def coach_welcome(name: str, leaders: Sequence[str]) -> Message:
    theirs = f" You coach {listed(leaders)}." if leaders else ""
    return note(
        f"Hello {name}.{theirs} Once a week I bring you what your leaders chose to share, and "
        "nothing when nothing was shared. Type “help” to see what else I understand."
    )


def home_card() -> Message:
    """The page of a coach as a line of the chat: whom they coach stands behind its buttons."""
    return Message(
        "Your page, as a coach.",
        (
            Heading("Your page, as a coach"),
            Buttons(
                (
                    Button("Open my page", FormName.COACH_HOME, primary=True),
                    Button("Pin a question", FormName.PIN),
                    Button("Questions I keep", FormName.KEPT_QUESTIONS),
                    Button("Read the focus", FormName.FOCUS),
                    Button("Help now", FormName.SUPPORT),
                )
            ),
            Quiet("What your leaders shared opens for you only, and not in the chat."),
        ),
    )


def coach_help() -> Message:
    return note(
        "Once a week I bring you what your leaders chose to share. Words you can type: "
        "“digest” (read the latest again), “home” (your page), “leaders”, "
        "“next session” (say when it is), "
        "“add to calendar”, “cancel session”, “focus” (for the next session), “ask for a word”, "
        "“pin a question”, “keep a question”, “questions I keep”, "
        "“end coaching”, “my data”, “help now” (someone to talk to), “help”. I keep nothing of "
        "what you type here."
    )


def no_digest_yet() -> Message:
    return note("There is no digest yet. One comes when something was shared.")


def suggestions_switched(*, on: bool) -> Message:
    if on:
        return note("Your digests show up to three questions to hold.")
    return note("Your digests show no questions to hold.")
