"""Finding people. What names them is sealed; a keyed hash finds them by it."""

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import structlog
from sqlalchemy import bindparam, insert, update
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.sealing import keys_of, seal_all, vault_of
from storage.tables import MemberRow, Workspace
from storage.vault import CannotOpenError, Place

logger = structlog.get_logger(__name__)

_MEMBER = MemberRow.__table__  # type: ignore[attr-defined]
_NAMING = ("user_id", "address", "name", "email")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person known in a workspace. One person can be leader, coach and lead at once."""

    id: UUID
    workspace_id: UUID
    user_id: str
    address: str
    name: str
    email: str
    timezone: str
    zone_told: str
    zone_chosen: bool
    locale: str
    is_guest: bool
    cohort_id: UUID | None
    is_leader: bool
    is_coach: bool
    is_lead: bool
    arrived_at: datetime | None
    told_of_chat_at: datetime | None
    asked_to_be_forgotten_at: datetime | None
    hand_over_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMember:
    """Somebody who is to be known from now on."""

    user_id: str
    name: str
    address: str = ""
    email: str = ""
    timezone: str = "Europe/London"
    # False: the programme's clock, until they or their chat say which is theirs.
    knows_zone: bool = True
    locale: str = ""
    is_guest: bool = False
    cohort_id: UUID | None = None
    is_leader: bool = False
    is_coach: bool = False
    is_lead: bool = False


@dataclass(frozen=True, slots=True)
class Addressee:
    """What a messenger must know to reach someone."""

    id: UUID
    workspace_id: UUID
    platform: str
    workspace: str
    user_id: str
    address: str
    name: str
    timezone: str = "Europe/London"


class MemberError(Exception):
    """Nobody, or more than one, answers to that name; str() says which."""


async def add_members(
    db: AsyncSession, workspace_id: UUID, people: Sequence[NewMember]
) -> list[Member]:
    ids = [uuid4() for _ in people]
    naming = [(one.user_id, one.address, one.name, one.email) for one in people]
    sealed = await seal_all(
        db,
        workspace_id,
        [
            (_place(workspace_id, key, column), word)
            for key, words in zip(ids, naming, strict=True)
            for column, word in zip(_NAMING, words, strict=True)
        ],
    )
    vault = vault_of(db)
    users = await vault.indexes(workspace_id, "user", [one.user_id for one in people])
    names = await vault.indexes(workspace_id, "name", [plainly(one.name) for one in people])
    emails = await vault.indexes(workspace_id, "email", [plainly(one.email) for one in people])
    if people:
        connection = await db.connection()
        await connection.execute(
            insert(MemberRow),
            [
                {
                    "id": ids[n],
                    "workspace_id": workspace_id,
                    "user_index": users[n],
                    "name_index": names[n],
                    "email_index": emails[n] if one.email else None,
                    **dict(zip(_NAMING, sealed[4 * n : 4 * n + 4], strict=True)),
                    "timezone": one.timezone,
                    "zone_told": one.timezone if one.knows_zone else "",
                    "locale": one.locale,
                    "is_guest": one.is_guest,
                    "cohort_id": one.cohort_id,
                    "is_leader": one.is_leader,
                    "is_coach": one.is_coach,
                    "is_lead": one.is_lead,
                }
                for n, one in enumerate(people)
            ],
        )
    return [_new(workspace_id, key, one) for key, one in zip(ids, people, strict=True)]


def _new(workspace_id: UUID, key: UUID, one: NewMember) -> Member:
    return Member(
        id=key,
        workspace_id=workspace_id,
        user_id=one.user_id,
        address=one.address,
        name=one.name,
        email=one.email,
        timezone=one.timezone,
        zone_told=one.timezone if one.knows_zone else "",
        zone_chosen=False,
        locale=one.locale,
        is_guest=one.is_guest,
        cohort_id=one.cohort_id,
        is_leader=one.is_leader,
        is_coach=one.is_coach,
        is_lead=one.is_lead,
        arrived_at=None,
        told_of_chat_at=None,
        asked_to_be_forgotten_at=None,
        hand_over_until=None,
    )


def _place(workspace_id: UUID, member_id: UUID, column: str) -> Place:
    return Place(workspace_id, member_id, "member", member_id, column)


def plainly(words: str) -> str:
    """However it is written, it is the same name: for the index only."""
    return unicodedata.normalize("NFKC", words).casefold().strip()


async def open_members(db: AsyncSession, rows: Sequence[MemberRow]) -> list[Member]:
    """Whoever was forgotten a moment ago has no key any more, and is not in the answer."""
    keys = await keys_of(db, [row.id for row in rows])
    opened = []
    for row in rows:
        key = keys.get(row.id)
        if key is None:
            continue
        try:
            user_id, address, name, email = (
                key.open(_place(row.workspace_id, row.id, column), getattr(row, column))
                for column in _NAMING
            )
        except CannotOpenError:
            # One damaged row is one person's trouble and nobody else's.
            logger.error("a member's row does not open", member=str(row.id))  # noqa: TRY400
            continue
        opened.append(
            Member(
                id=row.id,
                workspace_id=row.workspace_id,
                user_id=user_id,
                address=address,
                name=name,
                email=email,
                timezone=row.timezone,
                zone_told=row.zone_told,
                zone_chosen=row.zone_chosen,
                locale=row.locale,
                is_guest=row.is_guest,
                cohort_id=row.cohort_id,
                is_leader=row.is_leader,
                is_coach=row.is_coach,
                is_lead=row.is_lead,
                arrived_at=row.arrived_at,
                told_of_chat_at=row.told_of_chat_at,
                asked_to_be_forgotten_at=row.asked_to_be_forgotten_at,
                hand_over_until=row.hand_over_until,
            )
        )
    return opened


async def find_member(
    db: AsyncSession, platform: str, workspace: str, user_id: str, *, to_change: bool = False
) -> Member | None:
    """By the ids that the platform itself sends. `to_change`: other turns of theirs wait."""
    where = await find_workspace(db, platform, workspace)
    return await find_in(db, where.id, user_id, to_change=to_change) if where else None


async def find_in(
    db: AsyncSession, workspace_id: UUID, user_id: str, *, to_change: bool = False
) -> Member | None:
    """By the platform's own id of them, in a workspace that is known."""
    found = await vault_of(db).index(workspace_id, "user", user_id)
    query = select(MemberRow).where(
        MemberRow.workspace_id == workspace_id,
        MemberRow.user_index == found,
        col(MemberRow.left_at).is_(None),
    )
    if to_change:
        query = query.with_for_update(of=MemberRow)
    rows = list(await db.exec(query))
    return next(iter(await open_members(db, rows)), None)


