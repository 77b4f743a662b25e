package dev.knit.flink.example;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Changes of films go through a Kafka broker into the index table {@code cinema.films}, which Flink
 * SQL keeps up to date while others read it. It ends when all changes are in the table.
 */
public final class FilmStream {
  private static final String TOPIC = "films";
  private static final String GROUP = "knit";
  private static final int PARTITIONS = 2;

  private final KafkaBroker broker;
  private final Path warehouse;

  private FilmStream(KafkaBroker broker, Path warehouse) {
    this.broker = broker;
    this.warehouse = warehouse;
  }

  /**
   * Takes the directory of the films, that of the warehouse, an empty one for everything else, and
   * how many changes are sent per second.
   */
  public static void main(String[] args) throws Exception {
    List<ObjectNode> films = FilmChanges.read(Path.of(args[0]));
    Path work = Path.of(args[2]);
    try (KafkaBroker broker = KafkaBroker.start(work.resolve("kafka"))) {
      broker.createTopic(TOPIC, PARTITIONS);
      FilmStream stream = new FilmStream(broker, Path.of(args[1]));
      int dimension = films.get(0).get("embedding").size();
      JobClient job = stream.start(dimension, work.resolve("checkpoints"));
      FilmChanges changes = new FilmChanges(films);
      stream.send(changes, Integer.parseInt(args[3]));
      stream.awaitReadAll(job);
      job.stopWithSavepoint(false, work.resolve("savepoint").toString(), SavepointFormatType.NATIVE)
          .get();
      write(changes.revisions(), work.resolve("revisions.csv"));
    }
    System.exit(0); // some threads of Flink's local cluster are no daemons
  }

  private JobClient start(int dimension, Path checkpoints) {
    Configuration settings = new Configuration();
    settings.setString("execution.checkpointing.interval", "2 s");
    // Flink keeps the last change of each film, more than the 5 MB that fit without a directory.
    settings.setString("execution.checkpointing.dir", checkpoints.toUri().toString());
    settings.setString("pipeline.generic-types", "false");
    settings.setString("restart-strategy.type", "fixed-delay"); // not for ever, so that it is told
    settings.setString("restart-strategy.fixed-delay.attempts", "5");
    StreamExecutionEnvironment streams =
        StreamExecutionEnvironment.createLocalEnvironment(PARTITIONS, settings);
    StreamTableEnvironment sql = StreamTableEnvironment.create(streams);
    sql.executeSql(
        "CREATE CATALOG knit WITH ('type' = 'knit', 'warehouse' = '%s')".formatted(warehouse));
    sql.executeSql("CREATE DATABASE IF NOT EXISTS knit.cinema");
    sql.executeSql(
        """
        CREATE TABLE knit.cinema.films (
          id BIGINT, embedding ARRAY<FLOAT>, title STRING, `year` INT, revision INT,
          sent TIMESTAMP_LTZ(3), PRIMARY KEY (id) NOT ENFORCED
        ) WITH ('vector.dimension' = '%d', 'vector.metric' = 'cosine')
        """
            .formatted(dimension));
    sql.executeSql(
        """
        CREATE TABLE changes (
          id BIGINT, embedding ARRAY<FLOAT>, title STRING, `year` INT, revision INT,
          sent TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL, PRIMARY KEY (id) NOT ENFORCED
        ) WITH (
          'connector' = 'upsert-kafka', 'topic' = '%s', 'properties.bootstrap.servers' = '%s',
          'properties.group.id' = '%s', 'key.format' = 'json', 'value.format' = 'json',
          'value.fields-include' = 'EXCEPT_KEY'
        )
        """
            .formatted(TOPIC, broker.address(), GROUP));
    return sql.executeSql(
            """
            INSERT INTO knit.cinema.films /*+ OPTIONS('sink.compaction.pause' = '5 s') */
            SELECT id, embedding, title, `year`, revision, sent FROM changes
            """)
        .getJobClient()
        .orElseThrow();
  }

  private void send(FilmChanges changes, int perSecond) throws InterruptedException {
    Map<String, Object> settings =
        Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.address());
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      long start = System.nanoTime();
      long sent = 0;
      while (changes.hasNext()) {
        FilmChanges.Change change = changes.next();
        producer.send(new ProducerRecord<>(TOPIC, change.key(), change.value()));
        sent++;
        if (sent % (5L * perSecond) == 0) {
          System.out.printf("%,d changes sent to Kafka%n", sent);
        }
        Thread.sleep(
            Math.max(0, sent * 1000 / perSecond - (System.nanoTime() - start) / 1_000_000));
      }
      producer.flush();
      System.out.printf("all %,d changes sent to Kafka%n", sent);
    }
  }

  /** Waits until a checkpoint has all that was sent: with it the job tells Kafka how far it is. */
  private void awaitReadAll(JobClient job) throws Exception {
    CompletableFuture<JobExecutionResult> result = job.getJobExecutionResult();
    try (Admin admin = broker.admin()) {
      while (!read(admin).equals(end(admin))) {
        if (result.isDone()) {
          result.get(); // tells why it failed
        }
        Thread.sleep(200);
      }
    }
  }

  private static Map<TopicPartition, Long> read(Admin admin) throws Exception {
    return admin
        .listConsumerGroupOffsets(GROUP)
        .partitionsToOffsetAndMetadata()
        .get()
        .entrySet()
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> offset(entry.getValue())));
  }

  private static long offset(OffsetAndMetadata read) {
    return read == null ? 0 : read.offset();
  }

  private static Map<TopicPartition, Long> end(Admin admin) throws Exception {
    Map<TopicPartition, OffsetSpec> latest =
        java.util.stream.IntStream.range(0, PARTITIONS)
            .mapToObj(partition -> new TopicPartition(TOPIC, partition))
            .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
    return admin.listOffsets(latest).all().get().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().offset()));
  }

  private static void write(Map<Long, Integer> revisions, Path file) throws IOException {
    Files.write(
        file,
        revisions.entrySet().stream()
            .map(entry -> entry.getKey() + "," + entry.getValue())
            .toList());
  }
}
