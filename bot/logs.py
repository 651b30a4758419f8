"""How the program speaks to its operator: one line of JSON for each event, ids and counts only."""

import logging
import sys

import structlog


def start_logging(level: str) -> None:
    """Exceptions are named and never quoted: their text can hold what people wrote."""
    logging.basicConfig(level=level, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    # Libraries that would print statements, addresses or every wake-up.
    for name in ("sqlalchemy", "aiosqlite", "apscheduler", "alembic", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
