"""Indexes on storage."""

from __future__ import annotations

from typing import Any, Optional, Sequence, Union

from pyspark.sql import DataFrame, DataFrameReader, Row, SparkSession

from knit_spark.sql import procedure, table


class KnitIndex:
    """One version of an index, or its newest.

    Changes are made to the newest version, whichever this is of; each makes a version of its own.
    """

    def __init__(self, spark: SparkSession, path: str, version: Union[int, str, None] = None) -> None:
        """An index that is known to be there; :meth:`open` looks."""
        self._spark = spark
        self._path = path if "/" in path else "./" + path  # a name without a slash is that of a table
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

    @classmethod
    def build(
        cls,
        rows: DataFrame,
        path: str,
        *,
        id: str = "id",
        vector: Optional[str] = None,
        metric: str = "l2",
        m: Optional[int] = None,
        ef_construction: Optional[int] = None,
        quantization: Optional[str] = None,
        partitions: Optional[int] = None,
        seed: Optional[int] = None,
        overwrite: bool = False,
    ) -> "KnitIndex":
        """Builds an index over ``rows`` in the directory ``path``; the columns besides id and vector become its metadata.

        :param id: a column of int, long or string, unique and never null
        :param vector: a column of array of float or double, all of one length; the only such column when it is None
        :param metric: ``l2``, ``cosine``, ``inner_product`` or ``l1``
        :param m: most neighbours of a node; 16 when it is None
        :param ef_construction: width of the beam while building; 100 when it is None
        :param quantization: ``int8`` or ``none``; ``int8`` when it is None
        :param partitions: in how many parts it is built; chosen by the number of rows when it is None
        :param seed: for the levels of nodes; 0 when it is None
        :param overwrite: whether an index at the path is replaced, by a new version
        :raises pyspark.errors.PySparkException: when the rows do not fit, or there is an index; nothing is changed then
        """
        options = {
            "id": id,
            "vector": vector,
            "metric": metric,
            "m": m,
            "ef_construction": ef_construction,
            "quantization": quantization,
            "partitions": partitions,
            "seed": seed,
        }
        index = cls(rows.sparkSession, path)
        writer = rows.writeTo(table(index._spark, index.path)).using("knit")
        for name, value in options.items():
            if value is not None:
                writer = writer.tableProperty(name, str(value))
        if overwrite:
            writer.createOrReplace()
        else:
            writer.create()
        return index

    @property
    def path(self) -> str:
        """The directory of the index."""
        return self._path

    def rows(self) -> DataFrame:
        """All rows with their vectors, as a DataFrame that stays at the version that it was made at."""
        reader: DataFrameReader = self._spark.read.format("knit")
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

    def append(self, rows: DataFrame, *, upsert: bool = False) -> "KnitIndex":
        """Adds rows with the columns of the index.

        :param upsert: whether rows take the place of those with the same ids; these are refused otherwise
        :return: the newest version
        """
        rows.write.format("knit").option("upsert", upsert).mode("append").save(self._path)
        return KnitIndex(self._spark, self._path)

    def delete(self, condition: str) -> "KnitIndex":
        """Deletes the rows that meet an SQL condition on the columns of the index.

        :return: the newest version
        """
        self._spark.sql(f"DELETE FROM {table(self._spark, self._path)} WHERE {condition}")
        return KnitIndex(self._spark, self._path)

    def compact(self, *, all: bool = False) -> "KnitIndex":
        """Makes one segment each of groups of small ones.

        :param all: whether one is made of all
        :return: the newest version
        """
        procedure(self._spark, "compact", table=self._path, all=all)
        return KnitIndex(self._spark, self._path)

    def stats(self, *, sample: int = 100) -> DataFrame:
        """How good the graphs of the newest version are: a row for each level of each segment.

        :param sample: how many rows are searched for to estimate recall
        """
        return procedure(self._spark, "stats", table=self._path, sample=sample)

    def history(self) -> "list[Row]":
        """The versions that have not expired, the newest first."""
        return procedure(self._spark, "history", table=self._path).collect()
