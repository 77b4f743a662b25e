"""Indexes on storage."""

from __future__ import annotations

from typing import Any, Optional, Sequence, Union

from pyspark.sql import DataFrame, SparkSession


class KnitIndex:
    """One version of an index, or its newest."""

    def __init__(self, spark: SparkSession, path: str, version: Union[int, str, None] = None) -> None:
        self._spark = spark
        self._path = path
        self._version = version

    @classmethod
    def open(cls, spark: SparkSession, path: str, version: Union[int, str, None] = None) -> "KnitIndex":
        """The index in the directory ``path``.

        :param version: its number, or a tag; the newest when it is None
        :raises pyspark.errors.PySparkException: when there is none
        """
        index = cls(spark, path, version)
        index.rows().schema
        return index

    @property
    def path(self) -> str:
        """The directory of the index."""
        return self._path

    def rows(self) -> DataFrame:
        """All rows with their vectors, as a DataFrame that stays at the version that it was made at."""
        reader = self._spark.read.format("knit")
        if isinstance(self._version, int):
            reader = reader.option("versionAsOf", self._version)
        elif self._version is not None:
            reader = reader.option("tag", self._version)
        return reader.load(self._path)

    def search(self, vector: Sequence[float], k: int = 10, **options: Any) -> DataFrame:
        """The ``k`` rows nearest to one vector; the options are those of :func:`knit_spark.knn_join`."""
        from knit_spark.join import knn_join

        query = self._spark.createDataFrame([([float(x) for x in vector],)], "`knit query` array<float>")
        return knn_join(query, "knit query", self, k=k, **options).drop("knit query")
