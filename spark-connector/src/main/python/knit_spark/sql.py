"""Calls of Knit's table functions and procedures."""

from __future__ import annotations

from typing import Any

from pyspark.sql import DataFrame, SparkSession


CATALOG_KEY = "spark.sql.catalog.knit"
CATALOG = "dev.knit.spark.catalog.KnitCatalog"


def call(spark: SparkSession, function: str, **arguments: Any) -> DataFrame:
    """The rows of a table function; arguments that are None are left out."""
    given = {name: value for name, value in arguments.items() if value is not None}
    tables = {name: value for name, value in given.items() if isinstance(value, DataFrame)}
    text = ", ".join(f"{name} => {argument(name, value)}" for name, value in given.items())
    return spark.sql(f"SELECT * FROM {function}({text})", **tables)


def argument(name: str, value: Any) -> str:
    """A value as SQL text, where ``spark.sql`` reads braces as places; of a DataFrame its place."""
    if isinstance(value, DataFrame):
        return f"TABLE(SELECT * FROM {{{name}}})"
    return literal(name, value).replace("{", "{{").replace("}", "}}")


def procedure(spark: SparkSession, name: str, **arguments: Any) -> DataFrame:
    """What a procedure tells, which has been done by then."""
    text = ", ".join(f"{name} => {literal(name, value)}" for name, value in arguments.items())
    return spark.sql(f"CALL {catalog(spark)}.system.{name}({text})")


def table(spark: SparkSession, path: str) -> str:
    """The index in a directory as a table in SQL text."""
    return f"{catalog(spark)}.`{path.replace('`', '``')}`"


def catalog(spark: SparkSession) -> str:
    """The catalog ``knit``, which the session gets if it has none of that name."""
    if spark.conf.get(CATALOG_KEY, None) is None:
        spark.conf.set(CATALOG_KEY, CATALOG)
    return "knit"


def literal(name: str, value: Any) -> str:
    """A value as SQL text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return f"double('{value!r}')"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, (list, tuple)):
        elements = ", ".join(literal(name, element) for element in value)
        return f"cast(array({elements}) as array<string>)"
    raise TypeError(f"{name} is of type {type(value).__name__}, which is none that Knit takes")


def quoted(text: str) -> str:
    """A string literal."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
