package dev.knit.spark;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import dev.knit.hnsw.CellMap;
import java.util.ArrayList;
import org.apache.spark.serializer.KryoRegistrator;

/**
 * Registers what Knit sends between processes, for sessions with {@code
 * spark.kryo.registrationRequired=true}: set {@code spark.kryo.registrator} to this class.
 */
public final class KnitKryoRegistrator implements KryoRegistrator {
  /** Made by Spark. */
  public KnitKryoRegistrator() {}

  @Override
  public void registerClasses(Kryo kryo) {
    kryo.register(Subgraph.class, new JavaSerializer());
    kryo.register(Subgraph[].class);
    kryo.register(Cell.class, new JavaSerializer());
    kryo.register(Cell[].class);
    kryo.register(CellLayout.class, new JavaSerializer());
    kryo.register(CellMap.class, new JavaSerializer());
    kryo.register(CellMessage.Hits.class, new JavaSerializer());
    kryo.register(CellMessage.Lists.class, new JavaSerializer());
    kryo.register(CellMessage.Costs.class, new JavaSerializer());
    kryo.register(CellMessage.Vectors.class, new JavaSerializer());
    kryo.register(UpperTask.Done.class, new JavaSerializer());
    kryo.register(UpperTask.Done[].class);
    kryo.register(LinkTask.Done.class, new JavaSerializer());
    kryo.register(LinkTask.Done[].class);
    kryo.register(TaskMessage.class, new JavaSerializer());
    kryo.register(IndexRows.Place.class, new JavaSerializer());
    kryo.register(IndexRows.Place[].class);
    kryo.register(ArrayList.class);
    kryo.register(ArrayList[].class);
    kryo.register(Integer[].class);
    kryo.register(Integer[][].class);
    kryo.register(Object[].class);
    kryo.register(long[].class);
    kryo.register(long[][].class);
  }
}
