"""A coach chooses a question for one leader, at most once a fortnight, or keeps one for later."""

import asyncio
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from bot.conversation.events import Submitted
from bot.conversation.linting import objections_to
from bot.conversation.scene import Scene, first_name, read_id
from prompts.composing import home, pinning
from prompts.composing.pinning import ANYBODY, Draft
from prompts.message import Form, Message
from prompts.question import Audience, Requires, Status, Theme
from scheduler.own_questions import DEEPEST_PIN, coachs_question
from storage.members import Member
from storage.pairings import leaders_of
from storage.pins import (
    MOST_KEPT,
    STANDS_FOR,
    drop_kept,
    end_pins,
    find_kept,
    keep_question,
    kept_by,
    newest_pins,
    pin,
)
from storage.rights import Purpose
from storage.tables import CoachQuestion, Pairing
from storage.texts import open_text, open_texts

DEPTHS = {str(depth) for depth in range(1, DEEPEST_PIN + 1)}


async def pin_form(scene: Scene, about: str) -> Form | Message:
    found = await _pairing(scene, about)
    if found is None:
        return home.not_yours() if about else pinning.which_leader()
    pairing, leader = found
    refused = await _too_soon(scene, pairing, leader)
    return refused or pinning.pin_form(
        first_name(leader), pairing.id, await _kept_for(scene, pairing)
    )


async def submit_pin(scene: Scene, event: Submitted) -> list[Message | Form]:
    """Their own words, or one that they keep, or a look through the bank: the first that is
    there."""
    found = await _pairing(scene, event.about)
    if found is None:
        return [home.not_yours()]
    pairing, leader = found
    draft = Draft(*(_one(event, name) for name in Draft.__dataclass_fields__))
    kept = await _kept_for(scene, pairing)
    if not draft.words and draft.kept:
        return [await _pin_kept(scene, pairing, leader, draft.kept)]
    if not draft.words and draft.theme in set(Theme):
        return [_from_the_bank(scene, pairing, leader, Theme(draft.theme))]
    if problem := await _problem(draft.words, draft.depth):
        return [pinning.pin_form(first_name(leader), pairing.id, kept, draft, problem)]
    if event.values.get("later"):
        return [await _keep(scene, draft.words, draft.depth, pairing)]
    return [await _pin(scene, pairing, leader, f"pin-{uuid4().hex}", draft.words, int(draft.depth))]


def _one(event: Submitted, name: str) -> str:
    return " ".join("".join(event.values.get(name, ())).split())


async def _problem(words: str, depth: str) -> str:
    """Why this cannot be pinned or kept as it is, or empty."""
    if not words:
        return "Write a question, or choose one."
    if len(words) > pinning.LONGEST:
        return f"It has {len(words)} characters, and {pinning.LONGEST} fit. Shorten it."
    if depth not in DEPTHS:
        return "Choose how deep it goes."
    # Beside the event loop: the first time it reads the language and the whole bank.
    # It is linted for its wording; a sign-off and a theme are for what goes to everybody.
    draft = replace(
        coachs_question("pin-draft", words, int(depth)),
        status=Status.DRAFT,
        themes=(Theme.SELF,),
        requires=Requires(min_readiness=2),
    )
    found = await asyncio.to_thread(objections_to, draft)
    return " ".join(f"{one.reason} {one.better}".strip() for one in found[:3])


def _from_the_bank(scene: Scene, pairing: Pairing, leader: Member, theme: Theme) -> Form:
    offered = [
        (one.id, one.text)
        for one in scene.bank.themed
        if theme in one.themes and one.depth <= DEEPEST_PIN
    ]
    return pinning.from_the_bank(first_name(leader), pairing.id, theme.value, offered)


async def pin_question(scene: Scene, about: str) -> Message:
    """`about` names the pairing and the bank's question."""
    which, _, question_id = about.partition("/")
    found, question = await _pairing(scene, which), scene.bank.questions.get(question_id)
    if found is None:
        return home.not_yours() if about else pinning.which_leader()
    if (
        question is None
        or question.status is not Status.LIVE
        or question.audience is not Audience.LEADER
        or question.sequence
    ):
        return home.not_yours()
    return await _pin(scene, *found, question.id, "", question.depth)


async def _pin_kept(scene: Scene, pairing: Pairing, leader: Member, chosen: str) -> Message:
    key = read_id(chosen)
    kept = await find_kept(scene.db, scene.someone, key) if key else None
    if kept is None:
        return home.not_yours()
    words = await open_text(scene.db, scene.someone, Purpose.OWN_PAGE, kept, scene.now)
    said = await _pin(scene, pairing, leader, f"pin-{uuid4().hex}", words, kept.depth)
    if await _waits(scene, pairing, words):
        await drop_kept(scene.db, kept)
    return said


async def _waits(scene: Scene, pairing: Pairing, words: str) -> bool:
    newest = (await newest_pins(scene.db, [pairing.id])).get(pairing.id)
    return newest is not None and newest.words == words


