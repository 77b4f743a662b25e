"""Joins by nearest neighbour."""

from __future__ import annotations

from typing import Optional, Sequence, Union

from pyspark.sql import DataFrame

from knit_spark.index import KnitIndex
from knit_spark.sql import call


def knn_join(
    left: DataFrame,
    vector: str,
    right: Union[DataFrame, KnitIndex],
    right_vector: Optional[str] = None,
    *,
    k: int = 10,
    id: Optional[str] = None,
    metric: Optional[str] = None,
    ef: Optional[int] = None,
    exact: bool = False,
    join_type: str = "inner",
    exclude_self: Optional[str] = None,
    max_distance: Optional[float] = None,
    filter: Optional[str] = None,
    on: Optional[str] = None,
    columns: Optional[Sequence[str]] = None,
    right_prefix: Optional[str] = None,
) -> DataFrame:
    """Joins each row of ``left`` with its ``k`` nearest rows of ``right``.

    The result has the columns of ``left``, those of ``right`` but its vector, ``_distance`` (float) and ``_rank`` (int, from 1).
    It is lazy. A row whose vector is null has no neighbours.

    :param vector: a column of ``left``: array of float or double
    :param right: an index, which is searched, or any DataFrame: that is written to a temporary table when the join first runs,
        with a graph if measuring all pairs would cost more, and removed when no query refers to it any more
    :param right_vector: the vector column of a DataFrame without an index
    :param k: how many neighbours at most
    :param id: a unique column of a DataFrame without an index, if it has one
    :param metric: ``l2`` (the default), ``cosine``, ``inner_product`` or ``l1``, for a DataFrame without an index
    :param ef: width of the beam; wider finds more and takes longer
    :param exact: measure all rows
    :param join_type: ``inner``, or ``left`` to keep rows without a neighbour
    :param exclude_self: a column of ``left``; the neighbour whose id equals it is left out
    :param max_distance: leave out neighbours that are farther
    :param filter: SQL condition on columns of ``right``
    :param on: SQL condition on columns of both rows, such as ``"left.tenant = right.tenant and price <= budget"``
    :param columns: the columns of ``right`` to return; all but the vector when it is None
    :param right_prefix: put in front of the names of these columns
    """
    return call(
        left.sparkSession,
        "knit_join",
        left=left,
        vector=vector,
        right=right.rows() if isinstance(right, KnitIndex) else right,
        right_vector=right_vector,
        k=k,
        id=id,
        metric=metric,
        ef=ef,
        exact=exact,
        join_type=join_type,
        exclude_self=exclude_self,
        max_distance=max_distance,
        filter=filter,
        on=on,
        columns=columns,
        right_prefix=right_prefix,
    )


DataFrame.knnJoin = knn_join  # type: ignore[attr-defined]
