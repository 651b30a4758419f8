"""The coach's digest, and the leader's look at it beforehand."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from bot.conversation import supporting
from bot.conversation.events import Submitted
from bot.conversation.scene import Scene, first_name, read_id
from bot.conversation.shared_week import week_of
from bot.conversation.sharing import take
from bot.conversation.weekly import plan_preview
from bot.conversation.wording import problem_with
from prompts.composing import coaching, digest, home, previewing
from prompts.composing.saying import day_and_hour
from prompts.holding import Held, hold
from prompts.message import Button, Buttons, Form, Message, Press
from prompts.shared import SharedWeek
from storage.asides import aside_of, drop_asides, say_aside
from storage.cadences import cadence_of
from storage.digests import (
    FADES_AFTER,
    NOTHING,
    Gathered,
    SharedRows,
    gathered,
    latest_digest,
    rows_of,
    told_of,
)
from storage.digests import told_in as items_told_in
from storage.focus import focus_of
from storage.members import Member
from storage.pairings import leaders_of, next_sessions
from storage.pins import kept_for
from storage.questions import find_nudge
from storage.rights import Purpose
from storage.tables import Action, CoachingSession, DigestItem, Nudge, NudgeKind, Pairing
from storage.texts import open_text, open_texts, readable

Items = Sequence[Gathered | DigestItem]
ToCome = tuple[CoachingSession | None, UUID | None]
NOTHING_TO_COME: ToCome = (None, None)
# Of the digests that went before, so many are listed.
PAST = 13


# ---- the coach ----


async def newest_digest(scene: Scene) -> Message:
    """By typed words: the button that opens the newest one."""
    newest = await latest_digest(scene.db, scene.someone.id)
    return coaching.digest_ready(newest.id) if newest else coaching.no_digest_yet()


async def digest_page(scene: Scene, about: str) -> Form | Message:
    """Read anew whenever it is opened, so the words of what was taken back are not in it."""
    key = read_id(about)
    nudge = await find_nudge(scene.db, scene.someone, key, NudgeKind.DIGEST) if key else None
    if nudge is None:
        return home.not_yours()
    week_to = nudge.due_at.astimezone(ZoneInfo(scene.someone.timezone)).date()
    if scene.now - nudge.due_at > FADES_AFTER:
        return digest.faded_page(nudge.id, week_to)
    pairs = await leaders_of(scene.db, scene.someone)
    coached = {pairing.id for pairing, _ in pairs}
    told = await items_told_in(scene.db, nudge)
    items = [one for one in told if one.pairing_id in coached]
    if told and not items:
        return digest.ended_page(nudge.id, week_to)
    rows = await rows_of(scene.db, items, nudge.due_at)
    kept = await readable(scene.db, scene.someone, Purpose.DIGEST, rows.each())
    words = await open_texts(scene.db, scene.someone, Purpose.DIGEST, kept, scene.now)
    weeks = _weeks(pairs, items, rows, words, await _to_come(scene, coached, nudge.due_at), scene)
    row = await cadence_of(scene.db, scene.someone, NudgeKind.DIGEST)
    shows = row is None or row.suggestions
    return digest.digest_page(
        nudge.id,
        week_to,
        weeks,
        await _to_hold(scene, weeks, nudge) if shows else {},
        _withdrawn(items, words),
        scene.someone.timezone,
        suggestions_on=shows,
        controls=(Buttons((_switch(nudge.id, on=shows),)),),
    )


def _weeks(
    pairs: Sequence[tuple[Pairing, Member]],
    items: Items,
    rows: SharedRows,
    words: Mapping[UUID, str],
    to_come: Mapping[UUID, ToCome],
    scene: Scene,
) -> list[SharedWeek]:
    """One for each leader of whom there is something, by name."""
    firsts = Counter(first_name(leader) for _, leader in pairs)
    theirs: dict[UUID, list[Gathered | DigestItem]] = defaultdict(list)
    for one in items:
        theirs[one.pairing_id].append(one)
    by_owner = rows.by_owner()
    return [
        week_of(
            pairing.id,
            # Of two Amaras, both by their whole name.
            first_name(leader) if firsts[first_name(leader)] == 1 else leader.name,
            theirs[pairing.id],
            by_owner.get(leader.id, NOTHING),
            words,
            *to_come.get(pairing.id, NOTHING_TO_COME),
            scene.bank,
            ZoneInfo(leader.timezone),
        )
        for pairing, leader in pairs
        if pairing.id in theirs
    ]


async def _to_come(
    scene: Scene, pairing_ids: Collection[UUID], after: datetime
) -> dict[UUID, ToCome]:
    """By pairing: the next session, and the answer that says what it is to be about."""
    sessions = await next_sessions(scene.db, pairing_ids, after)
    focuses = await focus_of(scene.db, pairing_ids, after)
    return {
        key: (session, focuses[key].id if key in focuses else None)
        for key, session in sessions.items()
    }


async def _to_hold(
    scene: Scene, weeks: Sequence[SharedWeek], nudge: Nudge
) -> dict[UUID, tuple[Held, ...]]:
    """As of the day of the digest: looked at later it holds the same."""
    own = await kept_for(scene.db, scene.someone, {week.pairing for week in weeks})
    words = await open_texts(scene.db, scene.someone, Purpose.OWN_PAGE, own, scene.now)
    on = nudge.due_at.astimezone(ZoneInfo(scene.someone.timezone)).date()
    return {
        week.pairing: hold(
            week,
            scene.bank,
            on,
            [words[one.id] for one in own if one.pairing_id == week.pairing],
        )
        for week in weeks
    }


def _withdrawn(items: Items, words: Mapping[UUID, str]) -> set[UUID]:
    """The pairings of which something cannot be read any more."""
    return {
        one.pairing_id
        for one in items
        if (one.item_id if isinstance(one, DigestItem) else one.id) not in words
    }


def _switch(nudge: UUID, *, on: bool) -> Button:
    if on:
        return Button("Show no questions to hold", Press.SUGGESTIONS_OFF, str(nudge))
    return Button("Show questions to hold", Press.SUGGESTIONS_ON, str(nudge))


async def suggest(scene: Scene, about: str, *, on: bool) -> Form | Message:
    """Many good coaches will do without."""
    row = await cadence_of(scene.db, scene.someone, NudgeKind.DIGEST)
    if row is not None:
        row.suggestions = on
        scene.db.add(row)
        await scene.db.flush()
    return await digest_page(scene, about) if about else coaching.suggestions_switched(on=on)


# ---- the leader ----


async def preview_page(scene: Scene, about: str = "") -> Form | Message:
    """What would go to the coach if it went now, in the very words that the coach will read; or
    what a digest told that went before, as it stands now."""
    before = await told_of(scene.db, scene.someone, PAST)
    earlier = next((one for one in before if str(one[0].id) == about), None)
    if earlier is not None:
        return await _past_page(scene, *earlier)
    found = await scene.shares_with()
    coached = await scene.coach()
    if found[0] is None or coached is None:
        return previewing.nobody_to_share_with()
    pairing, coach = coached
    items = await _gathered(scene, pairing.id)
    rows = await rows_of(scene.db, items)
    kept = await readable(scene.db, coach, Purpose.DIGEST, rows.each())
    words = await open_texts(scene.db, scene.someone, Purpose.OWN_PAGE, kept, scene.now)
    to_come = await _to_come(scene, [pairing.id], scene.now)
    due = await _next_digest(scene, coach)
    week = week_of(
        pairing.id,
        first_name(scene.someone),
        items,
        rows,
        words,
        *to_come.get(pairing.id, NOTHING_TO_COME),
        scene.bank,
        ZoneInfo(scene.someone.timezone),
    )
    return previewing.preview_page(
        pairing.id,
        week,
        first_name(coach),
        day_and_hour(due, scene.someone.timezone) if due else "the day of the next digest",
        scene.someone.timezone,
        held=_is_held(pairing, due),
        shares_all=bool(await scene.reader_of_titles()),
        before=[(nudge.id, nudge.due_at) for nudge, _ in before],
        can_leave_out={one.id for one in items},
    )


async def _past_page(scene: Scene, nudge: Nudge, items: Sequence[DigestItem]) -> Form:
    """All that is theirs of it, whether or not anybody else can read it still."""
    rows = await rows_of(scene.db, items)
    words = await open_texts(scene.db, scene.someone, Purpose.OWN_PAGE, rows.each(), scene.now)
    week = week_of(
        items[0].pairing_id,
        first_name(scene.someone),
        items,
        rows,
        words,
        *NOTHING_TO_COME,
        scene.bank,
        ZoneInfo(scene.someone.timezone),
    )
    return previewing.past_page(nudge.id, nudge.due_at, week, scene.someone.timezone)


async def _gathered(scene: Scene, pairing_id: UUID) -> list[Gathered]:
    found = await gathered(scene.db, [], [scene.someone.id], scene.now)
    return [one for one in found if one.pairing_id == pairing_id]


async def _next_digest(scene: Scene, coach: Member) -> datetime | None:
    row = await cadence_of(scene.db, coach, NudgeKind.DIGEST)
    return row.next_due_at if row else None


def _is_held(pairing: Pairing, due: datetime | None) -> bool:
    held = pairing.digest_held_until
    return held is not None and due is not None and due <= held


async def leave_out(scene: Scene, about: str) -> Form | Message:
    """It is private again, as if it had never been shared. Typed words name nothing, and mean the
    only thing there is; of several, the page shows which."""
    found = await scene.coach()
    if found is None:
        return previewing.nobody_to_share_with()
    items = await _gathered(scene, found[0].id)
    key = read_id(about) if about else items[0].id if len(items) == 1 else None
    named = [one for one in items if one.id == key]
    if about and not named:
        return home.not_yours()
    for kept in (await rows_of(scene.db, named)).each():
        if kept.id == key:
            await take(scene, kept)
    return await preview_page(scene)


async def skip(scene: Scene, about: str, *, send: bool = False) -> Form | Message:
    """Nothing goes with the next digest; what was shared waits for the one after. Or: it goes."""
    found = await scene.coach()
    if found is None:
        return previewing.nobody_to_share_with()
    pairing, coach = found
    if about not in {"", str(pairing.id)}:
        return home.not_yours()
    pairing.digest_held_until = None if send else await _next_digest(scene, coach)
    scene.db.add(pairing)
    await scene.db.flush()
    return await preview_page(scene)


# ---- what not to raise ----


async def aside_form(scene: Scene) -> Form | Message:
    pairing_id, coach = await scene.shares_with()
    found = await scene.coach()
    if pairing_id is None or found is None:
        return previewing.nobody_to_share_with()
    aside = await aside_of(scene.db, scene.someone, found[0])
    words = await open_text(scene.db, scene.someone, Purpose.OWN_PAGE, aside, scene.now)
    return previewing.aside_form(coach, words)


async def submit_aside(scene: Scene, event: Submitted) -> list[Message | Form]:
    """It is for the coach to read, so saving it shares it; with nothing in it, it is gone."""
    pairing_id, coach = await scene.shares_with()
    found = await scene.coach()
    if pairing_id is None or found is None:
        return [previewing.nobody_to_share_with()]
    words = "".join(event.values.get("words", ()))
    if not words.strip():
        await drop_asides(scene.db, scene.someone)
        return [previewing.aside_dropped(coach)]
    if problem := problem_with(words, previewing.LONGEST_ASIDE):
        return [previewing.aside_form(coach, words, problem)]
    aside = await say_aside(scene.db, scene.someone, found[0], words, scene.now)
    scene.record(Action.SHARED, owner=scene.someone.id, about=aside.id)
    await plan_preview(scene.db, scene.someone, scene.now)
    kept = previewing.aside_kept(coach)
    return [kept, *await supporting.card_if_heard(scene, words)]
