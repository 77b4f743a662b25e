package dev.knit.spark.cli.view;

import java.math.BigDecimal;
import java.math.MathContext;

/** Numbers as short as a picture needs them. */
final class Digits {
  private static final MathContext FEW = new MathContext(4);

  private Digits() {}

  /** {@code value} to four significant digits. */
  static float few(double value) {
    return new BigDecimal(value).round(FEW).floatValue();
  }
}
