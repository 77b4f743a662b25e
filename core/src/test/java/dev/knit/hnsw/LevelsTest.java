package dev.knit.hnsw;

import static dev.knit.hnsw.TestVectors.SEED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LevelsTest {
  private static final int ROWS = 200_000;

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 16, 64})
  void levelsFallByAFactorOfM(int m) {
    assertDistribution(m, row -> Levels.of(SEED, (long) row, m));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 16})
  void levelsOfTextIdsFallByAFactorOfM(int m) {
    assertDistribution(m, row -> Levels.of(SEED, "row-" + row, m));
  }

  @ParameterizedTest
  @ValueSource(longs = {1L << 32, -1, 1000})
  void idsThatAreFarApartAreAsGoodAsNumbersInARow(long step) {
    assertDistribution(4, row -> Levels.of(SEED, row * step, 4));
  }

  /** P(level ≥ l) = m^−l; five standard deviations are allowed. */
  private static void assertDistribution(int m, IntUnaryOperator levelOfRow) {
    int[] atLeast = new int[Levels.MAX + 2];
    for (int row = 0; row < ROWS; row++) {
      int level = levelOfRow.applyAsInt(row);
      assertThat(level).isBetween(0, Levels.MAX);
      for (int l = 0; l <= level; l++) {
        atLeast[l]++;
      }
    }
    assertThat(atLeast[0]).isEqualTo(ROWS);
    for (int l = 1; l <= Levels.MAX; l++) {
      double p = Math.pow(m, -l);
      double deviation = Math.sqrt(ROWS * p * (1 - p));
      assertThat((double) atLeast[l])
          .as("rows on level %d, m %d, seed %d", l, m, SEED)
          .isCloseTo(ROWS * p, within(5 * deviation + 5));
    }
  }

  @Test
  void seedsAndNeighboringIdsAreIndependent() {
    int both = 0;
    int adjacent = 0;
    for (long row = 0; row < ROWS; row++) {
      boolean upper = Levels.of(SEED, row, 4) > 0;
      both += upper && Levels.of(SEED + 1, row, 4) > 0 ? 1 : 0;
      adjacent += upper && Levels.of(SEED, row + 1, 4) > 0 ? 1 : 0;
    }
    double p = 1 / 16.0;
    double deviation = Math.sqrt(ROWS * p * (1 - p));
    assertThat((double) both).isCloseTo(ROWS * p, within(6 * deviation));
    assertThat((double) adjacent).isCloseTo(ROWS * p, within(6 * deviation));
  }

  @Test
  void theLevelOfARowDependsOnNothingElse() {
    byte[] forward = new byte[1000];
    byte[] text = new byte[1000];
    for (int row = 0; row < 1000; row++) {
      forward[row] = Levels.of(SEED, (long) row, 4);
      text[row] = Levels.of(SEED, "Zoë-" + row, 4);
    }
    for (int row = 999; row >= 0; row--) {
      assertThat(Levels.of(SEED, (long) row, 4)).isEqualTo(forward[row]);
      assertThat(Levels.of(SEED, new String("Zoë-" + row), 4)).isEqualTo(text[row]);
    }
  }

  @Test
  void textIdsOfEveryAlphabetTellRowsApart() {
    Set<String> seen = new HashSet<>();
    for (String id : new String[] {"", "a", "é", "日本", "日木", "\uD83D\uDE00"}) {
      StringBuilder levels = new StringBuilder();
      for (long seed = 0; seed < 64; seed++) {
        levels.append(Levels.of(seed, id, 2)).append(',');
      }
      seen.add(levels.toString());
    }
    assertThat(seen).hasSize(6);
  }
}
