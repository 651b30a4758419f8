"""A question is answered, in the box or in the chat, and the answer finds its objective."""

import hashlib
from dataclasses import replace
from textwrap import shorten
from uuid import UUID, uuid4

from bot.conversation import (
    deepening,
    focusing,
    looking_back,
    rating,
    reviewing,
    shaping,
    supporting,
)
from bot.conversation.events import Said, Submitted
from bot.conversation.scene import Scene, read_id
from bot.conversation.wording import problem_with
from prompts.choosing import Silence
from prompts.composing import agreeing, asking, home
from prompts.message import Form, Message
from prompts.question import AnswerKind, Sets
from prompts.variables import filled
from scheduler.facts import bank_for, choose_for, history, look_up
from scheduler.planning import replan, slot_name
from scheduler.writing import run_endings
from storage.cadences import cadence_of
from storage.members import mark_told_of_chat, takes_the_box_only
from storage.objectives import find_objective, going_on
from storage.pins import end_pins
from storage.questions import close, find_slot
from storage.reflections import keep_reflection, reflection_on
from storage.rights import Purpose
from storage.runs import mark_started, record_run_ends
from storage.tables import Action, Nudge, NudgeKind, NudgeState, Outcome, Reflection
from storage.texts import Kept, open_text, open_texts

# Of an objective inside a question: more would drown the question.
SHORT = 80


async def answer_form(scene: Scene, about: str) -> Form | Message:
    nudge = await scene.question(about)
    if nudge is None:
        return home.not_yours() if about else asking.nothing_open()
    return await _form(scene, nudge)


async def _form(scene: Scene, nudge: Nudge, typed: str | None = None, error: str = "") -> Form:
    """With what was typed, when that could not be saved; else with the answer there is."""
    kept = await reflection_on(scene.db, nudge)
    words = typed if typed is not None else await own_words(scene, kept)
    objective = (
        await find_objective(scene.db, scene.someone, nudge.objective_id)
        if nudge.objective_id
        else None
    )
    wish = await own_words(scene, objective)
    question = scene.bank.questions.get(nudge.question_id)
    tried = await looking_back.in_the_box(scene, nudge)
    # Here the leader's own words may stand, for here only the leader reads.
    known = replace(await scene.known(nudge, _short(wish)), experiment_action=_short(tried.action))
    return asking.answer_form(
        asking.Asked(nudge.id, filled(nudge.question_words, known, question)),
        objective=wish,
        words=words,
        error=error,
        coach=await scene.coach_name(),
        shared=tried.reader != "" or (kept is not None and await scene.reader(kept) != ""),
        basis=_basis(kept),
        answer=question.answer if question else AnswerKind.TEXT,
        options=question.options if question else (),
        labels=await rating.labels(scene, nudge, question),
        beside=tried.beside,
    )


def _short(words: str) -> str:
    return shorten(words, SHORT, placeholder="…")


async def own_words(scene: Scene, kept: Kept | None) -> str:
    return await open_text(scene.db, scene.someone, Purpose.OWN_PAGE, kept, scene.now)


async def submit_answer(scene: Scene, event: Submitted) -> list[Message | Form]:
    nudge = await scene.question(event.about)
    if nudge is None:
        return [home.not_yours()]
    # On a card it was typed, as in the chat.
    words = as_offered(scene, nudge, "".join(event.values.get("words", ())))
    if fault := problem(scene, nudge, words):
        return [await _form(scene, nudge, words, fault)]
    kept = await reflection_on(scene.db, nudge)
    moved_on = kept is not None and event.basis != _basis(kept)
    if moved_on and words != await own_words(scene, kept):
        return [await _form(scene, nudge, words, asking.CHANGED_SINCE)]
    await keep(scene, nudge, words)
    return [
        await standing(scene, nudge, words),
        *await reviewing.said_after(scene, nudge),
        *await supporting.card_if_heard(scene, words),
        *await reviewing.form_after(scene, nudge, words),
    ]


def _basis(kept: Reflection | None) -> str:
    """What a box was drawn from: no answer yet, or the one of that moment, private or shared."""
    if kept is None:
        return ""
    # A text is sealed anew at each saving, and never looks the same twice.
    saving = hashlib.sha256(kept.words).hexdigest()[:16]
    return f"{saving} {'shared' if kept.shared_at else 'private'}"


