package dev.knit.table;

import java.io.IOException;

/** A file is whole, but needs a newer Knit. */
public final class UnsupportedFormatException extends IOException {
  private static final long serialVersionUID = 1;

  UnsupportedFormatException(String file, String what) {
    super(
        "'%s' %s, which this version of Knit cannot read; use a newer one.".formatted(file, what));
  }
}
