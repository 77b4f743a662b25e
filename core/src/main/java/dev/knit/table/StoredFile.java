package dev.knit.table;

import java.io.Serializable;

/** A data file as a manifest names it. */
public sealed interface StoredFile extends Serializable
    permits RowsFile, IdsFile, GraphPart, DeletesFile {
  /** Where it is below the table's directory. */
  String path();

  /** Its length. */
  long bytes();

  /** CRC-32C of all its bytes. */
  int crc32c();
}
