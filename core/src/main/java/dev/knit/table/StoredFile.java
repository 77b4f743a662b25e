package dev.knit.table;

import java.io.Serializable;

/** A file of known length and checksum: a data file of a manifest, or what a task left. */
public sealed interface StoredFile extends Serializable
    permits RowsFile, IdsFile, GraphPart, DeletesFile, TaskFile {
  /** Where it is below the table's directory. */
  String path();

  /** Its length. */
  long bytes();

  /** CRC-32C of all its bytes. */
  int crc32c();
}
