"""Nearest-neighbour joins on Spark, by Knit's indexes.

Importing this package gives every DataFrame the method ``knnJoin``. All of it goes through SQL and DataFrames, so that it
works with classic PySpark and over Spark Connect alike; Knit's jar has to be on the class path of the driver or the server.
"""

from knit_spark.index import KnitIndex
from knit_spark.join import knn_join
from knit_spark.recommend import recommend

__all__ = ["KnitIndex", "knn_join", "recommend"]
