"""Every door of the house, and who may go through it. A door without a row fails the build.

`leader`, `coach` and `lead` are people in the chat; `operator` has a shell; `anyone` has neither.
What each then sees of a leader's words is the other matrix, in tests/storage/test_texts.py.
"""

import pytest
from starlette.routing import Mount, Route

from bot import app, cli
from bot.conversation.turn import Reply
from bot.conversation.words import Word
from prompts.composing import home
from prompts.message import FormName, Message, Press
from tests.bot.test_cli import every_command
from tests.cast import Programme
from tests.databases import open_sealed

LEADER, COACH, LEAD = {"leader"}, {"coach"}, {"lead"}
BOTH = {"leader", "coach"}
CHAT = {"leader", "coach", "lead"}
OPERATOR, ANYONE = {"operator"}, {"anyone"}

FORMS: dict[FormName, set[str]] = {
    FormName.AGREEMENT: LEADER,
    FormName.OBJECTIVE: LEADER,
    FormName.OBJECTIVE_PAGE: LEADER,
    FormName.LEVELS: LEADER,
    FormName.RATING: LEADER,
    FormName.WHEN: LEADER,
    FormName.ZONE: CHAT,
    FormName.ANSWER: LEADER,
    FormName.LINK: LEADER,
    FormName.PAUSE: LEADER,
    FormName.AWAY: LEADER,
    FormName.JOURNAL: LEADER,
    FormName.SEARCH: LEADER,
    FormName.LEADER_HOME: LEADER,
    FormName.EXPERIMENT: LEADER,
    FormName.EXPERIMENT_DAY: LEADER,
    FormName.EXPERIMENTS: LEADER,
    FormName.EXPERIMENT_PAGE: LEADER,
    FormName.READERS: CHAT,
    FormName.MY_DATA: CHAT,
    FormName.COACH_HOME: COACH,
    FormName.DIGEST: COACH,
    FormName.PREVIEW: LEADER,
    FormName.PIN: COACH,
    FormName.KEPT_QUESTIONS: COACH,
    FormName.KEPT_QUESTION: COACH,
    FormName.ASIDE: LEADER,
    FormName.FOCUS: COACH,
    FormName.COACHING_SESSION: BOTH,
    FormName.CALENDAR: BOTH,
    FormName.END_PAIRING: BOTH,
    FormName.HAND_OVER: LEADER,
    FormName.LEAD_HOME: LEAD,
    FormName.COHORT: LEAD,
    FormName.PAIRING: LEAD,
    FormName.INVITING: LEAD,
    FormName.NEW_PROGRAMME: LEAD,
    FormName.NEW_COHORT: LEAD,
    FormName.ADD_PERSON: LEAD,
    FormName.ADD_PEOPLE: LEAD,
    FormName.PROGRAMME: LEAD,
    FormName.CHANGES: LEAD,
    FormName.DELIVERY: LEAD,
    FormName.QUESTIONS: LEAD,
    FormName.QUESTION: LEAD,
    FormName.SUPPORT: CHAT,
}
PRESSES: dict[Press, set[str]] = {
    **dict.fromkeys(Press, LEADER),
    Press.ACCEPT_PAIRING: BOTH,
    Press.DECLINE_PAIRING: BOTH,
    Press.ACCEPT_INVITATION: BOTH,
    Press.DECLINE_INVITATION: BOTH,
    Press.CANCEL_SESSION: BOTH,
    Press.ADD_TO_CALENDAR: BOTH,
    Press.END_PAIRING: BOTH,
    Press.ASK_FOR_A_WORD: COACH,
    Press.OPEN_PROGRAMME: LEAD,
    **dict.fromkeys(
        (
            *(Press.SEND_BACK, Press.SIGN_OFF, Press.MAKE_LIVE, Press.REST, Press.RETIRE),
            Press.WITHDRAW,
        ),
        LEAD,
    ),
    Press.SUGGESTIONS_ON: COACH,
    Press.SUGGESTIONS_OFF: COACH,
    Press.PIN_QUESTION: COACH,
    Press.UNPIN: COACH,
    Press.DROP_KEPT: COACH,
    Press.TAKE_MY_DATA: CHAT,
    Press.HAND_ME_MY_DATA: CHAT,
    Press.ASK_BEFORE_FORGETTING: CHAT,
    Press.FORGET_ME: CHAT,
    Press.KEEP_EVERYTHING: CHAT,
}
WORDS: dict[Word, set[str]] = {
    Word.AGREE: LEADER,
    Word.PAUSE: LEADER,
    Word.MY_DATA: CHAT,
    Word.DIGEST: COACH,
    Word.HELP: CHAT,
    Word.HELP_NOW: CHAT,
    Word.HOME: CHAT,
}
# What an operator's command can show of a leader's words: nothing, but `export` of a leader who
# has let it be handed over.
COMMANDS: dict[str, set[str]] = dict.fromkeys(
    (
        "demo",
        "serve",
        "work",
        "migrate",
        "tick",
        "doctor",
        "health",
        "preview",
        "changes",
        "bank show",
        "bank lint",
        "bank coverage",
        "bank simulate",
        "programme import",
        "programme export",
        "people import",
        "slack manifest",
        "slack add",
        "slack refresh",
        "teams package",
        "teams add",
        "keys init",
        "keys status",
        "keys rotate",
        "keys shred",
        "keys verify",
        "verify",
        "backup",
        "restore",
        "erase",
        "export",
    ),
    OPERATOR,
)
# `/data/…` and `/calendar/…` open for whoever has an address that somebody was shown a moment ago.
# Everything else under a role is the playground's, which is on this computer only.
ROUTES: dict[str, set[str]] = {
    "/healthz": ANYONE,
    "/readyz": ANYONE,
    "/data/{token:str}/{kind:str}": ANYONE,
    "/calendar/{token:str}.ics": ANYONE,
    "/": ANYONE,
    "/static": ANYONE,
    "/next": CHAT,
    "/{role:str}": CHAT,
    "/{role:str}/{key:str}": CHAT,
    "/{role:str}/{key:str}/press": CHAT,
    "/{role:str}/{key:str}/submit": CHAT,
    "/{role:str}/{key:str}/say": CHAT,
    "/{role:str}/{key:str}/live": CHAT,
}
# With a token that only whoever runs Bearings gives, and nowhere without one.
WATCHED = {"/metrics"}
WATCHMAN = "sixteen or more characters"
SERVED = {
    "/healthz",
    "/readyz",
    "/metrics",
    "/data/{token:str}/{kind:str}",
    "/calendar/{token:str}.ics",
}