async def answer_in_words(scene: Scene, nudge: Nudge, said: Said) -> list[Message | Form]:
    """Typed in the chat. The companion never repeats it, and says what the chat does with it."""
    words = said.words
    card = await supporting.card_if_heard(scene, words)
    if await takes_the_box_only(scene.db, scene.someone.workspace_id):
        return [asking.box_only(await scene.asked(nudge)), *card]
    words = as_offered(scene, nudge, words)
    if fault := problem(scene, nudge, words):
        return [asking.not_kept(fault)]
    await keep(scene, nudge, words, said.id)
    return [
        await standing(scene, nudge, words),
        *await reviewing.said_after(scene, nudge),
        await _what_the_chat_keeps(scene, nudge),
        *card,
    ]


async def _what_the_chat_keeps(scene: Scene, nudge: Nudge) -> Message:
    """Said in full the first time, and in short from then on."""
    reader = (await looking_back.in_the_box(scene, nudge)).reader
    if scene.someone.told_of_chat_at is not None:
        return asking.typed_again(reader)
    await mark_told_of_chat(scene.db, scene.someone, scene.now)
    place = scene.place
    return asking.typed_in_chat(
        await scene.asked(nudge),
        place.platform,
        employers=place.employers,
        follows=place.follows,
        reader=reader,
    )


def problem(scene: Scene, nudge: Nudge, words: str) -> str:
    """Why this cannot be the answer, or empty."""
    options = _options(scene, nudge)
    if options and words not in options:
        return asking.choose_one(options)
    longest = shaping.longest(scene.bank.questions.get(nudge.question_id))
    return problem_with(words, longest) if longest else problem_with(words)


def as_offered(scene: Scene, nudge: Nudge, words: str) -> str:
    """A choice that was typed, as it is spelt among the options."""
    plain = _plainly(words.strip().strip("."))
    return next((one for one in _options(scene, nudge) if _plainly(one) == plain), words)


def _plainly(words: str) -> str:
    """Keyboards have a hyphen for a minus, and few type a plus."""
    return words.casefold().replace("-", "−").removeprefix("+")


def _options(scene: Scene, nudge: Nudge) -> tuple[str, ...]:
    question = scene.bank.questions.get(nudge.question_id)
    return question.options if question else ()


async def _decide(scene: Scene, nudge: Nudge, words: str) -> None:
    """What an answer changes besides being kept."""
    question = scene.bank.questions.get(nudge.question_id)
    match question.sets if question else None:
        case None | Sets.WORDING:
            return
        case Sets.DIAL:
            await _turn_the_dial(scene, words)
        case (Sets.OBJECTIVE | Sets.DRAFT | Sets.ENOUGH | Sets.MORE | Sets.START) as part:
            await shaping.take(scene, nudge, part, words)
        case (Sets.PLACING | Sets.EVIDENCE) as part:
            await rating.take(scene, nudge, part, words)
        case Sets.DECISION:
            await reviewing.decide(scene, nudge, words)


async def _turn_the_dial(scene: Scene, dial: str) -> None:
    row = await cadence_of(scene.db, scene.someone)
    if row is not None:
        row.dial = dial
        scene.db.add(row)


async def keep(scene: Scene, nudge: Nudge, words: str, said: str = "") -> None:
    """`said`: the event by which it was typed in the chat; none for what was saved in the box."""
    if (before := await reflection_on(scene.db, nudge)) is not None:
        scene.record(Action.CORRECTED, owner=scene.someone.id, about=before.id)
    await keep_reflection(
        scene.db, scene.someone, nudge, nudge.question_words, words, scene.now, said
    )
    await _decide(scene, nudge, words)
    await looking_back.take_up(scene, nudge, words)
    close(nudge, Outcome.ANSWERED, scene.now)
    scene.db.add(nudge)
    await scene.db.flush()


async def standing(scene: Scene, nudge: Nudge, words: str = "") -> Message:
    """The question's own message as it stands now that there is an answer; `words` are a
    choice's, just made."""
    asked, coach = await scene.asked(nudge), await scene.coach_name()
    is_focus = await focusing.is_focus(scene, nudge)
    kept = await reflection_on(scene.db, nudge)
    if kept is not None and (reader := await scene.reader(kept)):
        return asking.shared(asked, reader, is_focus=is_focus)
    objectives = await going_on(scene.db, scene.someone)
    onward = await deepening.onward(scene, nudge, words)
    return asking.saved(
        asked,
        coach,
        can_link=bool(objectives),
        onward=onward,
        is_focus=is_focus,
    )


