"""The key store's own tables. They are no part of the data, and are not migrated with it."""

from enum import StrEnum

from sqlalchemy import Column, LargeBinary, MetaData, String, Table, UniqueConstraint, Uuid

from storage.tables.columns import UtcDateTime


class Scope(StrEnum):
    """What a key is for: to seal, or to find people by what is sealed."""

    SEAL = "seal"
    FIND = "find"


METADATA = MetaData()
STORE = Table(
    "key_store",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("made_at", UtcDateTime, nullable=False),
)
KEY = Table(
    "wrapped_key",
    METADATA,
    Column("id", LargeBinary(8), primary_key=True),
    Column("workspace_id", Uuid, nullable=False),
    Column("owner_id", Uuid, nullable=False),
    Column("scope", String(10), nullable=False),
    Column("wrapped_by", String(40), nullable=False, index=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    UniqueConstraint("owner_id", "scope", name="uq_wrapped_key_owner_id_scope"),
)
TOMBSTONE = Table(
    "tombstone",
    METADATA,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("shredded_at", UtcDateTime, nullable=False),
)
WRAPPER = Table(
    "wrapper",
    METADATA,
    Column("id", String(40), primary_key=True),
    Column("check_value", LargeBinary(16), nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("promoted_at", UtcDateTime, nullable=True),
    Column("retired_at", UtcDateTime, nullable=True),
)
