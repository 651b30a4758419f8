"""A lead writes a question for the programme; a second one signs it off. See `prompts.life`."""

import asyncio
from uuid import UUID

from bot.conversation.events import Submitted
from bot.conversation.linting import objections_to
from bot.conversation.scene import Scene, read_id
from prompts.composing import home, questioning
from prompts.composing.questioning import Draft, Listed, Objection
from prompts.life import MOVES, Deed, LifeError, deeds_for, moved
from prompts.message import Form, Message
from prompts.question import Stage, Status, Theme
from scheduler.own_questions import to_question
from storage.changes import Thing
from storage.members import opened_names
from storage.own_questions import (
    add_question,
    add_version,
    find_question,
    has_newer,
    questions_of,
    retire_others,
)
from storage.programmes import cohorts_in, names_of
from storage.tables import OwnQuestion

LONGEST, LONGEST_PURPOSE = 300, 200
SIGNED_OFF = {Status.PILOT, Status.LIVE, Status.RESTING}


async def questions_page(scene: Scene) -> Form:
    theirs = await questions_of(scene.db, scene.someone.workspace_id)
    people = {key for one in theirs for key in (one.author_id, one.reviewer_id) if key}
    names = await opened_names(scene.db, people)
    cohorts = dict(await _cohorts(scene))
    return questioning.questions_page(
        [
            Listed(
                one.id,
                one.words,
                Status(one.state),
                one.version,
                _called(names, one.author_id),
                _called(names, one.reviewer_id) if one.state in SIGNED_OFF else "",
                cohorts.get(one.cohort_id, "") if one.cohort_id else "",
                deeds_for(Status(one.state), is_author=one.author_id == scene.someone.id),
            )
            for one in theirs
        ],
        len(scene.bank.live),
    )


def _called(names: dict[UUID, str], key: UUID | None) -> str:
    return names.get(key, "Somebody who has left") if key else "Somebody who has left"


async def _cohorts(scene: Scene) -> list[tuple[UUID, str]]:
    cohorts = await cohorts_in(scene.db, scene.someone.workspace_id)
    called = await names_of(scene.db, cohorts)
    return sorted(((one.id, called[one.id]) for one in cohorts), key=lambda pair: pair[1])


async def question_form(scene: Scene, about: str) -> Form | Message:
    cohorts = await _cohorts(scene)
    if about == "":
        first = str(cohorts[0][0]) if cohorts else ""
        return questioning.question_form(Draft(cohort=first), cohorts)
    found = await _found(scene, about)
    return (
        questioning.question_form(_draft_of(found), cohorts, about) if found else home.not_yours()
    )


async def _found(scene: Scene, about: str) -> OwnQuestion | None:
    key = read_id(about)
    return await find_question(scene.db, scene.someone.workspace_id, key) if key else None


def _draft_of(row: OwnQuestion) -> Draft:
    return Draft(
        row.words,
        row.purpose,
        row.stage,
        str(row.depth),
        row.theme,
        row.lens,
        str(row.cohort_id) if row.cohort_id else "",
    )


async def submit_question(scene: Scene, event: Submitted) -> list[Message | Form]:
    """Kept as a draft whatever the lint says of it; handed in once it says nothing."""
    cohorts, draft = await _cohorts(scene), _typed(event)
    before = await _found(scene, event.about) if event.about else None
    if event.about and before is None:
        return [home.not_yours()]
    if problem := _problem(draft, cohorts) or _unchanged(scene, before, draft):
        return [questioning.question_form(draft, cohorts, event.about, error=problem)]
    row = await _keep(scene, before, draft)
    objections = await _objections(scene, row)
    if objections:
        return [questioning.question_form(draft, cohorts, str(row.id), objections)]
    row.state = moved(
        Status(row.state), Deed.HAND_IN, author=row.author_id, by=scene.someone.id
    ).value
    _note(scene, row, Status.DRAFT.value)
    return [questioning.handed_in()]


def _typed(event: Submitted) -> Draft:
    def one(name: str) -> str:
        return " ".join("".join(event.values.get(name, ())).split())

    return Draft(*(one(name) for name in Draft.__dataclass_fields__))


