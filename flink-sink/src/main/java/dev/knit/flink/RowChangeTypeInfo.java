package dev.knit.flink;

import java.lang.reflect.Type;
import java.util.Map;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInfoFactory;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/** The type of streams of changes, of which each may be an upsert or a delete. */
public final class RowChangeTypeInfo extends TypeInformation<RowChange> {
  private static final long serialVersionUID = 1;

  /** By which Flink finds it. */
  public static final class Factory extends TypeInfoFactory<RowChange> {
    @Override
    public TypeInformation<RowChange> createTypeInfo(
        Type type, Map<String, TypeInformation<?>> parameters) {
      return new RowChangeTypeInfo();
    }
  }

  @Override
  public TypeSerializer<RowChange> createSerializer(SerializerConfig config) {
    return RowChangeSerializer.INSTANCE;
  }

  @Override
  public Class<RowChange> getTypeClass() {
    return RowChange.class;
  }

  @Override
  public boolean isBasicType() {
    return false;
  }

  @Override
  public boolean isTupleType() {
    return false;
  }

  @Override
  public boolean isKeyType() {
    return false;
  }

  @Override
  public int getArity() {
    return 1;
  }

  @Override
  public int getTotalFields() {
    return 1;
  }

  @Override
  public String toString() {
    return "RowChange";
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof RowChangeTypeInfo;
  }

  @Override
  public boolean equals(Object other) {
    return canEqual(other);
  }

  @Override
  public int hashCode() {
    return RowChangeTypeInfo.class.hashCode();
  }
}
