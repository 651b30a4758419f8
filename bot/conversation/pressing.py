"""A button was pressed: which capability answers."""

from typing import Literal, assert_never

from bot.conversation import (
    agreeing,
    answering,
    being_away,
    calling,
    configuring,
    deepening,
    delaying,
    digesting,
    inviting,
    journal,
    meeting,
    objectives,
    pacing,
    pairing,
    parting,
    pinning,
    questioning,
    reviewing,
    rights,
    shaping,
    sharing,
)
from bot.conversation.scene import Scene
from prompts.composing import agreeing as words
from prompts.composing import home
from prompts.composing import journal as journal_words
from prompts.composing import meeting as meeting_words
from prompts.life import Deed
from prompts.message import Form, Message, Press
from storage.members import Member

# What is held about anybody is theirs, whatever their role.
EVERYBODYS = {
    Press.TAKE_MY_DATA,
    Press.HAND_ME_MY_DATA,
    Press.ASK_BEFORE_FORGETTING,
    Press.FORGET_ME,
    Press.KEEP_EVERYTHING,
}
# A leader's or a coach's: what it is about knows whose it is.
OF_A_PAIRING = {
    Press.ACCEPT_PAIRING,
    Press.DECLINE_PAIRING,
    Press.ACCEPT_INVITATION,
    Press.DECLINE_INVITATION,
    Press.CANCEL_SESSION,
    Press.ADD_TO_CALENDAR,
    Press.END_PAIRING,
}
COACHS = {
    Press.SUGGESTIONS_ON,
    Press.SUGGESTIONS_OFF,
    Press.PIN_QUESTION,
    Press.UNPIN,
    Press.DROP_KEPT,
    Press.ASK_FOR_A_WORD,
}
# What a leader may press without an agreement: what is theirs stays theirs to decide.
ALWAYS = {*EVERYBODYS, *OF_A_PAIRING, Press.ASK_COACH_TO_CALL}
LEADS = {
    Press.OPEN_PROGRAMME,
    Press.SEND_BACK,
    Press.SIGN_OFF,
    Press.MAKE_LIVE,
    Press.REST,
    Press.RETIRE,
    Press.WITHDRAW,
}


OnObjective = Literal[
    Press.SHAPE_OBJECTIVE,
    Press.REVIEW_OBJECTIVE,
    Press.PARK_OBJECTIVE,
    Press.TAKE_UP_OBJECTIVE,
    Press.COMPLETE_OBJECTIVE,
    Press.LET_GO_OBJECTIVE,
    Press.SHARE_RATING,
    Press.TAKE_BACK_RATING,
    Press.SHARE_OBJECTIVE,
    Press.TAKE_BACK_OBJECTIVE,
]


def may_press(someone: Member, pressed: Press) -> bool:
    if pressed in EVERYBODYS:
        return True
    if pressed in OF_A_PAIRING:
        return someone.is_leader or someone.is_coach
    if pressed in COACHS:
        return someone.is_coach
    return someone.is_lead if pressed in LEADS else someone.is_leader


async def press(scene: Scene, pressed: Press, about: str) -> list[Message | Form]:
    if not may_press(scene.someone, pressed):
        return [home.not_yours()]
    needs_agreement = pressed not in {*ALWAYS, *COACHS, *LEADS}
    if needs_agreement and not await scene.has_agreed():
        return [await _without_agreement(scene, pressed)]
    answer = await _press(scene, pressed, about)
    return answer if isinstance(answer, list) else [answer]


