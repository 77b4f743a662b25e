package dev.knit.table;

import dev.knit.hnsw.CellRoute;
import dev.knit.hnsw.CellUppers;
import dev.knit.io.FileIO;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Lists of nodes that tasks of a build leave for others in files. */
public final class CellNodes {
  private CellNodes() {}

  /**
   * The nodes of a cell that are on levels ≥ 1, and its root.
   *
   * @param nodes rising
   * @param levels beside them
   * @param vectors beside them, as the user gave them
   */
  public record Upper(int[] nodes, byte[] levels, float[][] vectors) {}

  /**
   * A cell's share of what joins cells.
   *
   * @param dependents vectors beside {@link CellUppers.Slice#dependents}, as the user gave them
   */
  public record Joint(CellUppers.Slice slice, float[][] dependents) {}

  /** Writes the routes of a cell to {@code path} below {@code base}. */
  public static TaskFile write(FileIO io, String base, String path, List<CellRoute> routes)
      throws IOException {
    CheckedOutput out = new CheckedOutput(io.create(TableLayout.resolve(base, path)));
    try (out) {
      for (CellRoute route : routes) {
        int count = route.nodes().length;
        out.write(new int[] {route.cell(), count}, 0, 2);
        out.write(route.nodes(), 0, count);
        out.write(bytes(route.near()), 0, count);
      }
    }
    return new TaskFile(path, out.position(), out.crc32c());
  }

  /** Writes upper nodes to {@code path} below {@code base}. */
  public static TaskFile write(FileIO io, String base, String path, Upper upper)
      throws IOException {
    CheckedOutput out = new CheckedOutput(io.create(TableLayout.resolve(base, path)));
    try (out) {
      out.write(new int[] {upper.nodes.length}, 0, 1);
      out.write(upper.nodes, 0, upper.nodes.length);
      out.write(upper.levels, 0, upper.levels.length);
      for (float[] vector : upper.vectors) {
        out.write(vector, 0, vector.length);
      }
    }
    return new TaskFile(path, out.position(), out.crc32c());
  }

  /** Writes a cell's share to {@code path} below {@code base}. */
  public static TaskFile write(FileIO io, String base, String path, Joint joint)
      throws IOException {
    CheckedOutput out = new CheckedOutput(io.create(TableLayout.resolve(base, path)));
    try (out) {
      CellUppers.Slice slice = joint.slice;
      int[] counts = {
        slice.nodes().length,
        slice.upper().length,
        slice.longEdges().length,
        slice.dependents().length
      };
      out.write(counts, 0, counts.length);
      out.write(slice.nodes(), 0, counts[0]);
      out.write(slice.upper(), 0, counts[1]);
      out.write(slice.longEdges(), 0, counts[2]);
      out.write(slice.longLengths(), 0, counts[2]);
      out.write(slice.dependents(), 0, counts[3]);
      for (float[] vector : joint.dependents) {
        out.write(vector, 0, vector.length);
      }
    }
    return new TaskFile(path, out.position(), out.crc32c());
  }

  /**
   * A cell's share of what joins cells.
   *
   * @throws CorruptIndexException when the file is not what was written
   */
  public static Joint joint(FileIO io, String base, TaskFile file, int dimension)
      throws IOException {
    try (CheckedInput in = CheckedInput.open(io, base, file)) {
      int[] counts = new int[4];
      in.read(counts, 0, counts.length);
      for (int count : counts) {
        if (count < 0 || (long) count * Integer.BYTES > in.remaining()) {
          throw in.corrupt("it has %d numbers".formatted(count));
        }
      }
      CellUppers.Slice slice =
          new CellUppers.Slice(
              new int[counts[0]],
              new int[counts[1]],
              new int[counts[2]],
              new float[counts[2]],
              new int[counts[3]]);
      in.read(slice.nodes(), 0, counts[0]);
      in.read(slice.upper(), 0, counts[1]);
      in.read(slice.longEdges(), 0, counts[2]);
      in.read(slice.longLengths(), 0, counts[2]);
      in.read(slice.dependents(), 0, counts[3]);
      float[][] vectors = new float[counts[3]][dimension];
      for (float[] vector : vectors) {
        in.read(vector, 0, dimension);
      }
      in.finish();
      return new Joint(slice, vectors);
    }
  }

  /**
   * The route to a cell, or null when there is none.
   *
   * @throws CorruptIndexException when the file is not what was written
   */
  public static CellRoute route(FileIO io, String base, TaskFile file, int cell)
      throws IOException {
    for (CellRoute route : routes(io, base, file)) {
      if (route.cell() == cell) {
        return route;
      }
    }
    return null;
  }

  private static List<CellRoute> routes(FileIO io, String base, TaskFile file) throws IOException {
    List<CellRoute> routes = new ArrayList<>();
    try (CheckedInput in = CheckedInput.open(io, base, file)) {
      while (in.remaining() > 0) {
        int to = in.nextInt();
        int count = count(in, Integer.BYTES + 1);
        int[] nodes = new int[count];
        in.read(nodes, 0, count);
        byte[] near = new byte[count];
        in.read(near, 0, count);
        routes.add(new CellRoute(to, nodes, booleans(near)));
      }
      in.finish();
    }
    return routes;
  }

  /**
   * The upper nodes of a cell.
   *
   * @throws CorruptIndexException when the file is not what was written
   */
  public static Upper upper(FileIO io, String base, TaskFile file, int dimension)
      throws IOException {
    try (CheckedInput in = CheckedInput.open(io, base, file)) {
      int count = count(in, Integer.BYTES + 1 + Float.BYTES * dimension);
      Upper upper = new Upper(new int[count], new byte[count], new float[count][dimension]);
      in.read(upper.nodes, 0, count);
      in.read(upper.levels, 0, count);
      for (float[] vector : upper.vectors) {
        in.read(vector, 0, dimension);
      }
      in.finish();
      return upper;
    }
  }

  /** A count of things of which each takes {@code each} bytes of what is left. */
  private static int count(CheckedInput in, int each) throws IOException {
    int count = in.nextInt();
    if (count < 0 || (long) count * each > in.remaining()) {
      throw in.corrupt("it has %d nodes".formatted(count));
    }
    return count;
  }

  private static byte[] bytes(boolean[] flags) {
    byte[] bytes = new byte[flags.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (flags[i] ? 1 : 0);
    }
    return bytes;
  }

  private static boolean[] booleans(byte[] bytes) {
    boolean[] flags = new boolean[bytes.length];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = bytes[i] != 0;
    }
    return flags;
  }
}
