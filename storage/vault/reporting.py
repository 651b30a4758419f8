"""What can be told of the keys without showing one: their ages, what they wrap, what is due."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from storage.engine import reading
from storage.vault import keystore
from storage.vault.custody import Vault
from storage.vault.keyfile import KeyRing
from storage.vault.keystore import Wrapper

ROTATE_EVERY = timedelta(days=7)
# Older copies of the key store must be gone before the key that opens them is.
KEY_BACKUPS_KEPT = timedelta(days=7)


class KeyState(StrEnum):
    """waiting → active → old → retired."""

    WAITING = "waiting"
    ACTIVE = "active"
    OLD = "old"
    RETIRED = "retired"


class Step(StrEnum):
    ADD = "add"
    PROMOTE = "promote"
    REWRAP = "rewrap"
    RETIRE = "retire"


@dataclass(frozen=True, slots=True)
class KeyReport:
    id: str
    state: KeyState
    age_days: int
    wraps: int
    in_file: bool


@dataclass(frozen=True, slots=True)
class Due:
    """What comes next, and from when on."""

    step: Step
    at: datetime


@dataclass(frozen=True, slots=True)
class KeyStatus:
    keys: tuple[KeyReport, ...]
    tombstones: int
    next: Due

    @property
    def data_keys(self) -> int:
        return sum(one.wraps for one in self.keys)


async def status(vault: Vault, now: datetime) -> KeyStatus:
    ring = vault.read_ring()
    async with reading(vault.store) as db:
        known, used = await keystore.wrappers(db), await keystore.counts(db)
        active = await keystore.newest_promoted(db)
        stones = len(await keystore.tombstones(db))
    reports = tuple(
        KeyReport(
            one.id,
            _state(one, active),
            (now - one.added_at).days,
            used.get(one.id, 0),
            one.id in ring.keys,
        )
        for one in known
    )
    return KeyStatus(reports, stones, _due(reports, known, ring, active, now))


def _state(wrapper: Wrapper, active: str | None) -> KeyState:
    if wrapper.retired_at is not None:
        return KeyState.RETIRED
    if wrapper.promoted_at is None:
        return KeyState.WAITING
    return KeyState.ACTIVE if wrapper.id == active else KeyState.OLD


def _due(
    reports: tuple[KeyReport, ...],
    known: list[Wrapper],
    ring: KeyRing,
    active: str | None,
    now: datetime,
) -> Due:
    states = {one.state for one in reports}
    if KeyState.WAITING in states or ring.active.id != active:
        return Due(Step.PROMOTE, now)
    if any(one.wraps for one in reports if one.state is KeyState.OLD):
        return Due(Step.REWRAP, now)
    # The active one was promoted, so there is one.
    promoted = max(one.promoted_at for one in known if one.promoted_at is not None)
    if KeyState.OLD in states:
        return Due(Step.RETIRE, promoted + KEY_BACKUPS_KEPT)
    return Due(Step.ADD, promoted + ROTATE_EVERY)
