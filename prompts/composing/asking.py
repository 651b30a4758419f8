"""A question, and everything that can become of it. Each says who can read the answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from prompts.choosing import DECIDE, LOOK_BACK
from prompts.composing.saying import day, note
from prompts.message import (
    Box,
    Button,
    Buttons,
    Choice,
    Element,
    Form,
    FormName,
    LongText,
    Message,
    Option,
    Press,
    Quiet,
    Quote,
    ShortText,
    Text,
)
from prompts.question import AnswerKind, Question, Sets

# One of its options is a word that always ends all questions.
STOP_IS_HEARD = (
    "If you type here, “stop” alone ends all questions; “stop the experiment” ends this one."
)
YOUR_ANSWER = "Your answer"
NOT_SAVED = "This was not saved. What you wrote is still here."


@dataclass(frozen=True, slots=True)
class Asked:
    """The question as it was asked; `words` may open with a statement, and hold no private text."""

    nudge: UUID
    words: str
    # The coach who chose it for them, or empty.
    chosen_by: str = ""
    # It asks what came of an experiment, which may not have happened yet; or what is decided.
    looks_back: bool = False
    decides: bool = False
    # The coach with whom its experiment is shared, or empty.
    reader: str = ""
    answer: AnswerKind = AnswerKind.TEXT
    options: tuple[str, ...] = ()
    # Each option is a level for which the leader may have words of their own.
    places: bool = False

    @classmethod
    def of(
        cls,
        nudge: UUID,
        words: str,
        question_id: str,
        question: Question | None,
        chosen_by: str = "",
        reader: str = "",
    ) -> "Asked":
        """`question` is what the bank has under that id; a coach's own is in no bank."""
        looks_back, decides = question_id == LOOK_BACK, question_id == DECIDE
        asked = cls(nudge, words, chosen_by, looks_back, decides, reader)
        if question is None:
            return asked
        places = question.sets is Sets.PLACING
        return replace(asked, answer=question.answer, options=question.options, places=places)

    @property
    def who_reads(self) -> str:
        if self.reader:
            return f"{self.reader} can read your answer, for you share this experiment."
        return "Only you can read your answer, unless you share it."


def ask(asked: Asked) -> Message:
    """The question with its buttons."""
    about = str(asked.nudge)
    not_yet = (Button("Not yet", Press.NOT_YET, about),) if asked.looks_back else ()
    return Message(
        plain=asked.words,
        elements=(
            Text(asked.words),
            *((Quiet(f"{asked.chosen_by} chose this for you."),) if asked.chosen_by else ()),
            Quiet(asked.who_reads),
            *((Quiet(STOP_IS_HEARD),) if asked.decides else ()),
            Buttons(
                (
                    Button("Answer", FormName.ANSWER, about, primary=True),
                    *not_yet,
                    Button("Skip", Press.SKIP, about),
                    Button("Later", Press.LATER, about),
                    Button("Heavy week", Press.HEAVY_WEEK, about),
                    Button("Not for me", Press.NOT_FOR_ME, about),
                    Button("Why this question?", Press.WHY, about),
                    Button("Pause", FormName.PAUSE),
                    Button("Help now", FormName.SUPPORT),
                )
            ),
        ),
        nudge=asked.nudge,
        box=box(asked),
    )


def box(asked: Asked) -> Box:
    """On the question's own message, where no private word may stand."""
    offered = tuple(Option(one, one) for one in asked.options)
    hint = (
        "“Answer” shows what you wrote for each level." if asked.places else _enough(asked.answer)
    )
    return _answer_field(asked.answer, offered, hint=hint)


def ask_again(asked: Asked) -> Message:
    """The same question, back in its place."""
    return _instead(ask(asked))


