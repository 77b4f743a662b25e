package dev.knit.spark;

/** There is nothing to build an index from. */
final class NoRowsException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  NoRowsException() {
    super("The input has no rows; an index needs at least one.");
  }
}
