/** Recommendations: factors of ratings by Spark's ALS, served from an index by inner product. */
package dev.knit.spark.recommend;
