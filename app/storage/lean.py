"""What lists leave in the database: it is much, and read one session at a time."""

from typing import Any

from sqlalchemy import JSON
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction


class Shares(GenericFunction[Any]):
    """A coverage without its periods, of which there may be hundreds; cut by the database."""

    type = JSON(none_as_null=True)
    inherit_cache = True


@compiles(Shares, "sqlite")
def _sqlite(function: Shares, compiler: SQLCompiler, **named: Any) -> str:
    coverage = compiler.process(function.clauses, **named)
    return f"json_remove({coverage}, '$.periods', '$.sound.periods')"


@compiles(Shares, "postgresql")
def _postgresql(function: Shares, compiler: SQLCompiler, **named: Any) -> str:
    coverage = compiler.process(function.clauses, **named)
    return f"CAST((CAST({coverage} AS JSONB) - 'periods') #- '{{sound,periods}}' AS JSON)"