def _problem(draft: Draft, cohorts: list[tuple[UUID, str]]) -> str:
    """What stands in the way before any rule of wording."""
    offered: dict[str, tuple[str, set[str]]] = {
        "stage": (draft.stage, {*Stage}),
        "theme": (draft.theme, {*Theme}),
        "lens": (draft.lens, {*questioning.LENSES}),
        "depth": (draft.depth, {*"12345"}),
        "cohort": (draft.cohort, {str(key) for key, _ in cohorts}),
    }
    for name, (chosen, known) in offered.items():
        if chosen not in known:
            return f"Choose one of those offered for its {name}. Nothing was changed."
    if 0 < len(draft.words) <= LONGEST and 0 < len(draft.purpose) <= LONGEST_PURPOSE:
        return ""
    return (
        f"Write the question and what it is for, in {LONGEST} and {LONGEST_PURPOSE} characters at "
        "most. Nothing was changed."
    )


def _unchanged(scene: Scene, before: OwnQuestion | None, draft: Draft) -> str:
    """Whoever hands in what another wrote would be its author, and the other could sign it off."""
    if before is None or before.author_id == scene.someone.id or before.words != draft.words:
        return ""
    return "These are the words that somebody else wrote. Change them, or sign them off."


async def _keep(scene: Scene, before: OwnQuestion | None, draft: Draft) -> OwnQuestion:
    """Words that somebody else wrote, or has signed off, are not changed: other words are another
    version, with an author of its own."""
    mine = before is not None and before.author_id == scene.someone.id
    if before is not None and mine and before.reviewed_at is None:
        before.state = Status.DRAFT.value
        _write_into(before, draft)
        scene.db.add(before)
        await scene.db.flush()
        return before
    row = OwnQuestion(
        workspace_id=scene.someone.workspace_id,
        key="",
        words="",
        purpose="",
        stage="",
        depth=1,
        theme="",
        lens="",
        written_at=scene.now,
    )
    _write_into(row, draft)
    if before is None:
        return _begun(scene, await add_question(scene.db, scene.someone, row, scene.now))
    if before.state in {Status.DRAFT, Status.REVIEW}:
        # Nobody waits for the older words any more.
        was, before.state = before.state, Status.RETIRED.value
        scene.db.add(before)
        _note(scene, before, was)
    return _begun(scene, await add_version(scene.db, before, scene.someone, row, scene.now))


def _begun(scene: Scene, row: OwnQuestion) -> OwnQuestion:
    scene.changed(Thing.QUESTION, row.id, "", _state(row, Status.DRAFT.value))
    return row


def _write_into(row: OwnQuestion, draft: Draft) -> None:
    row.words, row.purpose, row.stage = draft.words, draft.purpose, draft.stage
    row.depth, row.theme, row.lens = int(draft.depth), draft.theme, draft.lens
    row.cohort_id = UUID(draft.cohort)


async def _objections(scene: Scene, row: OwnQuestion) -> list[Objection]:
    theirs = await questions_of(scene.db, row.workspace_id)
    beside = [to_question(one) for one in theirs if one.key != row.key]
    # Beside the event loop: the first time it reads the language and the whole bank.
    return await asyncio.to_thread(objections_to, to_question(row), beside)


async def move(scene: Scene, about: str, deed: Deed) -> Message:
    row = await (_found(scene, about) if about else _newest_for(scene, deed))
    if row is None:
        return home.not_yours() if about else questioning.nothing_to_move()
    before = row.state
    try:
        row.state = moved(Status(before), deed, author=row.author_id, by=scene.someone.id).value
    except LifeError as refused:
        return questioning.cannot_move(str(refused))
    if deed in {Deed.SIGN_OFF, Deed.MAKE_LIVE} and await has_newer(scene.db, row):
        row.state = before
        return questioning.cannot_move("A newer version of it is asked already.")
    if deed is Deed.SIGN_OFF:
        row.reviewer_id, row.reviewed_at = scene.someone.id, scene.now
    if deed is Deed.MAKE_LIVE:
        for other, was in await retire_others(scene.db, row):
            _note(scene, other, was)
    scene.db.add(row)
    _note(scene, row, before)
    return questioning.moved_on(deed)


async def _newest_for(scene: Scene, deed: Deed) -> OwnQuestion | None:
    """Typed words name none, and mean the newest with which that can be done."""
    theirs = await questions_of(scene.db, scene.someone.workspace_id)
    return next((one for one in theirs if Status(one.state) in MOVES[deed][0]), None)


def _note(scene: Scene, row: OwnQuestion, before: str) -> None:
    scene.changed(Thing.QUESTION, row.id, _state(row, before), _state(row, row.state))


def _state(row: OwnQuestion, state: str) -> str:
    return f"version {row.version}, {state}"
