"""Whether messages go out as they should, for whoever looks after it: figures, and what to do.

The keys of the tables are the words in which each is counted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from prompts.message import Button, Buttons, Element, Form, FormName, Heading, Quiet, Table, Text

KINDS: Mapping[str, str] = {
    "question": "Questions",
    "reminder": "Reminders",
    "preview": "Looks at what a coach will get",
    "digest": "Digests",
    "notice": "Notices",
}


@dataclass(frozen=True, slots=True)
class Advice:
    """What is the matter, as a part of a sentence; and what to do about it, for whoever runs
    Bearings."""

    what: str
    do: str


TROUBLES: Mapping[str, Advice] = {
    "disconnected": Advice(
        "Bearings is not connected to their workspace",
        "Run `bearings doctor`. If the workspace took Bearings out, it is installed again by its "
        "admins; if a platform’s settings were removed here, put them back and restart "
        "`bearings work`.",
    ),
    "kept by admins": Advice(
        "the workspace’s admins, or its plan, keep Bearings from writing",
        "Ask an admin of that workspace to allow the app, or to install it again where a "
        "permission is new. It is tried again by itself.",
    ),
    "unreachable": Advice(
        "a person cannot be reached in their chat",
        "Their programme lead sees who it is, under “People and pairings”. They open Bearings in "
        "their chat once more, or an admin unblocks the app for them.",
    ),
    "busy": Advice(
        "the platform takes no more for now",
        "Nothing, for an hour: it is sent as room comes free. If it lasts, spread the cohorts’ "
        "days and hours.",
    ),
    "down": Advice(
        "the platform did not answer, or failed",
        "Look at the platform’s status page, and whether this machine reaches it. What is still "
        "of use is tried again by itself.",
    ),
    "not taken": Advice(
        "the platform refused the message as it was",
        "It is a fault of ours: keep the log of that hour and report it. Nobody else is affected.",
    ),
    "misconfigured": Advice(
        "the app’s settings and the platform’s do not fit together",
        "Run `bearings doctor`, compare the app’s page at the platform with README, and restart.",
    ),
    "too late": Advice(
        "its time had passed before it could be sent",
        "Nothing brings it back; the next one comes at its hour. See that `bearings work` runs "
        "all the time, and starts by itself after a restart of the machine.",
    ),
    "crashed": Advice(
        "the process that was sending it ended in the midst of it",
        "Look in the log for why `bearings work` ended. What is known not to have arrived is "
        "sent by itself.",
    ),
    "in doubt": Advice(
        "nobody knows whether it arrived, and it is not sent twice",
        "Look in the log for why `bearings work` ended. The next one comes at its hour.",
    ),
    "our fault": Advice(
        "Bearings could not write it, or not save it",
        "Look in the log for “could not be written” or for the database, and report the kind of "
        "error that stands there. Everybody else’s is sent.",
    ),
}

# As people chose, or as the rules have it: nothing is to be done.
HELD_BACK: Mapping[str, str] = {
    "gone": "are not here any more",
    "no agreement": "have not agreed, or not to this",
    "stopped": "said stop",
    "paused": "had paused",
    "outside hours": "it was outside of their hours",
    "still open": "an earlier question still waited",
    "resting": "are asked less often, as questions were left",
    "no question": "no question was right at that moment",
    "nothing to tell": "there was nothing to tell",
    "not needed": "it was not needed any more",
    "other first": "something else was said in its place",
}


@dataclass(frozen=True, slots=True)
class Counted:
    """A sentence for one of them, and for more."""

    one: str
    more: str
    do: str = ""


AMISS: Mapping[str, Counted] = {
    "not planned": Counted(
        "1 message was due and nobody planned it",
        "{count} messages were due and nobody planned them",
        "Start `bearings work`, or look in its log why it does not go on. What is still of use "
        "goes out as soon as it runs.",
    ),
    "not sent": Counted(
        "1 message was ready and nobody sent it",
        "{count} messages were ready and nobody sent them",
        "See that `bearings work` runs, and whether it keeps up: run a second one beside it if "
        "the queue grows.",
    ),
    "not settled": Counted(
        "1 message was on its way when the process that sent it ended, and was not looked into",
        "{count} messages were on their way when the process that sent them ended, and were not "
        "looked into",
        "Start `bearings work`: it asks the platform whether they arrived.",
    ),
    "put off": Counted(
        "1 message waits for more than an hour for another try",
        "{count} messages wait for more than an hour for another try",
    ),
    "not delivered": Counted(
        "1 message did not arrive in the last day",
        "{count} messages did not arrive in the last day",
    ),
}


def alarm(amiss: str, count: int, since: str = "", why: str = "") -> tuple[str, str]:
    """(what is the matter, what to do). `since` is a moment in words."""
    counted = AMISS[amiss]
    said = counted.one if count == 1 else counted.more.format(count=f"{count:,}")
    reason = f": {TROUBLES[why].what}" if why else ""
    when = f", since {since}" if since else ""
    return f"{said}{when}{reason}.", TROUBLES[why].do if why else counted.do


# A small difference from one look to the next would tell of somebody.
ROUNDED_TO = 5
TOO_FEW = "too few to show"


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """Of one kind within a week; None where it would stand for too few people."""

    kind: str
    delivered: int | None = None
    late: int | None = None
    waiting: int | None = None
    lost: int | None = None


def delivery_page(amiss: Sequence[tuple[str, str]], rows: Sequence[DeliveryRow]) -> Form:
    """`amiss`: what is the matter, and what to do."""
    return Form(
        FormName.DELIVERY,
        "Delivery",
        elements=(
            *_amiss(amiss),
            Table(
                "In the last seven days",
                ("", "Went out", "Of these late", "Still to go", "Did not arrive"),
                tuple((KINDS[one.kind], *_cells(one)) for one in rows),
            ),
            Quiet(
                "Rounded, and without reminders, whose number would tell how many had not answered "
                "yet. Who was asked, and who answered, is in none of it. Whom no message reaches "
                "stands among the people of the programme."
            ),
            Buttons((Button("Programme", FormName.LEAD_HOME),)),
        ),
    )


def _amiss(amiss: Sequence[tuple[str, str]]) -> list[Element]:
    if not amiss:
        return [Text("What was due has gone out, as far as it can be told.")]
    told: list[Element] = []
    for what, do in amiss:
        told += [Heading(what), Text(f"For whoever runs Bearings: {do}")]
    return told


def _cells(row: DeliveryRow) -> tuple[str, ...]:
    return tuple(
        TOO_FEW if count is None else _rounded(count)
        for count in (row.delivered, row.late, row.waiting, row.lost)
    )


def _rounded(count: int) -> str:
    near = ROUNDED_TO * round(count / ROUNDED_TO)
    return f"about {near:,}" if near else ("none" if count == 0 else f"fewer than {ROUNDED_TO}")
