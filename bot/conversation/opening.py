"""A form or a page was opened: who may, and what it shows. Looking changes nothing."""

from typing import assert_never

from bot.conversation import (
    agreeing,
    answering,
    being_away,
    coaching,
    configuring,
    delaying,
    delivering,
    digesting,
    enrolling,
    experimenting,
    focusing,
    founding,
    handing_over,
    home,
    inviting,
    journal,
    leading,
    meeting,
    moving,
    objective_page,
    objectives,
    pacing,
    pairing,
    parting,
    pinning,
    questioning,
    rights,
    supporting,
    trying,
)
from bot.conversation.scene import Scene
from prompts.composing import home as home_words
from prompts.message import Form, FormName, Message
from storage.members import Member
from storage.objectives import going_on

# Opening these shows what somebody else wrote, and that is recorded.
LEAVES_A_TRACE = {FormName.DIGEST, FormName.FOCUS}
# Whose form it is. What is not named here is a leader's.
_COACHS = {
    FormName.COACH_HOME,
    FormName.DIGEST,
    FormName.FOCUS,
    FormName.PIN,
    FormName.KEPT_QUESTIONS,
    FormName.KEPT_QUESTION,
}
# A leader's or a coach's: the pairing knows whose.
_OF_A_PAIRING = {FormName.COACHING_SESSION, FormName.CALENDAR, FormName.END_PAIRING}
_LEADS = {
    FormName.LEAD_HOME,
    FormName.COHORT,
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
}
_EVERYBODYS = {FormName.ZONE, FormName.SUPPORT, FormName.READERS, FormName.MY_DATA}
# What a leader may open before having agreed.
_BEFORE = {FormName.AGREEMENT, FormName.LEADER_HOME}
# And after having switched questions off: to read what they wrote.
_AFTER = {
    FormName.JOURNAL,
    FormName.SEARCH,
    FormName.OBJECTIVE_PAGE,
    FormName.EXPERIMENTS,
    FormName.EXPERIMENT_PAGE,
}


def may_use(someone: Member, form: FormName) -> bool:
    if form in _EVERYBODYS:
        return True
    if form in _OF_A_PAIRING:
        return someone.is_leader or someone.is_coach
    if form in _COACHS:
        return someone.is_coach
    return someone.is_lead if form in _LEADS else someone.is_leader


async def refusal(scene: Scene, form: FormName) -> Message | None:
    """Why this person cannot use this form now, or None."""
    if not may_use(scene.someone, form):
        return home_words.not_yours()
    needs_none = {*_COACHS, *_LEADS, *_BEFORE, *_EVERYBODYS, *_OF_A_PAIRING}
    if form in needs_none or await scene.has_agreed():
        return None
    has_left = await scene.has_left()
    if has_left and form in _AFTER:
        return None
    return agreeing.not_agreed(has_left=has_left)


async def open_form(scene: Scene, form: FormName, about: str) -> Form | Message:
    refused = await refusal(scene, form)
    if refused is not None:
        return refused
    match form:
        case FormName.AGREEMENT:
            return await agreeing.agreement_form(scene)
        case FormName.OBJECTIVE:
            return await objectives.objective_form(scene, about)
        case FormName.OBJECTIVE_PAGE:
            return await objective_page.objective_page(scene, about)
        case FormName.LEVELS:
            return await objective_page.levels_form(scene, about)
        case FormName.RATING:
            return await objective_page.rating_form(scene, about)
        case FormName.WHEN:
            return await pacing.when_form(scene)
        case FormName.ZONE:
            return moving.zone_form(scene)
        case FormName.ANSWER:
            return await answering.answer_form(scene, about)
        case FormName.LINK:
            return await answering.link_form(scene, about)
        case FormName.PAUSE:
            return pacing.pause_form()
        case FormName.JOURNAL:
            return await journal.journal_page(scene, about)
        case FormName.SEARCH:
            return await journal.search_form(scene)
        case FormName.LEADER_HOME:
            return await home.leader_home(scene)
        case FormName.COACH_HOME:
            return await coaching.coach_home(scene)
        case FormName.LEAD_HOME:
            return await leading.lead_home(scene)
        case FormName.DIGEST:
            return await digesting.digest_page(scene, about)
        case FormName.PREVIEW:
            return await digesting.preview_page(scene, about)
        case FormName.ASIDE:
            return await digesting.aside_form(scene)
        case FormName.PIN:
            return await pinning.pin_form(scene, about)
        case FormName.KEPT_QUESTIONS:
            return await pinning.kept_page(scene)
        case FormName.KEPT_QUESTION:
            return await pinning.kept_form(scene, about)
        case FormName.COACHING_SESSION:
            return await meeting.session_form(scene, about)
        case FormName.COHORT:
            return await leading.cohort_form(scene, about)
        case FormName.SUPPORT:
            return await supporting.page(scene)
        case FormName.READERS:
            return await rights.readers_page(scene)
        case FormName.MY_DATA:
            # It opens with the press that makes its addresses, and with nothing else.
            return rights.my_data()
        case FormName.PAIRING:
            return await pairing.pairing_form(scene)
        case FormName.NEW_PROGRAMME:
            return founding.new_programme_form()
        case FormName.NEW_COHORT:
            return await founding.new_cohort_form(scene, about)
        case FormName.ADD_PERSON:
            return await enrolling.person_form(scene)
        case FormName.ADD_PEOPLE:
            return enrolling.people_form(scene)
        case FormName.INVITING:
            return await inviting.inviting_form(scene, about)
        case FormName.PROGRAMME:
            return await configuring.programme_form(scene, about)
        case FormName.CHANGES:
            return await configuring.changes_page(scene)
        case FormName.DELIVERY:
            return await delivering.delivery_page(scene)
        case FormName.QUESTIONS:
            return await questioning.questions_page(scene)
        case FormName.QUESTION:
            return await questioning.question_form(scene, about)
        case FormName.AWAY:
            return await being_away.away_form(scene)
        case FormName.CALENDAR:
            # Its address is made by a press; looking makes none.
            return await meeting.calendar_offer(scene, about)
        case FormName.FOCUS:
            return await focusing.focus_page(scene, about)
        case FormName.END_PAIRING:
            return await parting.ending_page(scene, about)
        case FormName.HAND_OVER:
            return await handing_over.hand_over_form(scene, about)
        case FormName.EXPERIMENT:
            return await experimenting.experiment_form(scene, about)
        case FormName.EXPERIMENT_DAY:
            return await delaying.day_form(scene, about)
        case FormName.EXPERIMENTS:
            return await trying.experiments_page(scene)
        case FormName.EXPERIMENT_PAGE:
            return await trying.experiment_page(scene, about)
        case _:
            assert_never(form)


async def waiting_forms(scene: Scene) -> list[tuple[FormName, str]]:
    """What waits for this person, as (form, about): where a platform can, it stands open."""
    if not scene.someone.is_leader:
        return []
    if not await scene.has_agreed():
        return [(FormName.AGREEMENT, "")]
    waiting: list[tuple[FormName, str]] = []
    if not await going_on(scene.db, scene.someone):
        waiting.append((FormName.OBJECTIVE, ""))
    if nudge := await scene.open_question():
        waiting.append((FormName.ANSWER, str(nudge.id)))
    return waiting
