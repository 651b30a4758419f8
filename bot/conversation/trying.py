"""A leader's own experiments: all of them, and the path of one."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date

from bot.conversation.scene import Scene, read_id
from prompts.composing import home, paths
from prompts.composing.paths import Tried
from prompts.experiment import Decision as Decided
from prompts.experiment import TryState
from prompts.message import Form, Message
from storage.bundles import Try
from storage.experiments import MOST_OPEN, changed_to, experiments_of, find_experiment
from storage.rights import Purpose
from storage.tables import Decision, Experiment, ExperimentState
from storage.texts import open_texts

SHOWN = 30


async def experiments_page(scene: Scene) -> Form:
    every = await experiments_of(scene.db, scene.someone)
    chains = in_chains(every)
    shown = chains[:SHOWN]
    known = await _known(scene, [one for chain in shown for one in chain])
    still_open = sum(one.state is not ExperimentState.CLOSED for one in every)
    return paths.experiments_page(
        [[known.pop(0) for _ in chain] for chain in shown],
        more=len(chains) > SHOWN,
        can_add=still_open < MOST_OPEN and await scene.has_agreed(),
    )


def in_chains(every: Iterable[Experiment]) -> list[list[Experiment]]:
    """Those that took one another's place together, the newest in front; chains with an open one
    first, by its day, and then the newest."""
    by_id = {one.id: one for one in every}
    chains: dict[object, list[Experiment]] = defaultdict(list)
    for one in by_id.values():
        first = one
        while first.follows_id in by_id:
            first = by_id[first.follows_id]
        chains[first.id].append(one)
    for chain in chains.values():
        chain.sort(key=lambda one: (one.made_at, one.follows_id is not None), reverse=True)
    return sorted(chains.values(), key=_rank)


def _rank(chain: Sequence[Experiment]) -> tuple[bool, int, float, str]:
    due = [one.due for one in chain if one.state is not ExperimentState.CLOSED]
    newest = chain[0]
    return (
        not due,
        min(due, default=date.max).toordinal(),
        -newest.made_at.timestamp(),
        str(newest.id),
    )


async def _known(scene: Scene, several: Sequence[Experiment]) -> list[Tried]:
    words = await open_texts(scene.db, scene.someone, Purpose.OWN_PAGE, several, scene.now)
    pairing_id, coach = await scene.shares_with()
    return [
        _tried(one, words[one.id], coach if one.shared_at and one.pairing_id == pairing_id else "")
        for one in several
    ]


def _tried(one: Experiment, words: str, reader: str) -> Tried:
    return Tried(
        id=one.id,
        state=TryState(one.state.value),
        decision=Decided(one.decision.value) if one.decision else None,
        due=one.due,
        delays=one.delays,
        reader=reader,
        follows=one.follows_id is not None,
        **asdict(Try.read(words)),
    )


async def experiment_page(scene: Scene, about: str) -> Form | Message:
    """Typed words name none, and mean the only one there is; else all of them are shown."""
    if about == "":
        every = await experiments_of(scene.db, scene.someone)
        return await _page(scene, every[0]) if len(every) == 1 else await experiments_page(scene)
    key = read_id(about)
    experiment = await find_experiment(scene.db, scene.someone, key) if key else None
    return await _page(scene, experiment) if experiment else home.not_yours()


async def _page(scene: Scene, experiment: Experiment) -> Form:
    [one] = await _known(scene, [experiment])
    can_change = (
        experiment.decision is Decision.CHANGE
        and await changed_to(scene.db, experiment) is None
        and await scene.has_agreed()
    )
    return paths.experiment_page(
        one, scene.local_now().date(), await scene.coach_name(), can_change=can_change
    )
