"""Something was typed: a wish that is known, an answer, or neither."""

from typing import assert_never

from bot.conversation import (
    agreeing,
    answering,
    delaying,
    digesting,
    experimenting,
    meeting,
    pacing,
    rights,
    supporting,
)
from bot.conversation.events import Said
from bot.conversation.opening import may_use
from bot.conversation.pressing import ALWAYS, COACHS, LEADS, may_press, press
from bot.conversation.scene import Scene
from bot.conversation.words import Heard, PauseUntil, Word, understand
from prompts.composing import asking, home, leading
from prompts.composing import coaching as coach_words
from prompts.message import Form, FormName, Message, Press
from storage.members import Member
from storage.tables import Nudge

Reply = Message | Form

# What a leader may say before having agreed; everything else is neither read nor kept. Some of
# these are a coach's or a lead's words, and some people are both.
_BEFORE = {
    Word.AGREE,
    Word.HELP,
    Word.HELP_NOW,
    Word.HOME,
    FormName.AGREEMENT,
    Press.STOP,
    Press.NOT_NOW,
    Word.DIGEST,
    FormName.COACH_HOME,
    FormName.LEAD_HOME,
    FormName.SUPPORT,
    FormName.READERS,
    FormName.PAIRING,
    FormName.INVITING,
    FormName.NEW_PROGRAMME,
    FormName.NEW_COHORT,
    FormName.ADD_PERSON,
    FormName.ADD_PEOPLE,
    FormName.PROGRAMME,
    FormName.CHANGES,
    FormName.DELIVERY,
    FormName.QUESTIONS,
    FormName.QUESTION,
    FormName.PIN,
    FormName.KEPT_QUESTIONS,
    FormName.KEPT_QUESTION,
    FormName.COACHING_SESSION,
    FormName.END_PAIRING,
    FormName.FOCUS,
    *LEADS,
    *COACHS,
    # What is held about them is theirs before they have agreed to anything.
    Word.MY_DATA,
    *ALWAYS,
}
# And after having switched questions off: what they wrote is still theirs to read.
_AFTER = {
    *_BEFORE,
    FormName.JOURNAL,
    FormName.SEARCH,
    FormName.LEADER_HOME,
    FormName.OBJECTIVE_PAGE,
    FormName.EXPERIMENTS,
    FormName.EXPERIMENT_PAGE,
}


async def say(scene: Scene, said: Said) -> list[Reply]:
    words = said.words
    heard = understand(words, scene.local_now().date())
    if heard is not None and not _is_theirs(scene.someone, heard):
        # Another role's word means nothing here: "People." may well be a leader's answer.
        heard = None
    if heard is Press.NOT_YET and not await delaying.waits_for_look_back(scene):
        # To any other question it may well be the answer.
        heard = None
    if scene.someone.is_leader and not await scene.has_agreed():
        has_left = await scene.has_left()
        if heard not in (_AFTER if has_left else _BEFORE):
            refused = agreeing.not_agreed(has_left=has_left)
            return [refused, *await supporting.card_if_heard(scene, words)]
    if heard is None:
        return await _unknown(scene, said)
    return await _known(scene, heard)


def _is_theirs(someone: Member, heard: Heard) -> bool:
    match heard:
        case FormName():
            return may_use(someone, heard)
        case Word.DIGEST:
            return someone.is_coach
        case Word.HELP | Word.HELP_NOW | Word.HOME:
            return True
        case Word.MY_DATA:
            return True
        case Press():
            return may_press(someone, heard)
        case PauseUntil() | Word():
            return someone.is_leader
        case _:
            assert_never(heard)


async def _unknown(scene: Scene, said: Said) -> list[Reply]:
    """With a question open these words are its answer; under a question they are that one's."""
    is_answer = scene.someone.is_leader and not said.is_command
    nudge = await _meant(scene, said) if is_answer else None
    if nudge is not None:
        return await answering.answer_in_words(scene, nudge, said)
    card = await supporting.card_if_heard(scene, said.words)
    if scene.someone.is_leader:
        said_so = home.not_a_command() if said.is_command else home.not_understood()
        return [said_so, *card]
    return [home.not_caught(), *(card or _help(scene))]


async def _meant(scene: Scene, said: Said) -> Nudge | None:
    under = await scene.question(str(said.to)) if said.to else None
    return under or await scene.open_question()


async def _known(scene: Scene, heard: Heard) -> list[Reply]:
    match heard:
        case Press():
            return await press(scene, heard, "")
        case FormName():
            return [await _offer(scene, heard)]
        case PauseUntil():
            return [await pacing.pause_in_words(scene, heard)]
        case Word():
            return await _wish(scene, heard)
        case _:
            assert_never(heard)


async def _offer(scene: Scene, form: FormName) -> Message:
    """The button that opens this form, unless there is nothing behind it."""
    match form:
        case FormName.AGREEMENT if not await scene.has_agreed():
            return await agreeing.notice(scene)
        case FormName.ANSWER if await scene.question("") is None:
            return asking.nothing_open()
        case FormName.EXPERIMENT:
            return await experimenting.offer(scene)
        case FormName.LINK if await answering.answer_to_newest(scene) is None:
            return asking.nothing_answered()
        case FormName.COACHING_SESSION:
            return await meeting.which_session(scene)
        case _:
            return home.offer(form)


async def _wish(scene: Scene, word: Word) -> list[Reply]:
    match word:
        case Word.HELP:
            return _help(scene)
        case Word.HOME:
            return await _homes(scene)
        case Word.HELP_NOW:
            return [await supporting.help_now(scene)]
        case Word.AGREE:
            return await agreeing.agree_in_words(scene)
        case Word.DIGEST:
            return [await digesting.newest_digest(scene)]
        case Word.PAUSE:
            return [await pacing.pause_in_words(scene, None)]
        case Word.MY_DATA:
            return [rights.my_data()]
        case _:
            assert_never(word)


async def _homes(scene: Scene) -> list[Reply]:
    """One for each of their roles. Nothing of theirs stands on it: whatever is opens from there."""
    someone = scene.someone
    homes: list[Reply] = []
    if someone.is_leader:
        homes.append(home.home_card() if await scene.may_read() else home.welcome_card())
    if someone.is_coach:
        homes.append(coach_words.home_card())
    if someone.is_lead:
        homes.append(leading.home_card())
    return homes or [home.stranger()]


def _help(scene: Scene) -> list[Reply]:
    """One for each of their roles."""
    someone = scene.someone
    roles = (
        (someone.is_leader, home.help_words),
        (someone.is_coach, coach_words.coach_help),
        (someone.is_lead, leading.lead_help),
    )
    return [words() for has, words in roles if has] or [home.stranger()]