def offer_later(asked: Asked) -> Message:
    about = str(asked.nudge)
    return _now(
        asked,
        Text("When shall I ask again?"),
        Quiet(asked.who_reads),
        Buttons(
            (
                Button("Tomorrow", Press.LATER_TOMORROW, about, primary=True),
                Button("Next week", Press.LATER_NEXT_WEEK, about),
                Button("Back to the question", Press.LATER_BACK, about),
            )
        ),
    )


def put_off(asked: Asked, until: date) -> Message:
    return _now(
        asked, Quiet(f"Put off, and nothing was stored. I will ask this again on {day(until)}.")
    )


def skipped(asked: Asked) -> Message:
    return _now(asked, Quiet("Skipped. Nothing was stored."))


def heavy_week(asked: Asked | None, until: date) -> Message:
    rest = f"until {day(until)} I ask only light questions, or nothing. Nobody is told."
    if asked is None:
        return note(f"A heavy week, then: {rest}")
    return _now(asked, Quiet(f"A heavy week, then. This question is closed, and {rest}"))


def not_for_me(asked: Asked) -> Message:
    return _now(asked, Quiet("I will not ask you this one again."))


def why(reason: str) -> Message:
    return note(f"Why this question? {reason}")


CHANGED_SINCE = (
    "You have answered this since the box was opened. Save again to put this in its place, "
    "or close it to keep what you had."
)


def answer_form(
    asked: Asked,
    objective: str = "",
    words: str = "",
    error: str = "",
    coach: str = "",
    *,
    shared: bool = False,
    basis: str = "",
    answer: AnswerKind = AnswerKind.TEXT,
    options: Sequence[str] = (),
    labels: Sequence[str] = (),
    beside: Sequence[tuple[str, str]] = (),
) -> Form:
    """Where an answer is written. The leader's own words stand here and never in the chat; so do
    those `beside` it, each with its label. `labels` say the options in the leader's own words."""
    labelled = (*((("About your objective:", objective),) if objective else ()), *beside)
    about = tuple(part for label, own in labelled for part in (Quiet(label), Quote(own)))
    offered = tuple(Option(*both) for both in zip(options, labels or options, strict=True))
    needed = "Choose one of these." if offered else "There is nothing to save yet."
    hint = f"{_enough(answer)} {_readers(coach, shared=shared)}".lstrip()
    return Form(
        FormName.ANSWER,
        asked.words,
        about=str(asked.nudge),
        elements=about,
        fields=(replace(_answer_field(answer, offered, words, error, hint), needed=needed),),
        submit="Save",
        error=NOT_SAVED if error else "",
        basis=basis,
    )


def _answer_field(
    answer: AnswerKind,
    offered: tuple[Option, ...],
    words: str = "",
    error: str = "",
    hint: str = "",
) -> Box:
    match answer:
        case AnswerKind.TEXT:
            return LongText("words", YOUR_ANSWER, hint=hint, value=words, error=error)
        case AnswerKind.ONE_WORD:
            return ShortText("words", YOUR_ANSWER, hint=hint, value=words, error=error)
        case AnswerKind.CHOICE | AnswerKind.SCALE:
            value = words if words in {one.value for one in offered} else ""
            return Choice("words", YOUR_ANSWER, offered, hint=hint, value=value, error=error)


def _enough(answer: AnswerKind) -> str:
    match answer:
        case AnswerKind.TEXT:
            return "One line is enough."
        case AnswerKind.ONE_WORD:
            return "One word is enough."
        case AnswerKind.CHOICE | AnswerKind.SCALE:
            return ""


def choose_one(options: Sequence[str]) -> str:
    return f"Answer with one of these: {', '.join(options)}."


def _readers(coach: str, *, shared: bool) -> str:
    if shared:
        return f"You have shared it: {coach} can read what you save here, too."
    if coach:
        return f"Only you can read it. You can share it with {coach} afterwards."
    return "Only you can read it."


