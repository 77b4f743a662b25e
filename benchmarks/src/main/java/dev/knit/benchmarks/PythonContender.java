package dev.knit.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A library of PyPI in a Python process of its own, which times it and is idle between requests. It
 * answers all queries by one call on one thread, so that Python costs it nothing. Its memory is
 * what a build adds to the resident memory of the process.
 */
final class PythonContender implements Contender {
  private final String library;
  private final PythonWorker worker;
  private final BuildParams params;

  PythonContender(String library, String python, DataSet data, BuildParams params)
      throws IOException {
    this.library = library;
    this.params = params;
    this.worker = new PythonWorker(python, library, params.threads());
    load(data);
  }

  private void load(DataSet data) throws IOException {
    Path base = write(data.base());
    Path queries = write(data.queries());
    worker.call(
        "load",
        Map.of(
            "base", base.toString(),
            "queries", queries.toString(),
            "dimension", data.dimension(),
            "metric", data.metric().id()));
    Files.delete(base);
    Files.delete(queries);
  }

  /** The floats of all vectors, little-endian, one after another. */
  private static Path write(float[][] vectors) throws IOException {
    Path file = Files.createTempFile("knit-vectors", ".f32");
    ByteBuffer row = ByteBuffer.allocate(vectors[0].length * Float.BYTES);
    row.order(ByteOrder.LITTLE_ENDIAN);
    try (WritableByteChannel out =
        Channels.newChannel(new BufferedOutputStream(Files.newOutputStream(file), 1 << 20))) {
      for (float[] vector : vectors) {
        row.clear().asFloatBuffer().put(vector);
        out.write(row);
      }
    }
    return file;
  }

  @Override
  public String library() {
    return library;
  }

  @Override
  public String memory() {
    return "resident";
  }

  @Override
  public Build build() throws IOException {
    JsonNode reply =
        worker.call(
            "build",
            Map.of(
                "m", params.m(),
                "ef_construction", params.efConstruction(),
                "threads", params.threads()));
    return new Build(reply.get("seconds").asDouble(), reply.get("bytes").asLong());
  }

  @Override
  public Pass search(int ef) throws IOException {
    JsonNode reply = worker.call("search", Map.of("k", DataSet.K, "ef", ef));
    JsonNode rows = reply.get("found");
    int[][] found = new int[rows.size()][DataSet.K];
    for (int q = 0; q < found.length; q++) {
      for (int i = 0; i < DataSet.K; i++) {
        found[q][i] = rows.get(q).get(i).asInt();
      }
    }
    return new Pass(reply.get("seconds").asDouble(), found, reply.get("distances").asLong());
  }

  @Override
  public void close() {
    worker.close();
  }
}