WHO = {"leader": "amara", "coach": "ruth", "lead": "priya"}


def test_every_form_press_and_word_has_a_row() -> None:
    assert set(FORMS) == set(FormName)
    assert set(PRESSES) == set(Press)
    assert set(WORDS) == set(Word)


def test_every_command_has_a_row() -> None:
    assert {name for name, _ in every_command(cli.commands)} == set(COMMANDS)


async def test_every_route_has_a_row(database_url: str, programme: Programme) -> None:
    engine = open_sealed(database_url)
    served = app.build_server(engine, metrics_token=WATCHMAN).routes
    played = app.build_playground(engine, _Served(programme)).routes
    watched = app.build_watched(engine, WATCHMAN).routes
    assert {_path(one) for one in served} == SERVED
    assert {_path(one) for one in played} == set(ROUTES) - WATCHED
    assert {_path(one) for one in watched} == {"/healthz", "/readyz", "/metrics"}
    without = {_path(one) for one in app.build_server(engine).routes}
    assert without == SERVED - WATCHED


class _Served:
    """A bank as it is served, in the state it has in a test."""

    def __init__(self, programme: Programme) -> None:
        self.current = programme.bank


def _path(route: object) -> str:
    assert isinstance(route, Route | Mount)
    return route.path


REFUSED = (home.not_yours(), home.too_old())


def _is_refused(replies: list[Reply]) -> bool:
    return all(isinstance(one, Message) and one in REFUSED for one in replies)


def _cells(table: dict[FormName, set[str]] | dict[Press, set[str]]) -> list[tuple[str, str]]:
    return [(door.value, role) for door in table for role in WHO]


@pytest.mark.parametrize(("door", "role"), _cells(FORMS))
async def test_a_form_opens_for_whom_it_is(programme: Programme, door: str, role: str) -> None:
    form = FormName(door)
    if role == "leader":
        await programme.agrees("amara")
    reply = await programme.opens(WHO[role], form)
    # Some forms need to be told what they are about, and say that there is nothing.
    needs_about = form in {FormName.DIGEST, FormName.COHORT}
    if role not in FORMS[form] or needs_about:
        assert _is_refused([reply]), (form, role)
    else:
        assert not _is_refused([reply]), (form, role)


@pytest.mark.parametrize(("door", "role"), _cells(PRESSES))
async def test_a_press_is_taken_from_whom_it_is(programme: Programme, door: str, role: str) -> None:
    press = Press(door)
    if role == "leader":
        await programme.agrees("amara")
    replies = await programme.presses(WHO[role], press)
    # Without a proposal there is nothing to accept; an old notice's button does nothing.
    nothing_there = press in {
        Press.ACCEPT_PAIRING,
        Press.DECLINE_PAIRING,
        Press.NOT_NOW,
        Press.SHARE_OBJECTIVE,
        Press.TAKE_BACK_OBJECTIVE,
    }
    assert _is_refused(replies) is (role not in PRESSES[press] or nothing_there), (press, role)


@pytest.mark.parametrize("role", WHO)
@pytest.mark.parametrize("word", Word)
async def test_a_word_means_something_to_whom_it_is(
    programme: Programme, word: Word, role: str
) -> None:
    if role == "leader":
        await programme.agrees("amara")
    replies = await programme.says(WHO[role], word.value)
    unknown = home.not_caught() in replies or home.not_understood() in replies
    assert unknown is (role not in WORDS[word]), (word, role)
