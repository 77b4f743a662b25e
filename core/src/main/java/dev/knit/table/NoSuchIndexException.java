package dev.knit.table;

import java.io.IOException;

/** There is no index table at a path, or no such version of it. */
public final class NoSuchIndexException extends IOException {
  private static final long serialVersionUID = 1;

  NoSuchIndexException(String message) {
    super(message);
  }
}
