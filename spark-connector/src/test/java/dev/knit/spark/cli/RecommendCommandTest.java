package dev.knit.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code knit recommend} on small files of the MovieLens layout. */
class RecommendCommandTest {
  private static final int USERS = 40;
  private static final int ITEMS = 60;
  private static final String HEADER = "userId,movieId,rating,timestamp\n";
  @TempDir static Path directory;
  private static Path ratings;
  private static Path items;

  private record Result(int code, String out, String err) {}

  @BeforeAll
  static void writeFiles() throws IOException {
    Random random = new Random(3);
    StringBuilder lines = new StringBuilder(HEADER);
    StringBuilder films = new StringBuilder("movieId,title,genres\n");
    for (int item = 1; item <= ITEMS; item++) {
      boolean even = item % 2 == 0;
      films.append(
          "%d,\"Film, the %dth (%d)\",%s%n"
              .formatted(item, item, 1960 + item, even ? "Comedy|War" : "Drama"));
      for (int user = 1; user <= USERS; user++) {
        if (random.nextDouble() < (user % 2 == item % 2 ? 0.6 : 0.05)) {
          lines.append(
              "%d,%d,%.1f,%d%n"
                  .formatted(user, item, 3 + random.nextInt(3) / 2.0, 100 + random.nextInt(999)));
        }
      }
    }
    ratings = Files.writeString(directory.resolve("ratings.csv"), lines);
    items = Files.writeString(directory.resolve("items.csv"), films);
  }

  @Test
  void usersGetFilmsWithTitlesScoresAndRanks() throws IOException {
    Path output = directory.resolve("top.csv");
    Path similar = directory.resolve("similar.csv");
    Path report = directory.resolve("report.html");

    Result done =
        knit(
            ratings,
            output,
            "--filter",
            "array_contains(genres, 'Comedy') and year >= 1980",
            "--k",
            "4",
            "--similar",
            similar.toString(),
            "--report",
            report.toString());

    assertThat(done.err()).isEmpty();
    assertThat(done.code()).isZero();
    List<String> lines = Files.readAllLines(output);
    assertThat(lines.get(0)).isEqualTo("userId,movieId,title,genres,year,_rank,_score");
    assertThat(lines).hasSize(1 + 4 * USERS);
    assertThat(lines.get(1)).matches("1,\\d+,\"Film, the \\d+th \\(\\d{4}\\)\",.*,1,-?[0-9.E-]+");
    assertThat(lines.subList(1, lines.size())).allMatch(line -> line.contains("Comedy"));
    assertThat(Files.readAllLines(similar)).hasSize(1 + 4 * ITEMS);
    assertThat(done.out())
        .contains(
            "40 users got 160 recommendations", "Recall@4 against exact scoring", "popularity");
    assertThat(Files.readString(report))
        .contains("<h1>Recommendations</h1>", "data:image/png;base64,");
  }

  @Test
  void newRatingsRefreshAnIndexThatIsThere() throws IOException {
    Path index = directory.resolve("refreshed");
    knit(ratings, directory.resolve("before.csv"), "--index", index.toString());
    Path more =
        Files.writeString(directory.resolve("more.csv"), HEADER + "900,2,5,5000\n900,4,5,5001\n");
    Path users = Files.writeString(directory.resolve("users.csv"), "userId\n900\n77777\n");
    Path output = directory.resolve("after.json");

    Result done =
        knit(
            ratings,
            output,
            "--index",
            index.toString(),
            "--new-ratings",
            more.toString(),
            "--users",
            users.toString());

    assertThat(done.err()).isEmpty();
    assertThat(done.out()).contains("(version 2)");
    assertThat(Files.readAllLines(output))
        .hasSize(20)
        .anyMatch(line -> line.contains("900") && line.contains("\"_by\":\"factors\""))
        .anyMatch(line -> line.contains("77777") && line.contains("\"_by\":\"popularity\""));
  }

  @Test
  void malformedLinesAreNamed() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("bad.csv"),
            HEADER + "1,2,4.0,9\n1,x,4.0,9\n\n1,3,NaN,9\n1,4\n1,5,3,9\n");

    Result done = knit(file, directory.resolve("bad-out.csv"));

    assertThat(done.code()).isEqualTo(1);
    assertThat(done.err())
        .contains(
            "bad.csv' has 3 malformed line(s)",
            "line 3: '1,x,4.0,9'; line 5: '1,3,NaN,9'; line 6: '1,4'");
    assertThat(directory.resolve("bad-out.csv")).doesNotExist();
  }

  @Test
  void whatIsMissingIsNamed() throws IOException {
    Path file = Files.writeString(directory.resolve("names.csv"), "who,movieId,rating\n1,2,3\n");
    Path empty = Files.writeString(directory.resolve("empty.csv"), HEADER);

    assertThat(knit(file, directory.resolve("none.csv")).err())
        .contains(
            "names.csv' has no column 'userId', but who, movieId, rating; say what yours is called");
    assertThat(knit(empty, directory.resolve("none.csv")).err()).contains("There are no ratings.");
    assertThat(knit(ratings, directory.resolve("none.csv"), "--rank", "0"))
        .satisfies(done -> assertThat(done.code()).isEqualTo(2))
        .satisfies(done -> assertThat(done.err()).contains("rank (0) must be at least 1."));
    assertThat(knit(ratings, directory.resolve("none.csv"), "--report", "x.pdf").err())
        .contains("'x.pdf' has an unknown extension; use html or png.");
  }

  @Test
  void movieLensIsRecommendedFrom() throws IOException {
    Path data =
        Path.of(System.getProperty("knit.data", "../shared/data"))
            .resolve("movielens-latest-small");
    assumeThat(data).as("MovieLens, which may not be redistributed").exists();
    Path png = directory.resolve("movielens.png");

    Result done =
        knit(
            data.resolve("ratings.csv.gz"),
            data.resolve("movies.csv.gz"),
            directory.resolve("movielens.parquet"),
            "--rank",
            "32",
            "--iterations",
            "10",
            "--report",
            png.toString());

    assertThat(done.err()).isEmpty();
    assertThat(done.out()).contains("610 users got 6,100 recommendations");
    double recall = Double.parseDouble(done.out().replaceAll("(?s).*\\n64 +([0-9.]+).*", "$1"));
    assertThat(recall).isGreaterThanOrEqualTo(0.99);
    BufferedImage image = ImageIO.read(png.toFile());
    assertThat(image.getWidth()).isGreaterThan(1000);
  }

  private static Result knit(Path rated, Path output, String... more) {
    return knit(rated, items, output, more);
  }

  private static Result knit(Path rated, Path films, Path output, String... more) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> all =
        new ArrayList<>(
            List.of(
                "recommend",
                "--ratings",
                rated.toString(),
                "--items",
                films.toString(),
                "--output",
                output.toString()));
    if (!List.of(more).contains("--index")) {
      all.addAll(List.of("--index", directory.resolve("index").toString()));
    }
    if (!List.of(more).contains("--rank")) {
      all.addAll(List.of("--rank", "6", "--iterations", "3"));
    }
    all.addAll(List.of(more));
    int code =
        Main.run(
            new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
    return new Result(code, out.toString(), err.toString());
  }
}
