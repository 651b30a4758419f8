"""Who coaches whom: suggested by a lead, begun by both, ended by what follows it."""

from uuid import UUID

from bot.conversation.events import Submitted
from bot.conversation.noting import note_suggested
from bot.conversation.parting import note_end
from bot.conversation.scene import Scene, first_name, read_id
from bot.conversation.telling import tell
from bot.conversation.weekly import plan_digest
from prompts.composing import home, pairing
from prompts.message import Form, Message
from scheduler.between import ended_slot
from storage.members import Member, people
from storage.pairings import accept, decline, proposals, propose
from storage.tables import Action, Pairing


async def accept_pairing(scene: Scene, about: str) -> Message:
    found = await _proposal(scene, about)
    if found is None:
        return home.not_yours()
    proposal, other = found
    ended = await accept(scene.db, proposal, scene.someone, scene.now)
    for one in ended:
        await note_end(scene, one)
        await tell(scene, one.coach_id, ended_slot(one.id))
    begun = proposal.accepted_at is not None
    if begun:
        scene.record(Action.PAIRED, owner=proposal.leader_id, about=proposal.id)
        coach = scene.someone if proposal.coach_id == scene.someone.id else other
        await plan_digest(scene.db, coach, scene.now)
    return pairing.accepted(first_name(other), begun=begun)


async def decline_pairing(scene: Scene, about: str) -> Message:
    found = await _proposal(scene, about)
    if found is None:
        return home.not_yours()
    await decline(scene.db, found[0], scene.now)
    return pairing.declined()


async def _proposal(scene: Scene, about: str) -> tuple[Pairing, Member] | None:
    """Only one that waits for this very person; typed words mean the only one there is."""
    key = read_id(about)
    waiting = await proposals(scene.db, scene.someone)
    if about == "" and len(waiting) == 1:
        return waiting[0]
    return next((pair for pair in waiting if pair[0].id == key), None)


async def pairing_form(scene: Scene) -> Form:
    leaders, coaches = await _choices(scene)
    return pairing.pairing_form(_named(leaders), _named(coaches))


async def submit_pairing(scene: Scene, event: Submitted) -> list[Message | Form]:
    leaders, coaches = await _choices(scene)
    chosen = {name: "".join(event.values.get(name, ())) for name in ("leader", "coach")}
    leader = next((one for one in leaders if str(one.id) == chosen["leader"]), None)
    coach = next((one for one in coaches if str(one.id) == chosen["coach"]), None)
    problem = _problem(leader, coach)
    if leader is None or coach is None or problem:
        return [pairing.pairing_form(_named(leaders), _named(coaches), **chosen, error=problem)]
    made = await propose(scene.db, leader, coach, scene.now)
    if made is None:
        problem = "These two are paired or suggested already. Nothing was changed."
        return [pairing.pairing_form(_named(leaders), _named(coaches), **chosen, error=problem)]
    note_suggested(scene.db, made, scene.now, scene.someone.id)
    return [pairing.proposed(leader.name, coach.name)]


def _problem(leader: Member | None, coach: Member | None) -> str:
    if leader is None or coach is None:
        return "Choose a leader and a coach. Nothing was changed."
    if leader.id == coach.id:
        return "Nobody coaches themselves. Nothing was changed."
    return ""


async def _choices(scene: Scene) -> tuple[list[Member], list[Member]]:
    everyone = await people(scene.db, scene.someone.workspace_id)
    return [one for one in everyone if one.is_leader], [one for one in everyone if one.is_coach]


def _named(people: list[Member]) -> list[tuple[UUID, str]]:
    return [(one.id, one.name) for one in people]
