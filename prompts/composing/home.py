"""The leader's own page and journal, and the answer to words nobody expected."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from prompts.composing.saying import note, paragraphs
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
    Press,
    Quiet,
    Quote,
    Text,
)


def welcome_home() -> Form:
    """Before the agreement there is nothing of theirs to show."""
    return Form(
        FormName.LEADER_HOME,
        "Your page",
        elements=(
            Text(
                "I hold what your programme gave me: your name, how to reach you, your time zone, "
                "your cohort and your coach. Nothing you wrote is stored."
            ),
            Quiet("Read the notice, and agree if you want to start."),
            Buttons((Button("Choose and agree", FormName.AGREEMENT, primary=True),)),
        ),
    )


def home_card() -> Message:
    """A leader's own page as a line of the chat: what they wrote stands behind its buttons."""
    return Message(
        "Your page.",
        (
            Heading("Your page"),
            Buttons(
                (
                    Button("Open my page", FormName.LEADER_HOME, primary=True),
                    Button("Ask me one now", Press.ASK_NOW),
                    Button("Set an objective", FormName.OBJECTIVE),
                    Button("All my objectives", FormName.OBJECTIVE_PAGE),
                    Button("Journal", FormName.JOURNAL),
                    Button("Experiments", FormName.EXPERIMENTS),
                    Button("Days and hours", FormName.WHEN),
                    Button("Days away", FormName.AWAY),
                    Button("My agreement", FormName.AGREEMENT),
                    Button("Who has read what", FormName.READERS),
                    Button("Help now", FormName.SUPPORT),
                    Button("Stop", Press.STOP),
                )
            ),
            Quiet(
                "What you wrote opens for you only, and not in the chat. "
                "Type “my data” or “forget me” at any time."
            ),
        ),
    )


def welcome_card() -> Message:
    """The same before the agreement."""
    return Message(
        "Your page.",
        (
            Heading("Your page"),
            Buttons(
                (
                    Button("Open my page", FormName.LEADER_HOME),
                    Button("Choose and agree", FormName.AGREEMENT, primary=True),
                )
            ),
        ),
    )


@dataclass(frozen=True, slots=True)
class OwnObjective:
    """`reader`: the coach who can read it, too, or empty. `state`: where it is not in use."""

    id: UUID
    words: str
    reader: str
    state: str = ""


def leader_home(
    objectives: Sequence[OwnObjective],
    proposed: tuple[Element, ...],
    next_question: str,
    rhythm: str,
    coach: str,
    *,
    can_resume: bool,
    can_add: bool,
) -> Form:
    mine = [part for one in objectives for part in _own_objective(one)]
    resume = (Button("Resume", Press.RESUME, primary=True),) if can_resume else ()
    add = (Button("Set an objective", FormName.OBJECTIVE),) if can_add else ()
    shape = Button("Shape one with questions", Press.SHAPE_OBJECTIVE)
    return Form(
        FormName.LEADER_HOME,
        "Your page",
        elements=(
            Heading("Objectives"),
            *(mine or (Quiet("None yet."),)),
            Buttons((*add, shape, Button("All my objectives", FormName.OBJECTIVE_PAGE))),
            *proposed,
            Divider(),
            Facts(
                (
                    Fact("Next question", next_question),
                    Fact("Days and hours", rhythm),
                    Fact("Coach", coach or "None yet"),
                )
            ),
            Buttons(
                (
                    *resume,
                    Button("Journal", FormName.JOURNAL),
                    Button("Experiments", FormName.EXPERIMENTS),
                    Button("New experiment", FormName.EXPERIMENT),
                    Button("Ask me one now", Press.ASK_NOW),
                    Button("Days and hours", FormName.WHEN),
                    Button("Days away", FormName.AWAY),
                    Button("My agreement", FormName.AGREEMENT),
                    Button("Who has read what", FormName.READERS),
                    Button("Help now", FormName.SUPPORT),
                    Button("Stop", Press.STOP),
                )
            ),
            Quiet("Only you can see this page. Type “my data” or “forget me” at any time."),
        ),
    )


def _own_objective(one: OwnObjective) -> tuple[Element, ...]:
    """Shortly; whatever can be done with it stands on its own page."""
    who = f"You and {one.reader} can read it." if one.reader else "Only you can read it."
    state = f"{one.state}. " if one.state else ""
    return (
        Quote(one.words),
        Quiet(f"{state}{who}"),
        Buttons((Button("Look at it", FormName.OBJECTIVE_PAGE, str(one.id)),)),
    )


