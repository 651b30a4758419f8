"""The database's own clock, in SQL: leases are judged by it, so no machine's clock matters."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Float
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from storage.tables.columns import UtcDateTime


class database_milliseconds(FunctionElement[int]):  # noqa: N801 - it reads as a SQL function
    """Milliseconds since 1970 by the database's clock."""

    type = BigInteger()
    inherit_cache = True


@compiles(database_milliseconds, "sqlite")
def _on_sqlite(element: Any, compiler: SQLCompiler, **_: Any) -> str:
    return "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"


@compiles(database_milliseconds, "postgresql")
def _on_postgresql(element: Any, compiler: SQLCompiler, **_: Any) -> str:
    return "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"


class database_moment(FunctionElement[datetime]):  # noqa: N801 - it reads as a SQL function
    """The same as a column of moments holds it."""

    type = UtcDateTime()
    inherit_cache = True


@compiles(database_moment, "sqlite")
def _moment_on_sqlite(element: Any, compiler: SQLCompiler, **_: Any) -> str:
    # As the driver writes them, to the microsecond.
    return "strftime('%Y-%m-%d %H:%M:%f000', 'now')"


@compiles(database_moment, "postgresql")
def _moment_on_postgresql(element: Any, compiler: SQLCompiler, **_: Any) -> str:
    return "clock_timestamp()"


class seconds_between(FunctionElement[float]):  # noqa: N801 - it reads as a SQL function
    """(earlier, later): how long after the one the other was."""

    type = Float()
    inherit_cache = True


@compiles(seconds_between, "sqlite")
def _between_on_sqlite(element: Any, compiler: SQLCompiler, **more: Any) -> str:
    earlier, later = (compiler.process(one, **more) for one in element.clauses)
    return f"((julianday({later}) - julianday({earlier})) * 86400)"


@compiles(seconds_between, "postgresql")
def _between_on_postgresql(element: Any, compiler: SQLCompiler, **more: Any) -> str:
    earlier, later = (compiler.process(one, **more) for one in element.clauses)
    return f"extract(epoch FROM ({later} - {earlier}))"