async def find_all_in(
    db: AsyncSession, workspace_id: UUID, user_ids: Collection[str]
) -> list[Member]:
    """Those of them who are known there, and still here."""
    indexes = await vault_of(db).indexes(workspace_id, "user", user_ids)
    found = await db.exec(
        select(MemberRow).where(
            MemberRow.workspace_id == workspace_id,
            col(MemberRow.user_index).in_(indexes),
            col(MemberRow.left_at).is_(None),
        )
    )
    return await open_members(db, list(found))


async def find_workspace(db: AsyncSession, platform: str, workspace: str) -> Workspace | None:
    found = await db.exec(
        select(Workspace).where(Workspace.platform == platform, Workspace.external_id == workspace)
    )
    return found.first()


async def workspaces(db: AsyncSession) -> list[Workspace]:
    """Every one there is, by platform and the platform's own id."""
    found = await db.exec(select(Workspace))
    return sorted(found, key=lambda one: (one.platform, one.external_id))


async def member(db: AsyncSession, member_id: UUID) -> Member:
    [found] = await open_members(db, [await db.get_one(MemberRow, member_id)])
    return found


async def people(db: AsyncSession, workspace_id: UUID) -> list[Member]:
    """Everyone who is still here, by name."""
    found = await db.exec(
        select(MemberRow).where(
            MemberRow.workspace_id == workspace_id, col(MemberRow.left_at).is_(None)
        )
    )
    return sorted(await open_members(db, list(found)), key=lambda one: (one.name, one.id))


async def named_member(db: AsyncSession, reference: str) -> Member:
    """By id, e-mail address, or a name that only one person has. Raises MemberError."""
    if not reference.strip():
        # Whoever has no e-mail address would be meant by it.
        raise MemberError("Nobody is named. Use a full name, e-mail or id.")
    vault, plain = vault_of(db), plainly(reference)
    workspaces = list(await db.exec(select(Workspace.id)))
    names = [await vault.index(one, "name", plain) for one in workspaces]
    emails = [await vault.index(one, "email", plain) for one in workspaces]
    wanted = or_(col(MemberRow.name_index).in_(names), col(MemberRow.email_index).in_(emails))
    key = as_id(reference)
    if key is not None:
        wanted = or_(wanted, MemberRow.id == key)
    # All of them: somebody who was forgotten, and whose row is still there, is not in the answer.
    found = await open_members(db, list(await db.exec(select(MemberRow).where(wanted))))
    if not found:
        raise MemberError(f"Nobody here is called {reference!r}. Use a full name, e-mail or id.")
    if len(found) > 1:
        raise MemberError(f"More than one person is called {reference!r}. Use an e-mail or id.")
    return found[0]


def as_id(reference: str) -> UUID | None:
    try:
        return UUID(reference)
    except ValueError:
        return None


