package dev.knit.spark;

import java.io.IOException;
import java.lang.ref.Cleaner;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerApplicationEnd;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Directories that all executors reach and that go with their user, or at the latest with the
 * application.
 */
final class TemporaryFiles {
  /** Where they are made. */
  static final String DIRECTORY = "spark.knit.temporary.dir";

  private static final Logger LOG = LoggerFactory.getLogger(TemporaryFiles.class);
  private static final Cleaner CLEANER = Cleaner.create();
  private static final Map<SparkContext, TemporaryFiles> FILES = new HashMap<>();

  private final Set<TableAccess> directories = ConcurrentHashMap.newKeySet();

  private TemporaryFiles() {}

  private static synchronized TemporaryFiles of(SparkContext context) {
    TemporaryFiles files = FILES.get(context);
    if (files == null) {
      TemporaryFiles made = new TemporaryFiles();
      context.addSparkListener(
          new SparkListener() {
            @Override
            public void onApplicationEnd(SparkListenerApplicationEnd end) {
              forget(context);
              made.directories.forEach(made::remove);
            }
          });
      FILES.put(context, made);
      return made;
    }
    return files;
  }

  private static synchronized void forget(SparkContext context) {
    FILES.remove(context);
  }

  /**
   * A new directory, which is removed when {@code user} is no longer in use.
   *
   * @throws IllegalArgumentException when it is not known what directory the executors share
   */
  static TableAccess create(SparkSession spark, Object user) {
    TableAccess directory = TableAccess.of(spark, base(spark) + "/knit-" + UUID.randomUUID());
    TemporaryFiles files = of(Sessions.context(spark));
    files.directories.add(directory);
    CLEANER.register(user, () -> files.remove(directory));
    return directory;
  }

  private void remove(TableAccess directory) {
    try {
      directory.io().deleteDirectory(directory.path());
      directories.remove(directory);
    } catch (IOException | RuntimeException e) {
      LOG.warn("The temporary directory '{}' could not be removed.", directory.path(), e);
    }
  }

  private static String base(SparkSession spark) {
    SparkContext context = Sessions.context(spark);
    String named = spark.conf().get(DIRECTORY, "");
    if (!named.isEmpty()) {
      return named;
    }
    if (context.getCheckpointDir().isDefined()) {
      return context.getCheckpointDir().get();
    }
    if (context.isLocal()) {
      return new java.io.File(System.getProperty("java.io.tmpdir")).toURI().toString();
    }
    return home(spark);
  }

  /** Like YARN's staging directory, on a file system that all machines share. */
  private static String home(SparkSession spark) {
    try {
      FileSystem shared = FileSystem.get(Sessions.classic(spark).sessionState().newHadoopConf());
      if (!shared.getScheme().equals("file")) {
        return new Path(shared.getHomeDirectory(), ".knit").toString();
      }
    } catch (IOException e) {
      LOG.debug("The default file system cannot be reached.", e);
    }
    throw new IllegalArgumentException(
        "A join with a DataFrame that has no index needs a directory that all executors reach: set %s."
            .formatted(DIRECTORY));
  }
}
