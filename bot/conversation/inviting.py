"""Nobody hears of anything before an invitation that says who invites them, and why."""

from bot.conversation import agreeing, coaching, leading
from bot.conversation.events import Submitted
from bot.conversation.scene import Scene, first_name, read_id
from prompts.composing import home, inviting
from prompts.message import Form, Message
from scheduler.inviting import INVITED, SAID, planned
from storage.changes import Thing
from storage.invitations import answer, invitation_of, invite, invited, waiting_in
from storage.members import Member, mark_arrived, people
from storage.nudges import add_nudges, drop_notice
from storage.pairings import decline, proposals
from storage.programmes import cohorts_in, names_of, programmes_in, purposes_of
from storage.tables import Invitation, Programme

Reply = Message | Form


async def hello(scene: Scene) -> list[Reply]:
    """One for each of their roles; the notice for who has not agreed."""
    said: list[Reply] = []
    if scene.someone.is_leader:
        agreed = await scene.has_agreed()
        said.append(home.help_words() if agreed else await agreeing.notice(scene))
    if scene.someone.is_coach:
        said.append(await coaching.welcome(scene))
    if scene.someone.is_lead:
        said.append(leading.welcome(scene))
    locale = scene.someone.locale
    if locale and not locale.casefold().startswith("en"):
        said.append(home.in_english())
    return said


async def hold_hello(scene: Scene) -> list[Reply] | None:
    """What to say to whoever is here for the first time, where it is not a hello: nothing before
    they are invited, and the invitation itself before they answered it. None: say hello."""
    invitation = await invitation_of(scene.db, scene.someone)
    if invitation is None or scene.someone.is_lead:
        return None
    if invitation.invited_at is None or invitation.declined:
        return []
    if invitation.answered_at is not None:
        return None
    slot = f"{INVITED}{invitation.programme_id}"
    # Said now, it is not sent as well; sent, it is not said again.
    if not await drop_notice(scene.db, scene.someone.id, slot, SAID, scene.now):
        return []
    return [await _invitation(scene)]


async def _invitation(scene: Scene) -> Message:
    said = (await invited(scene.db, [scene.someone.id]))[scene.someone.id]
    return inviting.invitation(
        first_name(scene.someone),
        said.by,
        said.programme,
        said.purpose,
        is_leader=said.is_leader,
    )


async def accept_invitation(scene: Scene) -> list[Reply]:
    """Also by whoever had declined."""
    invitation = await _mine(scene)
    if invitation is None:
        return [inviting.nobody_invited()]
    await answer(scene.db, invitation, scene.now, yes=True)
    await mark_arrived(scene.db, scene.someone, scene.now)
    return await hello(scene)


async def decline_invitation(scene: Scene) -> list[Reply]:
    invitation = await _mine(scene)
    if invitation is None:
        return [inviting.nobody_invited()]
    if await scene.has_agreed():
        # It was accepted long since; what ends it now is “stop”.
        return [inviting.stop_instead()]
    await answer(scene.db, invitation, scene.now, yes=False)
    for pairing, _ in await proposals(scene.db, scene.someone):
        await decline(scene.db, pairing, scene.now)
    return [inviting.declined()]


async def _mine(scene: Scene) -> Invitation | None:
    invitation = await invitation_of(scene.db, scene.someone)
    return invitation if invitation is not None and invitation.invited_at is not None else None


# ---- a lead invites ----


async def inviting_form(scene: Scene, about: str) -> Form | Message:
    programme = await _programme(scene, about)
    return await _form(scene, programme) if programme else home.not_yours()


async def _form(scene: Scene, programme: Programme, error: str = "") -> Form:
    name = (await names_of(scene.db, [programme]))[programme.id]
    purpose = (await purposes_of(scene.db, [programme])).get(programme.id, "")
    waiting = await waiting_for(scene, programme)
    if why := _not_yet(programme, name, purpose, waiting):
        return inviting.cannot_invite(why)
    shown = inviting.invitation("…", scene.someone.name, name, purpose, is_leader=True)
    named = [(str(one.id), one.name) for one in waiting]
    return inviting.inviting_form(programme.id, name, named, shown, error)


def _not_yet(programme: Programme, name: str, purpose: str, waiting: list[Member]) -> str:
    if not purpose:
        return (
            f"First write under “Settings” what {name} is for: the invitation says it. Nobody was "
            "invited."
        )
    if programme.opened_at is None:
        return (
            f"First let its leaders begin: {name} is not open yet, so nobody could agree. Nobody "
            "was invited."
        )
    if not waiting:
        return "Nobody waits for an invitation."
    return ""


async def waiting_for(scene: Scene, programme: Programme) -> list[Member]:
    """Its leaders who were not invited yet, and whoever is in no cohort: coaches."""
    workspace_id = scene.someone.workspace_id
    cohorts = {one.id: one.programme_id for one in await cohorts_in(scene.db, workspace_id)}
    waits = await waiting_in(scene.db, workspace_id)
    return [
        one
        for one in await people(scene.db, workspace_id)
        if one.id in waits and (one.cohort_id is None or cohorts.get(one.cohort_id) == programme.id)
    ]


async def submit_inviting(scene: Scene, event: Submitted) -> list[Reply]:
    programme = await _programme(scene, event.about)
    if programme is None:
        return [home.not_yours()]
    form = await _form(scene, programme)
    chosen = set(event.values.get("who", ()))
    waiting = await waiting_for(scene, programme)
    whom = [one for one in waiting if {inviting.EVERYBODY, str(one.id)} & chosen]
    if not form.submit or not whom:
        error = "Choose who is invited. Nobody was invited yet."
        return [await _form(scene, programme, error)]
    await invite(scene.db, [one.id for one in whom], programme, scene.someone, scene.now)
    await add_nudges(
        scene.db,
        [planned(one.workspace_id, one.id, programme.id, scene.now) for one in whom],
    )
    scene.changed(
        Thing.PROGRAMME, programme.id, f"{len(waiting)} wait to be invited", f"{len(whom)} invited"
    )
    return [inviting.invited(len(whom))]


async def _programme(scene: Scene, about: str) -> Programme | None:
    """Only one of this workspace's; typed words name none, and mean the only one there is."""
    key = read_id(about)
    theirs = await programmes_in(scene.db, scene.someone.workspace_id)
    if about == "" and len(theirs) == 1:
        return theirs[0]
    return next((one for one in theirs if one.id == key), None)