async def _pin(
    scene: Scene, pairing: Pairing, leader: Member, question_id: str, words: str, depth: int
) -> Message:
    refused = await _too_soon(scene, pairing, leader)
    if refused is not None:
        return refused
    await pin(scene.db, pairing, question_id, words, depth, scene.now)
    return pinning.pinned(first_name(leader), pairing.id, _again_from(scene, scene.now))


async def _too_soon(scene: Scene, pairing: Pairing, leader: Member) -> Message | None:
    newest = (await newest_pins(scene.db, [pairing.id])).get(pairing.id)
    if newest is None or scene.now - newest.pinned_at >= STANDS_FOR:
        return None
    return pinning.too_soon(first_name(leader), _again_from(scene, newest.pinned_at))


def _again_from(scene: Scene, pinned_at: datetime) -> date:
    return (pinned_at + STANDS_FOR).astimezone(ZoneInfo(scene.someone.timezone)).date()


async def unpin(scene: Scene, about: str) -> Message:
    """Whether it had been asked is not told; typed words name none, and mean them all."""
    pairs = await leaders_of(scene.db, scene.someone)
    theirs = {pairing.id: leader for pairing, leader in pairs if about in {"", str(pairing.id)}}
    newest = await newest_pins(scene.db, theirs)
    if not newest:
        return home.not_yours() if about and not theirs else pinning.nothing_pinned()
    await end_pins(scene.db, [one.id for one in newest.values()], scene.now)
    names = [first_name(theirs[pairing_id]) for pairing_id in newest]
    return pinning.unpinned(names[0] if len(names) == 1 else "Nobody else")


# ---- kept for later ----


async def kept_page(scene: Scene) -> Form:
    return pinning.kept_page(await _opened(scene, await kept_by(scene.db, scene.someone)))


async def kept_form(scene: Scene, about: str) -> Form | Message:
    leaders = await _leaders(scene)
    if not about:
        return pinning.kept_form(leaders)
    kept = await _kept(scene, about)
    if kept is None:
        return home.not_yours()
    words = await open_text(scene.db, scene.someone, Purpose.OWN_PAGE, kept, scene.now)
    leader = str(kept.pairing_id) if kept.pairing_id else ANYBODY
    return pinning.kept_form(leaders, words, str(kept.depth), leader, about)


async def submit_kept(scene: Scene, event: Submitted) -> list[Message | Form]:
    kept = await _kept(scene, event.about)
    if event.about and kept is None:
        return [home.not_yours()]
    words, depth, leader = (_one(event, name) for name in ("words", "depth", "leader"))
    if problem := await _problem(words, depth):
        form = pinning.kept_form(
            await _leaders(scene), words, depth, leader or ANYBODY, event.about, problem
        )
        return [form]
    found = await _pairing(scene, leader)
    return [await _keep(scene, words, depth, found[0] if found else None, kept)]


async def _keep(
    scene: Scene,
    words: str,
    depth: str,
    pairing: Pairing | None,
    kept: CoachQuestion | None = None,
) -> Message:
    if kept is None and len(await kept_by(scene.db, scene.someone)) >= MOST_KEPT:
        return pinning.too_many(MOST_KEPT)
    pairing_id = pairing.id if pairing else None
    await keep_question(scene.db, scene.someone, words, int(depth), pairing_id, scene.now, kept)
    return pinning.kept_for_later()


async def drop(scene: Scene, about: str) -> Message | Form:
    """Typed words mean the only one there is."""
    if about:
        kept = await _kept(scene, about)
    else:
        theirs = await kept_by(scene.db, scene.someone)
        kept = theirs[0] if len(theirs) == 1 else None
    if kept is None:
        return home.not_yours() if about else await kept_page(scene)
    await drop_kept(scene.db, kept)
    return pinning.dropped()


async def _kept(scene: Scene, about: str) -> CoachQuestion | None:
    key = read_id(about)
    return await find_kept(scene.db, scene.someone, key) if key else None


async def _kept_for(scene: Scene, pairing: Pairing) -> list[pinning.Kept]:
    """Those for this leader, and those for anybody."""
    theirs = await kept_by(scene.db, scene.someone)
    return await _opened(scene, [one for one in theirs if one.pairing_id in {None, pairing.id}])


async def _opened(scene: Scene, kept: list[CoachQuestion]) -> list[pinning.Kept]:
    words = await open_texts(scene.db, scene.someone, Purpose.OWN_PAGE, kept, scene.now)
    names = dict(await _leaders(scene))
    return [
        pinning.Kept(one.id, words[one.id], names.get(one.pairing_id, "") if one.pairing_id else "")
        for one in kept
    ]


async def _leaders(scene: Scene) -> list[tuple[UUID, str]]:
    """(pairing, name)"""
    pairs = await leaders_of(scene.db, scene.someone)
    return [(pairing.id, leader.name) for pairing, leader in pairs]


async def _pairing(scene: Scene, about: str) -> tuple[Pairing, Member] | None:
    """Only the coach's own pairing is found."""
    pairs = await leaders_of(scene.db, scene.someone)
    return next((pair for pair in pairs if str(pair[0].id) == about), None)
