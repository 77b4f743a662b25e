"""Used as a user would; each test runs in classic PySpark and over Spark Connect."""

import os

import pytest
from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import functions as F

from knit_spark import KnitIndex, knn_join, recommend

ERRORS = (PySparkException, Py4JJavaError)  # the second is how classic PySpark shows failures of tasks and storage


@pytest.fixture(scope="module")
def queries(spark):
    return spark.createDataFrame(
        [(0, [10.2, 0.0], 3, 100), (1, [200.4, 0.0], 4, 150), (2, None, 5, 1)],
        "q int, qv array<float>, tenant int, budget int",
    )


@pytest.fixture(scope="module")
def index(spark, films):
    return KnitIndex.open(spark, films)


def pairs(rows):
    return [(row.q, row.id) for row in rows.orderBy("q", "_rank").collect()]


def test_mode(spark):
    assert ("connect" in type(spark).__module__) == (os.environ["KNIT_MODE"] == "connect")


def test_join_with_an_index(queries, index):
    joined = queries.knnJoin("qv", index, k=2)

    assert joined.columns == ["q", "qv", "tenant", "budget", "id", "name", "part", "_distance", "_rank"]
    assert pairs(joined) == [(0, 10), (0, 11), (1, 200), (1, 201)]
    first = joined.where("q = 0 and _rank = 1").head()
    assert first.name == "row 10"
    assert first._distance == pytest.approx(0.2, abs=1e-5)


def test_all_options(queries, index):
    joined = knn_join(
        queries, "qv", index, k=2, ef=80, exact=True, join_type="left", filter="part <> 0 and name <> '{it''s}'",
        on="right.id <= left.budget", columns=["id", "part"], right_prefix="r_", max_distance=60.0, exclude_self="tenant",
    )

    assert joined.columns == ["q", "qv", "tenant", "budget", "r_id", "r_part", "_distance", "_rank"]
    rows = [(row.q, row.r_id) for row in joined.orderBy("q", "_rank").collect()]
    assert rows == [(0, 11), (0, 9), (1, 149), (1, 148), (2, None)]


def test_join_with_a_dataframe(spark, queries):
    right = spark.range(50).selectExpr("id as number", "array(double(id), 0D) as v")
    joined = queries.knnJoin("qv", right, "v", k=1)
    assert [(row.q, row.number) for row in joined.orderBy("q").collect()] == [(0, 10), (1, 49)]

    cosine = queries.knnJoin("qv", right.where("number > 0"), "v", k=1, metric="cosine", id="number")
    assert cosine.where("_distance > 1e-6").count() == 0


def test_rows_of_an_index_that_are_a_dataframe(spark, queries, films):
    by_name = spark.table(f"knit.`{films}`")
    assert pairs(queries.knnJoin("qv", by_name, k=1)) == [(0, 10), (1, 200)]


def test_search(index):
    found = index.search([7.1, 0.0], k=3, filter="part > 5")
    assert found.columns == ["id", "name", "part", "_distance", "_rank"]
    assert [row.id for row in found.orderBy("_rank").collect()] == [7, 8, 6]


def test_versions(spark, films):
    assert KnitIndex.open(spark, films, version=1).rows().count() == 300
    with pytest.raises(ERRORS):
        KnitIndex.open(spark, films, version=99)
    with pytest.raises(ERRORS):
        KnitIndex.open(spark, films + "-none")


def test_the_graph_is_used_by_sparks_own_words(spark, queries, films):
    right = spark.read.format("knit").load(films)
    ranking = F.call_function("vector_l2_distance", queries.qv, right.v)
    joined = queries.nearestByJoin(right, ranking, 1, "approx", "distance")
    assert sorted((row.q, row.id) for row in joined.collect()) == [(0, 10), (1, 200)]


@pytest.fixture
def rows(spark):
    return spark.range(40).selectExpr("id", "array(float(id), 0f) as v", "'row ' || id as name")


def ids(index):
    return sorted(row.id for row in index.rows().collect())


def test_an_index_is_built_and_changed(spark, rows, tmp_path):
    path = str(tmp_path / "an {index}'s place")
    index = KnitIndex.build(rows.where("id < 20"), path, m=8, ef_construction=50, quantization="none")
    assert index.path == path
    assert ids(index) == list(range(20))

    index = index.append(rows.where("id >= 20"))
    assert ids(index) == list(range(40))
    index = index.append(rows.where("id >= 35").withColumn("name", F.lit("new")), upsert=True)
    assert ids(index) == list(range(40))
    assert index.rows().where("name = 'new'").count() == 5
    index = index.delete("id % 2 = 1 and name <> '{new}'")
    assert ids(index) == list(range(0, 40, 2))
    assert [row.id for row in index.search([7.2, 0.0], k=2).orderBy("_rank").collect()] == [8, 6]
    assert ids(KnitIndex.open(spark, path, version=1)) == list(range(20))

    segments = {row.segment for row in index.stats(sample=5).collect()}
    index = index.compact(all=True)
    stats = index.stats(sample=5).collect()
    assert {row.segment for row in stats}.isdisjoint(segments)
    assert [(row.rows, row.recall) for row in stats if row.level == 0] == [(20, 1.0)]
    assert [row.operation for row in index.history()][-1] == "build"
    assert len(index.history()) == 5


