package dev.knit.spark;

import dev.knit.hnsw.CellMap;
import dev.knit.vector.Metric;
import dev.knit.vector.VectorCheck;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.expressions.objects.Invoke;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.classic.ExpressionUtils;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Tells the cell and the routes of one row after another inside Spark's generated code, which calls
 * {@link #place}; that is why this class is public. Each task has a copy of its own.
 *
 * <p>A place is an array of int: the cell, how many distances it took, then the cells of the
 * routes, and at last the margins beside them as the bits of floats.
 */
public final class CellPlaces implements Serializable {
  private static final long serialVersionUID = 1;
  private static final DataType TYPE = DataTypes.createArrayType(DataTypes.IntegerType, false);

  private final Broadcast<CellMap> cells;
  private final TableParams params;
  private transient CellMap.Router router;

  /** What vectors must be. */
  record TableParams(int dimension, Metric metric) implements Serializable {}

  CellPlaces(Broadcast<CellMap> cells, TableParams params) {
    this.cells = cells;
    this.params = params;
  }

  /** The place as a column. */
  Column of(Column vector) {
    return ExpressionUtils.column(
        new Invoke(
            Literal.fromObject(this),
            "place",
            TYPE,
            seq(List.of(ExpressionUtils.expression(vector))),
            seq(List.of()),
            false,
            false,
            true));
  }

  private static <T> Seq<T> seq(List<T> list) {
    return CollectionConverters.asScala(list).toSeq();
  }

  /** The place of a vector; that of one which cannot be indexed is the first cell. */
  public synchronized ArrayData place(ArrayData vector) {
    if (router == null) {
      router = cells.value().router();
    }
    float[] values = hasNull(vector) ? null : vector.toFloatArray();
    if (VectorCheck.problem(values, params.dimension, params.metric) != null) {
      return UnsafeArrayData.fromPrimitiveArray(new int[2]);
    }
    long before = router.distanceComputations();
    CellMap.Place place = router.place(values);
    int routes = place.cells().length;
    int[] encoded = new int[2 + 2 * routes];
    encoded[0] = place.cell();
    encoded[1] = (int) (router.distanceComputations() - before);
    for (int i = 0; i < routes; i++) {
      encoded[2 + i] = place.cells()[i];
      encoded[2 + routes + i] = Float.floatToRawIntBits(place.margins()[i]);
    }
    return UnsafeArrayData.fromPrimitiveArray(encoded);
  }

  private static boolean hasNull(ArrayData vector) {
    for (int i = 0; i < vector.numElements(); i++) {
      if (vector.isNullAt(i)) {
        return true;
      }
    }
    return false;
  }

  /** Turns back what {@link #place} made. */
  static CellMap.Place decode(int[] encoded) {
    int routes = (encoded.length - 2) / 2;
    int[] others = new int[routes];
    float[] margins = new float[routes];
    for (int i = 0; i < routes; i++) {
      others[i] = encoded[2 + i];
      margins[i] = Float.intBitsToFloat(encoded[2 + routes + i]);
    }
    return new CellMap.Place(encoded[0], others, margins);
  }
}