async def why(scene: Scene, about: str) -> Message:
    nudge = await scene.question(about)
    return asking.why(nudge.reason) if nudge else asking.nothing_open()


async def answer_to_newest(scene: Scene) -> Reflection | None:
    nudge = await scene.question("")
    return await reflection_on(scene.db, nudge) if nudge else None


async def link_form(scene: Scene, about: str) -> Form | Message:
    nudge = await scene.question(about)
    kept = await reflection_on(scene.db, nudge) if nudge else None
    if nudge is None or kept is None:
        return home.not_yours() if about else asking.nothing_answered()
    mine = await going_on(scene.db, scene.someone)
    words = await open_texts(scene.db, scene.someone, Purpose.OWN_PAGE, mine, scene.now)
    theirs = [(one.id, words[one.id]) for one in mine]
    return asking.link_form(await scene.asked(nudge), theirs, kept.objective_id)


async def submit_link(scene: Scene, event: Submitted) -> list[Message | Form]:
    nudge = await scene.question(event.about)
    kept = await reflection_on(scene.db, nudge) if nudge else None
    chosen = "".join(event.values.get("objective", ()))
    objective_id = await _own_objective(scene, chosen)
    if kept is None or (objective_id is None and chosen != "none"):
        return [home.not_yours()]
    kept.objective_id = objective_id
    scene.db.add(kept)
    return [asking.linked(to_objective=objective_id is not None)]


async def _own_objective(scene: Scene, chosen: str) -> UUID | None:
    key = read_id(chosen)
    found = await find_objective(scene.db, scene.someone, key) if key else None
    return found.id if found else None


async def ask_now(scene: Scene) -> Message:
    """A question because the leader asked for one: pause, hours and day do not count."""
    if await scene.notice_has_changed():
        return agreeing.notice_changed()
    standing_open = await scene.open_question()
    if standing_open is not None:
        return asking.ask(await scene.asked(standing_open))
    nudge = await asked_for(scene)
    facts = await look_up(scene.db, [nudge], scene.now)
    who, local = scene.someone.id, scene.local_now()
    told, bank = history(who, facts, local), bank_for(who, facts, scene.bank)
    choice = choose_for(who, facts, told, bank, local, nudge.slot)
    await record_run_ends(scene.db, run_endings(choice.ended), scene.now)
    if isinstance(choice, Silence):
        return asking.silence(choice.reason)
    nudge.question_id, nudge.question_version = choice.question.id, choice.question.version
    nudge.question_words = choice.question.message
    nudge.reason, nudge.objective_id = choice.reason, choice.objective_id
    nudge.run_id, nudge.pin_id = choice.run_id, choice.pin_id
    nudge.experiment_id = choice.experiment_id
    await end_pins(scene.db, [choice.pin_id] if choice.pin_id else [], scene.now)
    await mark_started(scene.db, {choice.run_id} if choice.run_id else (), scene.now)
    return await ask_as_todays(scene, nudge)


async def ask_as_todays(scene: Scene, nudge: Nudge) -> Message:
    scene.db.add(nudge)
    await _counts_as_todays(scene, nudge)
    await scene.db.flush()
    return asking.ask(await scene.asked(nudge))


async def _counts_as_todays(scene: Scene, nudge: Nudge) -> None:
    """Today has had its question, so what is said to come next must not be today's."""
    today = scene.local_now().date()
    row = await cadence_of(scene.db, scene.someone)
    if row is not None and nudge.slot == slot_name(today, NudgeKind.QUESTION):
        row.last_day = max(today, row.last_day or today)
        await replan(scene.db, row, scene.now)


async def asked_for(scene: Scene) -> Nudge:
    """It takes the place of today's question, if that has not been asked yet."""
    today, key = scene.local_now().date(), uuid4()
    slot = slot_name(today, NudgeKind.QUESTION)
    if await find_slot(scene.db, scene.someone, slot) is not None:
        slot = f"{today.isoformat()}/asked {key}"
    return Nudge(
        id=key,
        workspace_id=scene.someone.workspace_id,
        member_id=scene.someone.id,
        slot=slot,
        kind=NudgeKind.QUESTION,
        due_at=scene.now,
        ready_at=scene.now,
        expires_at=scene.now,
        state=NudgeState.SENT,
        sent_at=scene.now,
        open_until=await scene.waits_until(),
    )
