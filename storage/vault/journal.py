"""The list of the forgotten, beside the key file: it outlives the loss of both databases, so that
no backup can bring anybody back unnoticed. It names nobody: each line is a key store's
id, a tombstone's digest and the moment.
"""

import os
import re
from datetime import datetime
from pathlib import Path
from uuid import UUID

import structlog

logger = structlog.get_logger(__name__)
LINE = re.compile(r"^([0-9a-f-]{36}) ([0-9a-f]{64}) (\S+)$", re.MULTILINE)


def journal_of(key_file: Path) -> Path:
    return key_file.with_name(f"{key_file.name}.forgotten")


def note(journal: Path | None, store: UUID | None, digest: bytes, at: datetime) -> None:
    """On the disk before it is said to be done. Where it cannot be written the log says so; the
    tombstone stands in the key store all the same."""
    if journal is None:
        return
    line = f"{store} {digest.hex()} {at.isoformat()}\n".encode()
    try:
        descriptor = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, line)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        logger.error("the list of the forgotten cannot be written", error=type(error).__name__)  # noqa: TRY400 - no quoting


def read(journal: Path | None, store: str) -> dict[str, str]:
    """Each digest of that key store with its moment. A line that a crash cut off is passed over."""
    if journal is None or not journal.exists():
        return {}
    lines = LINE.findall(journal.read_text("ascii", "replace"))
    return {digest: at for where, digest, at in lines if where == store}
