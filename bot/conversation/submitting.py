"""A form was sent: which capability takes it."""

from typing import assert_never

from bot.conversation import (
    agreeing,
    answering,
    being_away,
    configuring,
    delaying,
    digesting,
    enrolling,
    experimenting,
    founding,
    handing_over,
    inviting,
    journal,
    leading,
    meeting,
    moving,
    objectives,
    opening,
    pacing,
    pairing,
    pinning,
    questioning,
    rating,
)
from bot.conversation.events import Submitted
from bot.conversation.scene import Scene
from prompts.message import Form, FormName, Message


async def submit(scene: Scene, event: Submitted) -> list[Message | Form]:
    refused = await opening.refusal(scene, event.form)
    if refused is not None:
        return [refused]
    match event.form:
        case FormName.AGREEMENT:
            return await agreeing.submit_agreement(scene, event)
        case FormName.OBJECTIVE:
            return await objectives.submit_objective(scene, event)
        case FormName.LEVELS:
            return await rating.submit_levels(scene, event)
        case FormName.RATING:
            return await rating.submit_rating(scene, event)
        case FormName.WHEN:
            return await pacing.submit_when(scene, event)
        case FormName.ZONE:
            return await moving.submit_zone(scene, event)
        case FormName.ANSWER:
            return await answering.submit_answer(scene, event)
        case FormName.LINK:
            return await answering.submit_link(scene, event)
        case FormName.PAUSE:
            return await pacing.submit_pause(scene, event)
        case FormName.QUESTION:
            return await questioning.submit_question(scene, event)
        case FormName.AWAY:
            return await being_away.submit_away(scene, event)
        case FormName.EXPERIMENT:
            return await experimenting.submit_experiment(scene, event)
        case FormName.EXPERIMENT_DAY:
            return await delaying.submit_day(scene, event)
        case FormName.COACHING_SESSION:
            return await meeting.submit_session(scene, event)
        case FormName.COHORT:
            return await leading.submit_cohort(scene, event)
        case FormName.ASIDE:
            return await digesting.submit_aside(scene, event)
        case FormName.PIN:
            return await pinning.submit_pin(scene, event)
        case FormName.KEPT_QUESTION:
            return await pinning.submit_kept(scene, event)
        case FormName.SEARCH:
            return await journal.submit_search(scene, event)
        case FormName.PAIRING:
            return await pairing.submit_pairing(scene, event)
        case FormName.NEW_PROGRAMME:
            return await founding.submit_new_programme(scene, event)
        case FormName.NEW_COHORT:
            return await founding.submit_new_cohort(scene, event)
        case FormName.ADD_PERSON:
            return await enrolling.submit_person(scene, event)
        case FormName.ADD_PEOPLE:
            return await enrolling.submit_people(scene, event)
        case FormName.INVITING:
            return await inviting.submit_inviting(scene, event)
        case FormName.PROGRAMME:
            return await configuring.submit_programme(scene, event)
        case FormName.HAND_OVER:
            return await handing_over.submit_hand_over(scene, event)
        case (
            FormName.JOURNAL
            | FormName.LEADER_HOME
            | FormName.OBJECTIVE_PAGE
            | FormName.COACH_HOME
            | FormName.LEAD_HOME
            | FormName.DIGEST
            | FormName.PREVIEW
            | FormName.KEPT_QUESTIONS
            | FormName.SUPPORT
            | FormName.READERS
            | FormName.MY_DATA
            | FormName.CHANGES
            | FormName.DELIVERY
            | FormName.QUESTIONS
            | FormName.CALENDAR
            | FormName.FOCUS
            | FormName.END_PAIRING
            | FormName.EXPERIMENTS
            | FormName.EXPERIMENT_PAGE
        ):
            # A page to read has nothing to send; it is shown again.
            return [await opening.open_form(scene, event.form, event.about)]
        case _:
            assert_never(event.form)