@dataclass(frozen=True, slots=True)
class Onward:
    """Where an answer may lead: a further question, by its button's label, a form, and more. `says`
    what comes next; `reader` is the coach who can read the experiment that the answer went into."""

    label: str = ""
    form: FormName | None = None
    # What the form is about.
    about: str = ""
    more: tuple[Button, ...] = ()
    says: str = ""
    reader: str = ""


def saved(
    asked: Asked,
    coach: str,
    *,
    can_link: bool,
    onward: Onward | None = None,
    is_focus: bool = False,
) -> Message:
    about = str(asked.nudge)
    further = onward or Onward()
    go_on = (Button(further.label, Press.GO_DEEPER, about),) if further.label else ()
    offered = (_offered(further.form, further.about),) if further.form in OFFERS else ()
    label = f"Share as my focus with {coach}" if is_focus else f"Share with {coach}"
    can_share = coach and not further.reader
    share = (Button(label, Press.SHARE, about),) if can_share else ()
    link = (Button("Change its objective", FormName.LINK, about),) if can_link else ()
    return _now(
        asked,
        Text(_kept_for(further.reader)),
        *((Quiet(further.says),) if further.says else ()),
        Buttons(
            (
                *go_on,
                *offered,
                *further.more,
                *share,
                *link,
                Button("Change my answer", FormName.ANSWER, about),
            )
        ),
    )


def _kept_for(reader: str) -> str:
    """`reader`: the coach who can read the experiment that this went into, or empty."""
    if not reader:
        return "Saved, for you only."
    return f"Saved. You have shared this experiment, so {reader} can read it there, too."


GO_DEEPER, NEXT_QUESTION = "Go deeper", "Next question"
OFFERS = {FormName.WHEN: "Days and hours", FormName.OBJECTIVE: "Put it another way"}


def _offered(form: FormName, about: str) -> Button:
    return Button(OFFERS[form], form, about if form is FormName.OBJECTIVE else "")


def no_deeper() -> Message:
    return note("There is nothing further to ask on that one. It is kept as it is.")


def remind(reminder: UUID, asked: Asked) -> Message:
    """Once, with the question as it was asked, so that nobody has to look for it."""
    about = str(asked.nudge)
    not_yet = (Button("Not yet", Press.NOT_YET, about),) if asked.looks_back else ()
    return Message(
        f"Still here, if you want it: {asked.words}",
        (
            Text(asked.words),
            Quiet(f"Still here, if you want it; there is no other reminder. {asked.who_reads}"),
            Buttons(
                (
                    Button("Answer", FormName.ANSWER, about, primary=True),
                    *not_yet,
                    Button("Skip", Press.SKIP, about),
                    Button("No more reminders", Press.NO_REMINDERS),
                )
            ),
        ),
        nudge=reminder,
        box=box(asked),
    )


def typed_in_chat(
    asked: Asked, platform: str, *, employers: bool, follows: bool, reader: str = ""
) -> Message:
    """The first time: the chat keeps what is typed in it, and the leader must know."""
    who = (
        "Your employer can keep and search its chat, and I cannot take it out of there. "
        if employers
        else ""
    )
    deleting = (
        "If you change or delete your line above, your answer is changed or erased with it, until "
        "you save it in the box."
        if follows
        else "You can delete your line above; your answer is kept all the same."
    )
    return note(
        f"{_kept_for(reader)} But what you typed also stays in this chat, in {platform}. {who}"
        f"What you write in the box is not in the chat. {deleting}",
        Buttons((Button("Open the box", FormName.ANSWER, str(asked.nudge)),)),
    )


def changed() -> Message:
    return note("You changed your line in the chat; the answer that I keep of it is changed, too.")


def not_changed(problem: str) -> Message:
    return note(f"Your answer is kept as it was before you changed your line. {problem}")


def typed_again(reader: str = "") -> Message:
    return note(f"{_kept_for(reader)} The chat keeps what you typed, too.")


