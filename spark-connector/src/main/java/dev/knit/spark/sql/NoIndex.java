package dev.knit.spark.sql;

import dev.knit.spark.KnitErrors;
import dev.knit.spark.TableAccess;
import dev.knit.table.IndexTable;
import java.util.Set;
import org.apache.spark.sql.connector.catalog.CatalogV2Util;
import org.apache.spark.sql.connector.catalog.Column;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * A path without an index: reading it fails, telling so. Spark does not write to such a table, but
 * has the source make it.
 */
record NoIndex(TableAccess access, ReadOptions options) implements SupportsRead {

  static boolean isAt(TableAccess access) {
    return KnitErrors.told(() -> !new IndexTable(access.io(), access.path()).exists());
  }

  @Override
  public String name() {
    return "knit." + access.path();
  }

  @Override
  public Column[] columns() {
    return CatalogV2Util.structTypeToV2Columns(missing(), false);
  }

  @Override
  public Set<TableCapability> capabilities() {
    return Set.of(TableCapability.BATCH_READ);
  }

  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap given) {
    throw new IllegalStateException(missing().toString());
  }

  private StructType missing() {
    KnitErrors.told(() -> options.snapshot(new IndexTable(access.io(), access.path())));
    throw KnitErrors.invalid("The index '%s' came while it was looked for.".formatted(name()));
  }
}
