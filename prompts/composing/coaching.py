"""What a coach receives: only what was shared, and no sign of what was not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from prompts.composing.saying import day, day_and_hour, listed, note
from prompts.message import (
    Button,
    Buttons,
    Day,
    Divider,
    Element,
    Fact,
    Facts,
    Form,
    FormName,
    Heading,
    Hour,
    Message,
    Quiet,
    Quote,
    Text,
)


@dataclass(frozen=True, slots=True)
class SharedReflection:
    question: str
    words: str


@dataclass(frozen=True, slots=True)
class LeaderShare:
    """What one leader shared. `by_objective`: (how it is headed, its reflections)."""

    leader: str
    next_session: datetime | None
    by_objective: tuple[tuple[str, tuple[SharedReflection, ...]], ...]


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


def digest_page(nudge: UUID, week_to: date, shares: Sequence[LeaderShare], zone: str) -> Form:
    """Each leader's shared reflections by objective, newest first, whole and unedited."""
    elements: list[Element] = [Quiet(_contents(shares))] if shares else []
    for share in shares:
        elements += _leader(share, zone)
    if not shares:
        elements.append(Text("Nothing is here now: what was shared has been taken back."))
    return Form(
        FormName.DIGEST,
        f"Digest of {day(week_to)}",
        about=str(nudge),
        elements=tuple(elements),
    )


def _contents(shares: Sequence[LeaderShare]) -> str:
    count = sum(len(reflections) for share in shares for _, reflections in share.by_objective)
    things = "1 thing shared" if count == 1 else f"{count} things shared"
    return f"{things}. Each can be read only by you and the leader who wrote it."


def objective_title(words: str, *, has_one: bool) -> str:
    """How an objective is headed: by its words only where the leader lets them be read."""
    if not has_one:
        return "On no objective in particular"
    return f"Objective: {words}" if words else "On an objective whose title is not shared"


def _leader(share: LeaderShare, zone: str) -> list[Element]:
    elements: list[Element] = [Divider(), Heading(share.leader)]
    if share.next_session:
        elements.append(Facts((Fact("Next session", day_and_hour(share.next_session, zone)),)))
    for objective, reflections in share.by_objective:
        elements.append(Text(objective))
        for reflection in reflections:
            elements += [Quiet(reflection.question), Quote(reflection.words)]
    return elements


def coach_home(
    leaders: Sequence[CoachedLeader], zone: str, next_digest: str, proposed: Sequence[Element]
) -> Form:
    elements: list[Element] = [*proposed, Heading("People you coach")]
    for leader in leaders:
        when = day_and_hour(leader.next_session, zone) if leader.next_session else "Not set"
        elements += [
            Facts((Fact("Name", leader.name), Fact("Next session", when))),
            Buttons(
                (
                    Button(
                        f"Set next session with {leader.name}",
                        FormName.COACHING_SESSION,
                        str(leader.pairing),
                    ),
                )
            ),
        ]
    if not leaders:
        elements.append(Quiet("Nobody yet. A pairing starts when both of you have accepted."))
    elements += [
        Divider(),
        Facts((Fact("Next digest", next_digest),)),
        Quiet("A digest comes only when something was shared. You never see what was not."),
    ]
    return Form(FormName.COACH_HOME, "Your page", elements=tuple(elements))


def session_form(
    leader: str, pairing: UUID, on: str = "", at: str = "", errors: tuple[str, str] = ("", "")
) -> Form:
    return Form(
        FormName.COACHING_SESSION,
        f"Next session with {leader}",
        about=str(pairing),
        elements=(Quiet("Only the date is kept. No notes of sessions are stored."),),
        fields=(
            Day("on", "Day", value=on, error=errors[0]),
            Hour("at", "Hour, on your clock", value=at, error=errors[1]),
        ),
        submit="Keep this date",
        error="Nothing was saved yet." if any(errors) else "",
    )


def session_kept(leader: str, starts_at: datetime, zone: str) -> Message:
    return note(f"Kept. Your next session with {leader} is on {day_and_hour(starts_at, zone)}.")


def coach_welcome(name: str, leaders: Sequence[str]) -> Message:
    theirs = f" You coach {listed(leaders)}." if leaders else ""
    return note(
        f"Hello {name}.{theirs} Once a week I bring you what your leaders chose to share, and "
        "nothing when nothing was shared. Type “help” to see what else I understand."
    )


def coach_help() -> Message:
    return note(
        "Once a week I bring you what your leaders chose to share. Words you can type: "
        "“digest” (read the latest again), “leaders” (your page), “next session” (say when it is), "
        "“help now” (someone to talk to), “help”. I keep nothing of what you type here."
    )


def no_digest_yet() -> Message:
    return note("There is no digest yet. One comes when something was shared.")