# What typing the name of a form answers: forms open from a button, never from words.
_OFFERS = {
    FormName.AGREEMENT: ("Here is what you agreed to.", "My agreement"),
    FormName.OBJECTIVE: ("An objective, in your own words.", "Set an objective"),
    FormName.OBJECTIVE_PAGE: ("Every objective of yours, on a page.", "All my objectives"),
    FormName.LEVELS: ("Five levels, in your own words.", "Five levels"),
    FormName.RATING: ("Where you would place yourself today.", "Rate it"),
    FormName.WHEN: ("Your days and hours.", "Days and hours"),
    FormName.ZONE: ("The clock by which I write to you.", "My time zone"),
    FormName.AWAY: ("The days on which nothing is asked.", "Days away"),
    FormName.ANSWER: ("Your answer to the newest question.", "Open the box"),
    FormName.LINK: ("Which objective your newest answer is about.", "Change its objective"),
    FormName.PAUSE: ("Choose the day to start again.", "Choose a day"),
    FormName.JOURNAL: ("Your journal opens on a page of your own, not in the chat.", "Journal"),
    FormName.SEARCH: ("Your journal is searched on a page of your own.", "Search"),
    FormName.LEADER_HOME: ("Your objectives open on your own page.", "My objectives"),
    FormName.PREVIEW: (
        "What your coach will get opens on a page of your own.",
        "What my coach gets",
    ),
    FormName.ASIDE: ("What you ask your coach not to raise.", "Leave for now"),
    FormName.PIN: ("A question for one of your leaders.", "Pin a question"),
    FormName.KEPT_QUESTIONS: ("The questions that you keep for later.", "Questions I keep"),
    FormName.KEPT_QUESTION: ("A question for later, for you only.", "Keep a question"),
    FormName.EXPERIMENT: ("A small try, with a day on which I ask.", "New experiment"),
    FormName.EXPERIMENTS: ("Your experiments open on a page of your own.", "My experiments"),
    FormName.EXPERIMENT_PAGE: ("From the hunch to what was decided.", "See its path"),
    FormName.EXPERIMENT_DAY: ("The day on which I ask what happened.", "Choose another day"),
    FormName.COACH_HOME: ("The people you coach.", "Open my page"),
    FormName.LEAD_HOME: ("People, pairings, days and hours.", "Open the programme"),
    FormName.SUPPORT: ("Who is there to talk to, at any time.", "Help now"),
    FormName.CALENDAR: ("Your next session, for your calendar.", "Add to my calendar"),
    FormName.READERS: ("Who has opened something of yours, and when.", "Who has read what"),
    FormName.PAIRING: ("Suggest a coach to a leader.", "Suggest a coach"),
    FormName.NEW_PROGRAMME: ("A programme, and what it is for.", "New programme"),
    FormName.NEW_COHORT: ("Leaders who start together, and their days.", "New cohort"),
    FormName.ADD_PERSON: ("Somebody who is to be known here.", "Add somebody"),
    FormName.ADD_PEOPLE: ("People who are to be known here, as a table.", "Add people"),
    FormName.INVITING: ("Who waits for an invitation, and what it says.", "Invite people"),
    FormName.PROGRAMME: ("Helplines, and whether answers are written in the box only.", "Settings"),
    FormName.QUESTIONS: ("The questions of your own programme.", "Questions"),
    FormName.QUESTION: ("One open question, for others to sign off.", "Write a question"),
    FormName.FOCUS: ("What your leaders want their next session for.", "Read the focus"),
    FormName.END_PAIRING: ("What ends with your coaching, and what stays.", "End coaching"),
    FormName.HAND_OVER: ("What you had shared with an earlier coach.", "Hand over"),
    FormName.CHANGES: ("What was changed, by whom and when.", "What was changed"),
    FormName.DELIVERY: ("Whether messages go out as they should.", "Delivery"),
}


def offer(form: FormName, about: str = "") -> Message:
    """A button that opens this form, or help where a form needs more than its name."""
    if form not in _OFFERS:
        return help_words()
    words, label = _OFFERS[form]
    return note(words, Buttons((Button(label, form, about, primary=True),)))


def help_words() -> Message:
    parts = paragraphs("help")
    return Message("What I do, and the words you can type.", parts)


def back_again(next_question: str) -> Message:
    """The app had been taken out. `next_question` is a sentence, or empty."""
    words = f"I am here again, and everything is as you left it. {next_question}".strip()
    return note(f"{words} Type “home” for your page.")


def not_understood() -> Message:
    return note(
        "I did not catch that, and no question is open, so nothing was stored. "
        "Type “question” for one now, or “help” to see what I understand."
    )


def not_a_command() -> Message:
    return note(
        "I did not catch that, so nothing was stored. A command takes no answer: type an answer "
        "in the chat with me, or in the box. Type “help” to see what I understand."
    )


def not_caught() -> Message:
    """To a coach or a lead, who have no question to answer; what I understand comes after it."""
    return note("I did not catch that, so nothing was changed and nothing was stored.")


def stranger() -> Message:
    return note(
        "I do not know you here yet, so nothing was stored. Whoever runs your programme can add "
        "you; then write to me again."
    )


def in_english() -> Message:
    """Beside the hello, to whoever has their chat in another language."""
    return note(
        "I write in British English only. Answer in whichever language you like; only words such "
        "as “stop” and “help” must be English."
    )


def outside_now() -> Message:
    """Once, to whoever became a guest, or is of another organisation now."""
    return note(
        "You are a guest here now, or of another organisation. I am here for this organisation’s "
        "own people, so I will send you nothing more. What you wrote is kept, and nobody else can "
        "read it than before. Whoever runs your programme can have it erased for you. If you are "
        "a member here again one day, I go on from there."
    )


def not_yours() -> Message:
    """A press that names something of somebody else's, or something that is gone."""
    return note("That is not here any more, so nothing was changed. Type “help” to go on.")


def too_old() -> Message:
    return note("That button is out of date, so nothing was changed. Type “help” to go on.")