def box_only(asked: Asked) -> Message:
    """This workspace takes no answer from the chat, which would keep it."""
    return note(
        "Nothing was saved. Here answers are written in the box only, because this chat keeps what "
        "is typed in it. You can delete your line above; it is in the chat and not with me.",
        Buttons((Button("Open the box", FormName.ANSWER, str(asked.nudge), primary=True),)),
    )


def not_kept(problem: str) -> Message:
    """Typed in the chat, where it still stands."""
    return note(f"This was not saved. {problem}")


def offer_sharing(asked: Asked, coach: str) -> Message:
    """Sharing is off in the agreement: one press switches it on and shares, by name."""
    about = str(asked.nudge)
    return _now(
        asked,
        Text(
            "Saved, for you only. Sharing with your coach is off in your agreement. "
            f"Switch it on, and share this answer with {coach}?"
        ),
        Buttons(
            (
                Button(f"Allow sharing, and share this with {coach}", Press.ALLOW_SHARING, about),
                Button("Keep it to myself", Press.TAKE_BACK, about),
            )
        ),
    )


def shared(asked: Asked, coach: str, *, is_focus: bool = False) -> Message:
    about = str(asked.nudge)
    where = (
        f"Shared with {coach} as your focus. Only you and {coach} can read it."
        if is_focus
        else f"Shared with {coach}. Only you and {coach} can read it, in the weekly digest."
    )
    return _now(
        asked,
        Text(where),
        Buttons((Button("Take it back", Press.TAKE_BACK, about),)),
    )


def nothing_to_share() -> Message:
    return note(
        "Your newest question has no answer to share. Older answers can be shared from your "
        "journal.",
        Buttons((Button("Journal", FormName.JOURNAL),)),
    )


def nothing_to_take_back() -> Message:
    return note(
        "The answer to your newest question is not shared, so nothing was changed. Older ones can "
        "be taken back in your journal.",
        Buttons((Button("Journal", FormName.JOURNAL),)),
    )


def nothing_answered() -> Message:
    return note(
        "Your newest question has no answer yet, so there is nothing to change. "
        "Your journal shows the older ones.",
        Buttons((Button("Journal", FormName.JOURNAL),)),
    )


def no_coach() -> Message:
    return note("You have no coach here yet, so there is nobody to share with. It stays yours.")


def link_form(asked: Asked, objectives: Sequence[tuple[UUID, str]], chosen: UUID | None) -> Form:
    """Which objective an answer is about; the leader decides."""
    return Form(
        FormName.LINK,
        "Which objective is this about?",
        about=str(asked.nudge),
        elements=(Text(asked.words),),
        fields=(
            Choice(
                "objective",
                "This answer is about",
                options=(
                    *(Option(str(key), words) for key, words in objectives),
                    Option("none", "None of these"),
                ),
                value=str(chosen) if chosen else "none",
            ),
        ),
        submit="Change",
    )


def linked(*, to_objective: bool) -> Message:
    return note(
        "Changed. Your answer now belongs to the objective you chose. Who can read it is as before."
        if to_objective
        else "Changed. Your answer now belongs to no objective. Who can read it is as before."
    )


def closed(asked: Asked) -> Message:
    """A button was pressed on a question that is over."""
    return _now(asked, Quiet("This question is closed. Nothing was changed."))


def nothing_open() -> Message:
    return note(
        "No question is open, so nothing was changed. "
        "Type “question” for one now, or “help” to see what else I understand."
    )


def silence(reason: str) -> Message:
    return note(f"I have no question for you now. {reason}")


def _now(asked: Asked, *elements: Element) -> Message:
    """The question's own message, as it stands from now on."""
    first = next(e.words for e in elements if isinstance(e, Text | Quiet))
    return Message(
        plain=f"{asked.words} {first}",
        elements=(Text(asked.words), *elements),
        nudge=asked.nudge,
        replaces=True,
    )


def _instead(message: Message) -> Message:
    return replace(message, replaces=True)
