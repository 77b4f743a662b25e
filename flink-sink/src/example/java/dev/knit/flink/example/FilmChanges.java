package dev.knit.flink.example;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What happens to films, one change after the other: all of them are added, meanwhile one in ten is
 * changed, its vector too, and one in twenty taken out.
 */
final class FilmChanges implements Iterator<FilmChanges.Change> {
  /** The seed that decides which. */
  private static final long SEED = 1;

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * A message of the topic.
   *
   * @param key the film
   * @param value null when it was taken out
   */
  record Change(String key, String value) {}

  private final List<ObjectNode> films;
  private final List<Integer> added = new ArrayList<>();
  private final Map<Long, Integer> revisions = new TreeMap<>();
  private final Random random = new Random(SEED);
  private int next;

  FilmChanges(List<ObjectNode> films) {
    this.films = films;
  }

  /** Films as Spark writes them as JSON: files of a directory, a film a line. */
  static List<ObjectNode> read(Path directory) throws IOException {
    List<ObjectNode> films = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(file -> file.toString().endsWith(".json")).sorted().toList()) {
        for (String line : Files.readAllLines(file)) {
          films.add((ObjectNode) JSON.readTree(line));
        }
      }
    }
    return films;
  }

  @Override
  public boolean hasNext() {
    return next < films.size();
  }

  @Override
  public Change next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    double what = added.size() < 100 ? 1 : random.nextDouble();
    if (what < 0.05) {
      return remove(added.remove(random.nextInt(added.size())));
    }
    if (what < 0.15) {
      return change(added.get(random.nextInt(added.size())));
    }
    added.add(next);
    return put(films.get(next++));
  }

  private Change remove(int film) {
    long id = id(films.get(film));
    revisions.remove(id);
    return new Change(key(id), null);
  }

  /** Its vector goes a tenth of the way to that of another film. */
  private Change change(int film) {
    ObjectNode changed = films.get(film);
    ArrayNode vector = (ArrayNode) changed.get("embedding");
    ArrayNode other = (ArrayNode) films.get(random.nextInt(films.size())).get("embedding");
    for (int i = 0; i < vector.size(); i++) {
      double value = 0.9 * vector.get(i).floatValue() + 0.1 * other.get(i).floatValue();
      vector.set(i, JSON.getNodeFactory().numberNode((float) value));
    }
    return put(changed);
  }

  private Change put(ObjectNode film) {
    long id = id(film);
    ObjectNode value = film.deepCopy();
    value.remove("id");
    value.put("revision", revisions.merge(id, 1, Integer::sum));
    return new Change(key(id), value.toString());
  }

  private static long id(ObjectNode film) {
    return film.get("id").longValue();
  }

  private static String key(long id) {
    return "{\"id\":" + id + "}";
  }

  /** The films that there are after the changes so far, each with how often it was put. */
  Map<Long, Integer> revisions() {
    return revisions;
  }
}
