package dev.knit.flink.table;

import java.math.BigDecimal;
import java.util.Arrays;

/** As what two values are compared, which is what Flink itself does with values of their types. */
enum Domain {
  /** Whole numbers. */
  WHOLE {
    @Override
    boolean holds(Comparison operator, Object a, Object b) {
      return operator.holds(Long.compare(((Number) a).longValue(), ((Number) b).longValue()));
    }
  },
  /** FLOAT with FLOAT or a whole number, which Java compares as floats. */
  FLOAT {
    @Override
    boolean holds(Comparison operator, Object a, Object b) {
      return operator.holds(((Number) a).floatValue(), ((Number) b).floatValue());
    }
  },
  /** With DOUBLE. */
  DOUBLE {
    @Override
    boolean holds(Comparison operator, Object a, Object b) {
      return operator.holds(((Number) a).doubleValue(), ((Number) b).doubleValue());
    }
  },
  /** DECIMAL with FLOAT or DOUBLE, which are ordered with NaN as the greatest. */
  DECIMAL_AS_DOUBLE {
    @Override
    boolean holds(Comparison operator, Object a, Object b) {
      return operator.holds(Double.compare(((Number) a).doubleValue(), ((Number) b).doubleValue()));
    }
  },
  /** DECIMAL with DECIMAL or a whole number. */
  DECIMAL {
    @Override
    boolean holds(Comparison operator, Object a, Object b) {
      return operator.holds(decimal(a).compareTo(decimal(b)));
    }
  },
  /** Texts by code points, days, microseconds. */
  ORDERED {
    @Override
    boolean holds(Comparison operator, Object a, Object b) {
      return operator.holds(
          a instanceof String text ? compare(text, (String) b) : natural(a).compareTo(b));
    }
  },
  /** TRUE is greater than FALSE. */
  BOOLEAN {
    @Override
    boolean holds(Comparison operator, Object a, Object b) {
      return operator.holds(Boolean.compare((Boolean) a, (Boolean) b));
    }
  },
  /** Bytes, without a sign. */
  BINARY {
    @Override
    boolean holds(Comparison operator, Object a, Object b) {
      return operator.holds(Arrays.compareUnsigned((byte[]) a, (byte[]) b));
    }
  };

  /** Whether a comparison of two values, which are not null, holds. */
  abstract boolean holds(Comparison operator, Object a, Object b);

  private static BigDecimal decimal(Object value) {
    return value instanceof BigDecimal decimal
        ? decimal
        : BigDecimal.valueOf(((Number) value).longValue());
  }

  @SuppressWarnings("unchecked")
  private static Comparable<Object> natural(Object value) {
    return (Comparable<Object>) value;
  }

  /** By code points, which is the order of their UTF-8, not by UTF-16 units as String does. */
  private static int compare(String a, String b) {
    int shorter = Math.min(a.length(), b.length());
    for (int i = 0; i < shorter; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        boolean surrogates = Character.isSurrogate(x) != Character.isSurrogate(y);
        return surrogates ? (Character.isSurrogate(x) ? 1 : -1) : x - y;
      }
    }
    return a.length() - b.length();
  }
}
