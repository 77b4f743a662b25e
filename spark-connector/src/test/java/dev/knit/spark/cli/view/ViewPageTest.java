package dev.knit.spark.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.io.HadoopFileIO;
import dev.knit.spark.IndexSpec;
import dev.knit.spark.KnitIndex;
import dev.knit.spark.LocalSpark;
import dev.knit.spark.TestTables;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Opens the page of an index in a browser and looks at it. */
class ViewPageTest {
  private static final Color WALK = new Color(0xc7362b);
  private static final Color BAR = new Color(0x3b78b5);
  private static final Color FOUND = new Color(0x0c8a5b);
  @TempDir static Path directory;
  private static Chromium browser;
  private static Path file;
  private BrowserPage page;

  @BeforeAll
  static void writeAPage() throws Exception {
    browser = Chromium.start(Files.createDirectory(directory.resolve("chromium")));
    String path = directory.resolve("index").toString();
    KnitIndex index =
        KnitIndex.build(
            TestTables.items(3000, 12, 1).withColumnRenamed("name", "title"),
            IndexSpec.of("id", "v").partitions(3),
            path);
    index
        .append(
            LocalSpark.session()
                .sql(
                    "select 9000l as id, cast(array_repeat(0.1, 12) as array<float>) as v,"
                        + " '</script><script>x()</script>' as title, 5 as part"))
        .delete("id < 300");
    file = directory.resolve("page.html");
    Files.writeString(file, html(path));
  }

  private static String html(String path) throws IOException {
    ViewOptions options = new ViewOptions(50, 5, List.of(5, 20, 80), 400, 10, "title", 0);
    return ViewPage.html(IndexView.of(new HadoopFileIO(new Configuration()), path, options));
  }

  @AfterAll
  static void close() throws InterruptedException {
    if (browser != null) {
      browser.close();
    }
  }

  private void open(int width, boolean dark) {
    page = browser.page(width, 900, dark);
    page.open(file);
  }

  @AfterEach
  void nothingIsWrongAndNothingIsAskedFor() {
    assertThat(page.complaints()).isEmpty();
    assertThat(page.requests()).allMatch(url -> url.equals(file.toUri().toString())).hasSize(1);
  }

  @Test
  void thePictureHasChartsAndAMap() throws IOException {
    open(1280, false);

    assertThat(page.text("#summary"))
        .isEqualTo("2,701 rows of 12 dimensions, by l2, in 2 segments.");
    assertThat(pixels(page.picture("#recall .chart"), BAR)).isGreaterThan(300);
    assertThat(pixels(page.picture("#levels"), BAR)).isGreaterThan(2000);
    assertThat(pixels(page.picture("#degrees"), BAR)).isGreaterThan(2000);
    assertThat(pixels(page.picture("#sizes"), BAR)).isGreaterThan(2000);
    assertThat(colors(page.picture("#borders"))).isGreaterThan(6);
    assertThat(colors(page.picture("#map"))).isGreaterThan(500);
    assertThat(page.evaluate("document.querySelectorAll('#recall .dot').length").asInt())
        .isEqualTo(3);
    assertThat(page.evaluate("document.querySelectorAll('#history .dot').length").asInt())
        .isEqualTo(3);
  }

  @Test
  void theQueryBoxWalksASearch() throws IOException {
    open(1280, false);
    BufferedImage ended = page.picture("#map");
    assertThat(pixels(ended, WALK)).isGreaterThan(100);
    assertThat(pixels(ended, FOUND)).isGreaterThan(20);

    page.evaluate("document.getElementById('another').click()");
    String other = page.evaluate("document.getElementById('id').value").asText();
    assertThat(page.text("#found td.text")).startsWith(other + " · item " + other);
    assertThat(different(ended, page.picture("#map"))).isGreaterThan(100);

    String first = page.evaluate("document.querySelector('#ids option').value").asText();
    page.evaluate("document.getElementById('id').value = '" + first + "'");
    page.evaluate("document.querySelector('#query button').click()");
    assertThat(page.text("#found td.text")).startsWith(first + " ");
    assertThat(different(ended, page.picture("#map"))).isZero();
    page.evaluate("document.getElementById('back').click()");
    assertThat(page.text("#told")).startsWith("Step ");
    assertThat(pixels(page.picture("#map"), FOUND)).isZero();
    assertThat(page.evaluate("document.querySelectorAll('#descent .now').length").asInt())
        .isEqualTo(1);
  }

  @Test
  void anIdWithoutARecordedSearchIsSaid() {
    open(1280, false);

    page.evaluate("document.getElementById('id').value = 'nobody'");
    page.evaluate("document.querySelector('#query button').click()");

    assertThat(page.text("#message")).startsWith("The search for 'nobody' was not recorded");
  }

  @Test
  void deletedRowsAreNeitherSearchedForNorFound() {
    open(1280, false);

    List<Integer> ids =
        IntStream.range(0, page.evaluate("document.querySelectorAll('#ids option').length").asInt())
            .mapToObj(
                i -> page.evaluate("document.querySelectorAll('#ids option')[" + i + "].value"))
            .map(value -> Integer.parseInt(value.asText()))
            .toList();

    assertThat(ids).hasSizeGreaterThan(100).allMatch(id -> id >= 300);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void itFollowsTheColorsOfTheReader(boolean dark) throws IOException {
    open(1280, dark);

    BufferedImage picture = page.picture("header");

    assertThat(new Color(picture.getRGB(1, 1))).isEqualTo(new Color(dark ? 0x12151a : 0xf5f6f7));
    assertThat(colors(page.picture("#map"))).isGreaterThan(500);
  }

  @Test
  void aNarrowWindowNeedsNoScrollingSideways() {
    open(360, false);

    assertThat(page.evaluate("document.documentElement.scrollWidth").asInt()).isEqualTo(360);
  }

  private static long pixels(BufferedImage picture, Color color) {
    return IntStream.of(rgb(picture)).filter(rgb -> near(new Color(rgb), color)).count();
  }

  private static boolean near(Color a, Color b) {
    return Math.abs(a.getRed() - b.getRed())
            + Math.abs(a.getGreen() - b.getGreen())
            + Math.abs(a.getBlue() - b.getBlue())
        < 24;
  }

  private static long colors(BufferedImage picture) {
    return IntStream.of(rgb(picture)).distinct().count();
  }

  private static long different(BufferedImage a, BufferedImage b) {
    int[] first = rgb(a);
    int[] second = rgb(b);
    return IntStream.range(0, first.length).filter(i -> first[i] != second[i]).count();
  }

  private static int[] rgb(BufferedImage picture) {
    return picture.getRGB(
        0, 0, picture.getWidth(), picture.getHeight(), null, 0, picture.getWidth());
  }
}
