"""Questions that a programme's own people wrote."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.tables.columns import moment


class OwnQuestion(SQLModel, table=True):
    """One version of it; other words are another row. The words are the programme's, and no one's
    private text. `state`, `stage` and `theme` are the bank's words for them."""

    __tablename__ = "own_question"
    __table_args__ = (UniqueConstraint("workspace_id", "key", "version"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    workspace_id: UUID = Field(foreign_key="workspace.id")
    # What a nudge names it by, the same for all its versions.
    key: str = Field(max_length=40)
    version: int = 1
    state: str = Field(default="draft", max_length=20)
    words: str = Field(max_length=300)
    purpose: str = Field(max_length=200)
    stage: str = Field(max_length=20)
    depth: int
    theme: str = Field(max_length=20)
    lens: str = Field(max_length=20)
    # Who wrote it and who said yes to it; empty once they are forgotten.
    author_id: UUID | None = Field(default=None, foreign_key="member.id")
    reviewer_id: UUID | None = Field(default=None, foreign_key="member.id")
    reviewed_at: datetime | None = Field(default=None, sa_type=moment())
    # The cohort it is tried with first.
    cohort_id: UUID | None = Field(default=None, foreign_key="cohort.id")
    written_at: datetime = Field(sa_type=moment())