async def addressees(db: AsyncSession, member_ids: Collection[UUID]) -> dict[UUID, Addressee]:
    """How to reach these people: the only thing of theirs that whoever delivers may open."""
    rows = list(
        await db.exec(
            select(MemberRow, Workspace)
            .join(Workspace)
            .where(col(MemberRow.id).in_(member_ids), col(MemberRow.left_at).is_(None))
        )
    )
    where = {row.id: workspace for row, workspace in rows}
    return {
        who.id: _addressee(who, where[who.id])
        for who in await open_members(db, [row for row, _ in rows])
    }


def _addressee(who: Member, where: Workspace) -> Addressee:
    return Addressee(
        who.id,
        where.id,
        where.platform,
        where.external_id,
        who.user_id,
        who.address,
        who.name,
        who.timezone,
    )


async def mark_arrived(db: AsyncSession, someone: Member, now: datetime) -> bool:
    """True the first time."""
    if someone.arrived_at is not None:
        return False
    await _change(db, someone, arrived_at=now)
    return True


async def reached_at(db: AsyncSession, someone: Member, address: str) -> None:
    """Where the platform says that they are reached from now on."""
    place = _place(someone.workspace_id, someone.id, "address")
    [sealed] = await seal_all(db, someone.workspace_id, [(place, address)])
    await _change(db, someone, address=sealed)


async def all_reached_at(db: AsyncSession, addresses: Mapping[UUID, str]) -> None:
    """Where these people, by their ids, are reached from now on. Whoever is gone is passed over."""
    found = await db.exec(
        select(MemberRow.id, MemberRow.workspace_id)
        .where(col(MemberRow.id).in_(addresses), col(MemberRow.left_at).is_(None))
        .with_for_update()
    )
    places = {key: _place(where, key, "address") for key, where in found}
    keys = await keys_of(db, places)
    rows = [
        {"this": key, "sealed": keys[key].seal(place, addresses[key])}
        for key, place in places.items()
        if key in keys
    ]
    if rows:
        connection = await db.connection()
        await connection.execute(
            update(_MEMBER)
            .where(_MEMBER.c.id == bindparam("this"))
            .values(address=bindparam("sealed")),
            rows,
        )


async def mark_told_of_chat(db: AsyncSession, someone: Member, now: datetime) -> None:
    await _change(db, someone, told_of_chat_at=now)


async def mark_asked_to_be_forgotten(
    db: AsyncSession, someone: Member, at: datetime | None
) -> None:
    await _change(db, someone, asked_to_be_forgotten_at=at)


async def let_hand_over(db: AsyncSession, someone: Member, until: datetime) -> None:
    await _change(db, someone, hand_over_until=until)


async def give_roles(
    db: AsyncSession,
    someone: Member,
    *,
    cohort_id: UUID | None,
    is_leader: bool,
    is_coach: bool,
    is_lead: bool,
) -> None:
    await _change(
        db,
        someone,
        cohort_id=cohort_id,
        is_leader=is_leader,
        is_coach=is_coach,
        is_lead=is_lead,
    )


async def speaks(db: AsyncSession, someone: Member, locale: str) -> None:
    await _change(db, someone, locale=locale)


async def _change(db: AsyncSession, someone: Member, **values: object) -> None:
    await db.exec(update(MemberRow).where(col(MemberRow.id) == someone.id).values(**values))


async def opened_names(db: AsyncSession, member_ids: Collection[UUID]) -> dict[UUID, str]:
    """What these people are called, as far as they are still known."""
    rows = await db.exec(select(MemberRow).where(col(MemberRow.id).in_(member_ids)))
    return {one.id: one.name for one in await open_members(db, list(rows))}


async def takes_the_box_only(db: AsyncSession, workspace_id: UUID) -> bool:
    """Whether what is typed in this workspace's chat is never an answer."""
    return (await db.get_one(Workspace, workspace_id)).box_only


async def found_by_email(
    db: AsyncSession, workspace_id: UUID, email: str, *, to_change: bool = False
) -> list[Member]:
    """Everybody in this workspace who has that address."""
    if not email.strip():
        return []
    found = await vault_of(db).index(workspace_id, "email", plainly(email))
    query = select(MemberRow).where(
        MemberRow.workspace_id == workspace_id,
        MemberRow.email_index == found,
        col(MemberRow.left_at).is_(None),
    )
    if to_change:
        query = query.with_for_update(of=MemberRow)
    return await open_members(db, list(await db.exec(query)))


async def known_as(db: AsyncSession, someone: Member, user_id: str, name: str = "") -> None:
    """The platform has told us by which id it knows them, and what it calls them."""
    where, vault, name = someone.workspace_id, vault_of(db), name or someone.name
    texts = [
        (_place(where, someone.id, "user_id"), user_id),
        (_place(where, someone.id, "name"), name),
    ]
    sealed_id, sealed_name = await seal_all(db, where, texts)
    await _change(
        db,
        someone,
        user_id=sealed_id,
        user_index=await vault.index(where, "user", user_id),
        name=sealed_name,
        name_index=await vault.index(where, "name", plainly(name)),
    )
