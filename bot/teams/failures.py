"""What Teams can answer instead of doing what it was asked, and what follows from each."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from enum import StrEnum

from bot import failures
from bot.failures import Verdict
from storage.tables import WhyNot

# Where Teams says "later" and not when, or when in a way that cannot be read.
UNNAMED_WAIT = timedelta(seconds=30)
# Somebody else was at work in the same conversation.
_SOON = timedelta(seconds=3)
_HOURLY = timedelta(hours=1)


class Consequence(StrEnum):
    """What else must be done about it, and by whom."""

    NOTHING = "nothing"
    PERSON_STOPPED = "person stopped"  # send nothing until they write, or have it installed, again
    DROP_CONVERSATION = "drop conversation"  # forget its id, and begin one anew
    GONE = "gone"  # what was to be changed cannot be; say it anew
    PLAIN_ONCE = "plain once"  # the words alone, once; never this again
    TELL_OPERATOR = "tell operator"  # our fault, or the app's configuration


Failure = failures.Failure[Consequence]


class CallError(failures.CallError[Consequence]):
    """Teams did not do what it was asked."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure, why_not(failure))


def why_not(failure: Failure) -> WhyNot:
    """What it is counted as."""
    match failure.consequence:
        case Consequence.TELL_OPERATOR:
            return WhyNot.MISCONFIGURED
        case Consequence.PERSON_STOPPED | Consequence.DROP_CONVERSATION:
            return WhyNot.UNREACHABLE
        case Consequence.NOTHING if failure.untried:
            return WhyNot.BUSY
        case Consequence.NOTHING if failure.verdict is not Verdict.NEVER:
            return WhyNot.DOWN
        case Consequence.NOTHING | Consequence.GONE | Consequence.PLAIN_ONCE:
            return WhyNot.NOT_TAKEN


_N, _L, _D = Verdict.NEVER, Verdict.LATER, Verdict.DOUBTFUL
_C = Consequence

# The status decides, because what stands in the body differs from place to place, or is a page of
# some gateway's. statuses, name, verdict, consequence, reason, wait
_STATUSES: tuple[tuple[str, str, Verdict, Consequence, str, timedelta | None], ...] = (
    ("400", "bad argument", _N, _C.PLAIN_ONCE, "Teams could not take this message.", None),
    (
        "401",
        "unauthorised",
        _L,
        _C.TELL_OPERATOR,
        "Teams did not take the app's token.",
        UNNAMED_WAIT,
    ),
    (
        "403",
        "forbidden",
        _N,
        _C.PERSON_STOPPED,
        "This person, or their admin, has blocked or removed the app.",
        None,
    ),
    (
        "404 410",
        "not found",
        _N,
        _C.DROP_CONVERSATION,
        "Teams does not know this conversation any more.",
        None,
    ),
    (
        "412",
        "precondition failed",
        _L,
        _C.NOTHING,
        "Something else was at work in this conversation.",
        _SOON,
    ),
    ("413", "too big", _N, _C.PLAIN_ONCE, "The message was too big for Teams.", None),
    ("500", "service error", _D, _C.NOTHING, "Teams failed; it may have taken this.", None),
    ("502 503 504", "unavailable", _L, _C.NOTHING, "Teams could not take this now.", UNNAMED_WAIT),
)

# By the code in the body, where it says more than the status does.
_CODES: tuple[tuple[str, Verdict, Consequence, str], ...] = (
    (
        "BotNotRegistered",
        _N,
        _C.TELL_OPERATOR,
        "Microsoft knows no such bot: check TEAMS_APP_ID and the bot's registration.",
    ),
    (
        "InvalidBotApiHost",
        _N,
        _C.TELL_OPERATOR,
        "Teams wants another host for this tenant; it is learnt when they write again.",
    ),
    (
        "ActivityNotFoundInConversation",
        _N,
        _C.GONE,
        "What was to be changed is not there any more.",
    ),
)


def _rows() -> Iterator[tuple[int, Failure]]:
    for statuses, name, verdict, consequence, reason, after in _STATUSES:
        for status in statuses.split():
            told = f"{reason} ({status})"
            yield int(status), Failure(name, verdict, consequence, told, after)


BY_STATUS: Mapping[int, Failure] = dict(_rows())
BY_CODE: Mapping[str, Failure] = {
    code: Failure(code, verdict, consequence, f"{reason} ({code})")
    for code, verdict, consequence, reason in _CODES
}

THROTTLED = Failure(
    "throttled",
    _L,
    _C.NOTHING,
    "Teams asked for patience. (429)",
    UNNAMED_WAIT,
    untried=True,
)
GONE = Failure("gone", _N, _C.GONE, "What was to be changed is not there any more. (404)")
UNREACHED = Failure("unreached", _L, _C.NOTHING, "Teams could not be reached; nothing was sent.")
CUT_OFF = Failure("cut off", _D, _C.NOTHING, "The connection broke before Teams had answered.")
TOO_SLOW = Failure("too slow", _D, _C.NOTHING, "Teams did not answer in time.")
UNREADABLE = Failure("unreadable", _D, _C.NOTHING, "Teams' answer could not be read.")
BROKEN = Failure("broken", _D, _C.NOTHING, "Teams answered with a fault of its own.")
REFUSED = Failure("refused", _N, _C.TELL_OPERATOR, "Teams refused this for a reason of its own.")
NOT_TEAMS = Failure(
    "not teams",
    _L,
    _C.TELL_OPERATOR,
    "Something else than Teams seems to answer at its address.",
    _HOURLY,
)
STRANGE_HOST = Failure(
    "strange host",
    _N,
    _C.TELL_OPERATOR,
    "A message was to go to a host that is not in TEAMS_SERVICE_HOSTS.",
)
STRANGE_ID = Failure(
    "strange id", _N, _C.TELL_OPERATOR, "A message was to go to something that is no id of Teams."
)
STOPPING = Failure(
    "stopping",
    _L,
    _C.NOTHING,
    "The process is stopping; nothing was sent.",
    timedelta(seconds=5),
    untried=True,
)
NO_TOKEN_NOW = Failure(
    "no token",
    _L,
    _C.TELL_OPERATOR,
    "Microsoft gave no token for now; nothing was sent.",
    UNNAMED_WAIT,
    untried=True,
)


def no_room(after: timedelta) -> Failure:
    """Ours, before anything was sent: its turn does not come soon enough."""
    return Failure(
        "no room", _L, _C.NOTHING, "There is no room at Teams for this yet.", after, untried=True
    )
