package dev.knit.table;

import java.io.IOException;

/** A file of an index table is not what was written: damaged, cut off, missing or exchanged. */
public final class CorruptIndexException extends IOException {
  private static final long serialVersionUID = 1;
  private final String file;

  CorruptIndexException(String file, String problem) {
    this(file, problem, null);
  }

  CorruptIndexException(String file, String problem, Throwable cause) {
    super("'%s' is corrupt: %s.".formatted(file, problem), cause);
    this.file = file;
  }

  static CorruptIndexException checksum(String file, String what, int actual, int expected) {
    return new CorruptIndexException(
        file, "checksum 0x%08x of %s, expected 0x%08x".formatted(actual, what, expected));
  }

  /** The file. */
  public String file() {
    return file;
  }
}
