"""Recommendations: factors by Spark's ALS, served from an index."""

from __future__ import annotations

from typing import Optional

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from knit_spark.index import KnitIndex
from knit_spark.join import knn_join


def recommend(
    ratings: DataFrame,
    items: DataFrame,
    path: str,
    *,
    user: str = "userId",
    item: str = "movieId",
    rating: str = "rating",
    timestamp: str = "timestamp",
    k: int = 10,
    ef: Optional[int] = None,
    exact: bool = False,
    filter: Optional[str] = None,
    rank: int = 32,
    iterations: int = 10,
    regularization: float = 0.1,
    implicit: bool = True,
    alpha: float = 1.0,
    seed: int = 0,
) -> DataFrame:
    """The ``k`` items that suit each user best and that it has not rated.

    Learns factors by ``pyspark.ml.recommendation.ALS``, and builds an index of the rated items in the directory ``path``, with
    the columns of ``items`` and the vector column ``factors``; one that is there is replaced, by a new version. The result has
    the user, the items' columns, ``_score`` (the inner product of the factors) and ``_rank``. A user who has rated all items
    that the filter allows is not in it, nor are ratings of items that are not in ``items``. Of several ratings of an item by a
    user the one with the largest ``timestamp`` counts, or without such a column their mean.

    :param user: a column of ratings, integers in the range of int
    :param item: the same, and the id column of ``items``
    :param filter: SQL condition on columns of ``items``
    :param implicit: ratings tell how certain a preference is, which ranks better; or else are predicted themselves
    :param alpha: how much certainty a rating of 1 adds, when implicit
    :raises ValueError: when a column is missing, there are no ratings, or one has no user or item or is not finite
    """
    from pyspark.ml.recommendation import ALS

    for names, owner, table in [((user, item, rating), "ratings", ratings), ((item,), "items", items)]:
        for name in names:
            if name not in table.columns:
                raise ValueError(f"{owner} have no column {name!r}, but {', '.join(table.columns)}")
    rated = checked(ratings, user, item, rating, timestamp).join(items.select(item), item, "left_semi")
    als = ALS(
        userCol=user,
        itemCol=item,
        ratingCol=rating,
        rank=rank,
        maxIter=iterations,
        regParam=regularization,
        implicitPrefs=implicit,
        alpha=alpha,
        seed=seed,
    )
    model = als.fit(rated)
    factors = model.itemFactors.select(F.col("id").alias(item), F.col("features").alias("factors"))
    index = KnitIndex.build(items.join(factors, item), path, id=item, vector="factors", metric="inner_product", overwrite=True)
    seen = rated.groupBy(user).agg(F.collect_set(item).alias("_seen"))
    tastes = model.userFactors.select(F.col("id").alias(user), F.col("features").alias("_taste")).join(seen, user)
    unseen = f"not array_contains(_seen, right.`{item}`)"
    joined = knn_join(tastes, "_taste", index, k=k, ef=ef, exact=exact, filter=filter, on=unseen)
    return joined.withColumn("_score", -F.col("_distance")).drop("_taste", "_seen", "_distance")


def checked(ratings: DataFrame, user: str, item: str, rating: str, timestamp: str) -> DataFrame:
    """One rating for each pair of user and item."""
    value = F.col(rating).cast("double")
    bad = F.col(user).isNull() | F.col(item).isNull() | value.isNull() | F.isnan(value) | (F.abs(value) == float("inf"))
    total, wrong = ratings.agg(F.count("*"), F.count(F.when(bad, 1))).first()
    if total == 0:
        raise ValueError("there are no ratings")
    if wrong > 0:
        raise ValueError(f"{wrong} of {total} ratings have no {user}, no {item} or no finite {rating}; remove them")
    one = F.max_by(value, F.struct(timestamp, rating)) if timestamp in ratings.columns else F.avg(value)
    return ratings.groupBy(user, item).agg(one.alias(rating))
