"""Calls of Knit's table functions."""

from __future__ import annotations

from typing import Any

from pyspark.sql import DataFrame, SparkSession


def call(spark: SparkSession, function: str, **arguments: Any) -> DataFrame:
    """The rows of a table function; arguments that are None are left out."""
    given = {name: value for name, value in arguments.items() if value is not None}
    tables = {name: value for name, value in given.items() if isinstance(value, DataFrame)}
    text = ", ".join(f"{name} => {literal(name, value)}" for name, value in given.items())
    return spark.sql(f"SELECT * FROM {function}({text})", **tables)


def literal(name: str, value: Any) -> str:
    """A value as SQL text; of a DataFrame the place where ``spark.sql`` puts it."""
    if isinstance(value, DataFrame):
        return f"TABLE(SELECT * FROM {{{name}}})"
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
    """A string literal; braces are doubled since ``spark.sql`` reads them as places."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return "'" + escaped.replace("{", "{{").replace("}", "}}") + "'"