def test_an_index_is_replaced_only_when_asked(spark, rows, tmp_path):
    path = str(tmp_path / "index")
    KnitIndex.build(rows.where("id > 0"), path, metric="cosine", vector="v", partitions=2, seed=7)
    with pytest.raises(ERRORS):
        KnitIndex.build(rows, path)
    index = KnitIndex.build(rows.where("id < 3"), path, overwrite=True)
    assert ids(index) == [0, 1, 2]
    assert ids(KnitIndex.open(spark, path, version=1)) == list(range(1, 40))


def test_rows_that_do_not_fit_change_nothing(rows, tmp_path):
    index = KnitIndex.build(rows, str(tmp_path / "index"))
    with pytest.raises(ERRORS) as failure:
        index.append(rows.where("id = 3"))
    assert "is in" in str(failure.value)
    with pytest.raises(ERRORS):
        index.append(rows.selectExpr("id + 100 as id", "array(1f) as v", "name"))
    with pytest.raises(ERRORS):
        index.delete("colour = 3")
    assert len(index.history()) == 1


def test_the_catalog_is_there_when_it_is_needed(spark, rows, tmp_path):
    key = "spark.sql.catalog.knit"
    before = spark.conf.get(key)
    spark.conf.unset(key)
    try:
        index = KnitIndex.build(rows, str(tmp_path / "index")).delete("id > 4")
        assert ids(index) == [0, 1, 2, 3, 4]
    finally:
        spark.conf.set(key, before)


def test_the_package_is_the_one_that_was_installed():
    import knit_spark

    assert knit_spark.__file__.startswith(os.environ["KNIT_PACKAGE"])


@pytest.mark.parametrize(
    "arguments, problem",
    [
        ({"k": 0}, "k (0) must be at least 1"),
        ({"filter": "colour = 1"}, "Filter 'colour = 1' does not fit the index"),
        ({"on": "colour = 1"}, "Condition 'colour = 1' does not fit the columns of both sides"),
        ({"join_type": "full"}, "knit_join has no join type 'full'; it has inner and left."),
        ({"columns": ["colour"]}, "The index has no column 'colour'"),
    ],
)
def test_bad_input(queries, index, arguments, problem):
    with pytest.raises(ERRORS) as failure:
        queries.knnJoin("qv", index, **arguments).collect()
    assert problem in str(failure.value)


def test_vectors_of_another_dimension(spark, index):
    wrong = spark.sql("select 1 as q, array(1f, 2f, 3f) as qv")
    with pytest.raises(ERRORS) as failure:
        wrong.knnJoin("qv", index).collect()
    assert "Vector has dimension 3, but 2 was expected." in str(failure.value)


def test_types_that_are_no_arguments(queries, index):
    with pytest.raises(TypeError, match="filter is of type Column"):
        queries.knnJoin("qv", index, filter=F.col("part") > 1)


@pytest.fixture(scope="module")
def ratings(spark):
    """Users and films are in two groups; a user rates most films of its group."""
    rows = "SELECT int(u.id) userId, int(f.id) movieId, double(3 + f.id % 3) rating FROM range(20) u, range(40) f"
    return spark.sql(rows + " WHERE u.id % 2 = f.id % 2 AND (u.id + 3 * f.id) % 5 > 0")


@pytest.fixture(scope="module")
def titles(spark):
    return spark.range(40).selectExpr("int(id) movieId", "concat('film ', id) title", "int(id % 4) part")


@pytest.mark.skipif(os.environ["KNIT_MODE"] == "connect", reason="MLlib over Spark Connect has not been tried")
def test_recommendations(ratings, titles, tmp_path):
    path = str(tmp_path / "recommended")
    top = recommend(ratings, titles, path, k=3, rank=4, iterations=5)
    assert top.columns == ["userId", "movieId", "title", "part", "_rank", "_score"]
    rows = top.collect()
    seen = {(row.userId, row.movieId) for row in ratings.collect()}
    assert len(rows) == 60
    assert not [row for row in rows if (row.userId, row.movieId) in seen]
    assert all(row.userId % 2 == row.movieId % 2 for row in rows)
    exact = recommend(ratings, titles, path, k=3, rank=4, iterations=5, exact=True, filter="part < 2").collect()
    assert exact and all(row.part < 2 for row in exact)


def test_ratings_that_cannot_be_used(spark, ratings, titles, tmp_path):
    path = str(tmp_path / "refused")
    for bad, problem in [
        (ratings.drop("rating"), "ratings have no column 'rating', but userId, movieId"),
        (ratings.limit(0), "there are no ratings"),
        (ratings.selectExpr("userId", "movieId", "if(movieId = 3, double('NaN'), rating) rating"), "or no finite rating"),
    ]:
        with pytest.raises(ValueError, match=problem):
            recommend(bad, titles, path)
    assert not os.path.exists(path)
