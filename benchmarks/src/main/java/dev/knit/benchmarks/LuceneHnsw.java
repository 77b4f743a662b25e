package dev.knit.benchmarks;

import dev.knit.vector.Metric;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.hnsw.FlatVectorScorerUtil;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.store.MMapDirectory;

/**
 * Lucene's HNSW over float32 vectors, as an index of one segment in memory-mapped files that is
 * asked by {@link LeafReader#searchNearestVectors}, past the costs of a query object. Of the ways
 * tried this one answers fastest: a graph on the heap over mapped vectors, or over vectors on the
 * heap, is 1.1 to 1.5 times as slow, since only mapped vectors are scored in bulk by the Vector
 * API. Building includes writing the files. The writer may buffer up to 2 GB, which is what limits
 * a segment.
 *
 * <p>Compiled, and to be run, on JDK 21 or later.
 */
final class LuceneHnsw implements AnnIndex {
  private static final String FIELD = "vector";
  private static final double BUFFER_MB = 2000;

  private Path path;
  private MMapDirectory directory;
  private DirectoryReader reader;
  private LeafReader segment;
  private int ef;
  private long visited;

  LuceneHnsw() {
    String scorer = FlatVectorScorerUtil.getLucene99FlatVectorsScorer().toString();
    if (!scorer.contains("MemorySegment")) {
      throw new IllegalStateException(
          "Lucene would measure by %s, without the Vector API; start java with @core/jvm.options."
              .formatted(scorer));
    }
  }

  @Override
  public void build(DataSet data, BuildParams params) throws IOException {
    if (params.threads() != 1) {
      throw new IllegalArgumentException(
          "Lucene builds a segment on one thread, not %d; leave out --threads."
              .formatted(params.threads()));
    }
    path = Files.createTempDirectory("knit-lucene");
    directory = new MMapDirectory(path);
    write(data, new Lucene99HnswVectorsFormat(params.m(), params.efConstruction()));
    reader = DirectoryReader.open(directory);
    if (reader.leaves().size() != 1) {
      throw new IllegalStateException(
          "Lucene wrote %d segments instead of one; use fewer --rows."
              .formatted(reader.leaves().size()));
    }
    segment = reader.leaves().get(0).reader();
  }

  private void write(DataSet data, KnnVectorsFormat format) throws IOException {
    VectorSimilarityFunction similarity =
        data.metric() == Metric.L2
            ? VectorSimilarityFunction.EUCLIDEAN
            : VectorSimilarityFunction.DOT_PRODUCT;
    try (IndexWriter writer = new IndexWriter(directory, config(format))) {
      for (float[] vector : data.base()) {
        Document document = new Document();
        document.add(new KnnFloatVectorField(FIELD, vector, similarity));
        writer.addDocument(document);
      }
      writer.commit();
    }
  }

  private static IndexWriterConfig config(KnnVectorsFormat format) {
    IndexWriterConfig config = new IndexWriterConfig();
    config.setRAMBufferSizeMB(BUFFER_MB);
    config.setRAMPerThreadHardLimitMB((int) BUFFER_MB + 1);
    config.setUseCompoundFile(false);
    config.setMergePolicy(NoMergePolicy.INSTANCE);
    return config.setCodec(
        new Lucene104Codec() {
          @Override
          public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
            return format;
          }
        });
  }

  @Override
  public void ef(int ef) {
    this.ef = ef;
  }

  /** Documents of one segment are numbered as they were added. */
  @Override
  public void search(float[] query, int[] out) throws IOException {
    TopKnnCollector collector = new TopKnnCollector(ef, Integer.MAX_VALUE);
    AcceptDocs all = AcceptDocs.fromLiveDocs(null, segment.maxDoc());
    segment.searchNearestVectors(FIELD, query, collector, all);
    visited += collector.visitedCount();
    TopDocs found = collector.topDocs();
    for (int i = 0; i < Math.min(out.length, found.scoreDocs.length); i++) {
      ScoreDoc hit = found.scoreDocs[i];
      out[i] = hit.doc;
    }
  }

  @Override
  public long distanceComputations() {
    return visited;
  }

  @Override
  public long offHeapBytes() {
    try {
      long bytes = 0;
      for (String file : directory == null ? new String[0] : directory.listAll()) {
        bytes += directory.fileLength(file);
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    if (directory == null) {
      return;
    }
    if (reader != null) {
      reader.close();
    }
    for (String file : directory.listAll()) {
      directory.deleteFile(file);
    }
    directory.close();
    Files.delete(path);
  }
}