async def _press(scene: Scene, pressed: Press, about: str) -> Message | Form | list[Message | Form]:
    match pressed:
        case Press.NOT_NOW:
            return home.too_old()
        case Press.SKIP:
            return await pacing.skip(scene, about)
        case Press.LATER:
            return await pacing.later(scene, about)
        case Press.LATER_TOMORROW:
            return await pacing.put_off(scene, about, days=1)
        case Press.LATER_NEXT_WEEK:
            return await pacing.put_off(scene, about, days=7)
        case Press.LATER_BACK:
            return await pacing.back_to_the_question(scene, about)
        case Press.HEAVY_WEEK:
            return await pacing.heavy_week(scene, about)
        case Press.NOT_FOR_ME:
            return await pacing.not_for_me(scene, about)
        case Press.WHY:
            return await answering.why(scene, about)
        case Press.SHARE:
            return await sharing.share(scene, about)
        case Press.ALLOW_SHARING:
            return await sharing.allow_sharing(scene, about)
        case Press.TAKE_BACK:
            return await sharing.take_back(scene, about)
        case Press.ASK_NOW:
            return await answering.ask_now(scene)
        case Press.RESUME:
            return await pacing.resume(scene)
        case Press.STOP:
            return await pacing.stop(scene)
        case (
            Press.SHAPE_OBJECTIVE
            | Press.REVIEW_OBJECTIVE
            | Press.PARK_OBJECTIVE
            | Press.TAKE_UP_OBJECTIVE
            | Press.COMPLETE_OBJECTIVE
            | Press.LET_GO_OBJECTIVE
            | Press.SHARE_RATING
            | Press.TAKE_BACK_RATING
            | Press.SHARE_OBJECTIVE
            | Press.TAKE_BACK_OBJECTIVE
        ) as deed:
            return await _press_on_objective(scene, deed, about)
        case Press.ACCEPT_PAIRING:
            return await pairing.accept_pairing(scene, about)
        case Press.DECLINE_PAIRING:
            return await pairing.decline_pairing(scene, about)
        case Press.ACCEPT_INVITATION:
            return await inviting.accept_invitation(scene)
        case Press.DECLINE_INVITATION:
            return await inviting.decline_invitation(scene)
        case Press.TAKE_MY_DATA:
            return await rights.take_my_data(scene)
        case Press.HAND_ME_MY_DATA:
            return await rights.hand_me_my_data(scene)
        case Press.ASK_BEFORE_FORGETTING:
            return await rights.ask_before_forgetting(scene)
        case Press.FORGET_ME:
            return await rights.forget_me(scene)
        case Press.KEEP_EVERYTHING:
            return await rights.keep_everything(scene)
        case Press.OPEN_PROGRAMME:
            return await configuring.open_programme(scene, about)
        case Press.LEAVE_TOTALS:
            return await rights.leave_totals(scene)
        case Press.GO_DEEPER:
            return await deepening.go_deeper(scene, about)
        case Press.CARRY_ON:
            return await pacing.carry_on(scene)
        case Press.NO_REMINDERS:
            return await pacing.no_reminders(scene)
        case Press.NOT_AWAY:
            return await being_away.not_away(scene, about)
        case Press.SEND_BACK:
            return await questioning.move(scene, about, Deed.SEND_BACK)
        case Press.SIGN_OFF:
            return await questioning.move(scene, about, Deed.SIGN_OFF)
        case Press.MAKE_LIVE:
            return await questioning.move(scene, about, Deed.MAKE_LIVE)
        case Press.REST:
            return await questioning.move(scene, about, Deed.REST)
        case Press.RETIRE:
            return await questioning.move(scene, about, Deed.RETIRE)
        case Press.WITHDRAW:
            return await questioning.move(scene, about, Deed.WITHDRAW)
        case Press.LEAVE_OUT:
            return await digesting.leave_out(scene, about)
        case Press.SKIP_DIGEST:
            return await digesting.skip(scene, about)
        case Press.SEND_DIGEST:
            return await digesting.skip(scene, about, send=True)
        case Press.SUGGESTIONS_ON:
            return await digesting.suggest(scene, about, on=True)
        case Press.SUGGESTIONS_OFF:
            return await digesting.suggest(scene, about, on=False)
        case Press.ERASE_ANSWER:
            return await journal.ask_before_erasing(scene, about)
        case Press.ERASE_FOR_GOOD:
            return await journal.erase(scene, about)
        case Press.KEEP_ANSWER:
            return journal_words.kept()
        case Press.PIN_QUESTION:
            return await pinning.pin_question(scene, about)
        case Press.UNPIN:
            return await pinning.unpin(scene, about)
        case Press.DROP_KEPT:
            return await pinning.drop(scene, about)
        case Press.CANCEL_SESSION:
            return await meeting.cancel(scene, about)
        case Press.ADD_TO_CALENDAR:
            return await meeting.add_to_calendar(scene, about)
        case Press.ASK_FOR_A_WORD:
            return await calling.ask_for_a_word(scene, about)
        case Press.ASK_COACH_TO_CALL:
            return await calling.ask_coach_to_call(scene)
        case Press.LEAVE_IT:
            return meeting_words.left()
        case Press.END_PAIRING:
            return await parting.end_pairing(scene, about)
        case Press.NOT_YET:
            return await delaying.not_yet(scene, about)
        case Press.LOOK_BACK:
            return await delaying.look_back_now(scene, about)
        case Press.LET_GO_EXPERIMENT:
            return await delaying.let_it_go(scene, about)
        case Press.SHARE_EXPERIMENT:
            return await sharing.share_experiment(scene, about)
        case Press.TAKE_BACK_EXPERIMENT:
            return await sharing.take_back_experiment(scene, about)
        case _:
            assert_never(pressed)


async def _press_on_objective(scene: Scene, pressed: OnObjective, about: str) -> Message:
    match pressed:
        case Press.SHAPE_OBJECTIVE:
            return await shaping.shape(scene, about)
        case Press.REVIEW_OBJECTIVE:
            return await reviewing.review(scene, about)
        case Press.PARK_OBJECTIVE:
            return await objectives.park(scene, about)
        case Press.TAKE_UP_OBJECTIVE:
            return await objectives.take_up(scene, about)
        case Press.COMPLETE_OBJECTIVE:
            return await objectives.complete(scene, about)
        case Press.LET_GO_OBJECTIVE:
            return await objectives.let_go(scene, about)
        case Press.SHARE_RATING:
            return await sharing.share_rating(scene, about)
        case Press.TAKE_BACK_RATING:
            return await sharing.take_back_rating(scene, about)
        case Press.SHARE_OBJECTIVE:
            return await sharing.share_objective(scene, about)
        case Press.TAKE_BACK_OBJECTIVE:
            return await sharing.take_back_objective(scene, about)
        case _:
            assert_never(pressed)


async def _without_agreement(scene: Scene, pressed: Press) -> Message:
    has_left = await scene.has_left()
    if not has_left and pressed in {Press.NOT_NOW, Press.STOP}:
        return words.not_now()
    return agreeing.not_agreed(has_left=has_left)
