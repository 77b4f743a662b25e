package dev.knit.io;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Storage on which operations fail by chance, before their effect or behind it; take effect later
 * than they fail; write a part of a file; find the disk full, which Hadoop tells by an Error; are
 * interrupted, as all are then until the interrupt is taken note of; or show an old hint. A fault
 * may be the first of a row. For one thread.
 */
public final class FaultyFileIO extends ForwardingFileIO {
  private static final List<Fault> OF_WRITES =
      List.of(Fault.BEFORE, Fault.AFTER, Fault.LATE, Fault.TORN, Fault.FULL, Fault.INTERRUPT);
  private static final List<Fault> OF_READS = List.of(Fault.BEFORE, Fault.INTERRUPT);

  private final Random random;
  private final double readFaults;
  private final double writeFaults;
  private final Runnable betweenSteps;
  private final Map<String, List<byte[]>> hints = new HashMap<>();
  private final List<Late> late = new ArrayList<>();
  private int outage;

  private enum Fault {
    NONE,
    BEFORE,
    AFTER,
    LATE,
    TORN,
    FULL,
    INTERRUPT
  }

  /** A write that takes effect some operations later. */
  private static final class Late {
    private final Step step;
    private int operations;

    Late(Step step, int operations) {
      this.step = step;
      this.operations = operations;
    }
  }

  private interface Step {
    boolean run() throws IOException;
  }

  /**
   * Faults of {@code io}.
   *
   * @param betweenSteps runs before each operation, for others to do something meanwhile
   */
  public FaultyFileIO(
      FileIO io, Random random, double readFaults, double writeFaults, Runnable betweenSteps) {
    super(io);
    this.random = random;
    this.readFaults = readFaults;
    this.writeFaults = writeFaults;
    this.betweenSteps = betweenSteps;
  }

  /** Lets everything that is late take effect. */
  public void settle() throws IOException {
    while (!late.isEmpty()) {
      late.remove(0).step.run();
    }
  }

  @Override
  public InputStream open(String path) throws IOException {
    read();
    if (path.endsWith("/hint") && random.nextInt(4) == 0 && hints.containsKey(path)) {
      List<byte[]> old = hints.get(path);
      return new ByteArrayInputStream(old.get(random.nextInt(old.size())));
    }
    return io.open(path);
  }

  @Override
  public byte[] read(String path, long from, int count) throws IOException {
    read();
    return io.read(path, from, count);
  }

  @Override
  public boolean createIfAbsent(String path, byte[] bytes) throws IOException {
    Fault fault = write();
    // a store that creates in one step never shows a part
    return run(fault == Fault.TORN ? Fault.BEFORE : fault, () -> io.createIfAbsent(path, bytes));
  }

  @Override
  public OutputStream create(String path) throws IOException {
    return new ByteArrayOutputStream() {
      @Override
      public void close() throws IOException {
        Fault fault = FaultyFileIO.this.write();
        if (fault == Fault.TORN) {
          save(path, Arrays.copyOf(toByteArray(), size() / 2));
          throw new IOException("injected: a part was written");
        }
        FaultyFileIO.this.run(fault, () -> save(path, toByteArray()));
      }
    };
  }

  @Override
  public void replace(String path, byte[] bytes) throws IOException {
    Fault fault = write();
    if (fault == Fault.TORN) {
      io.replace(path, Arrays.copyOf(bytes, bytes.length / 2));
      throw new IOException("injected: a part was written");
    }
    run(
        fault,
        () -> {
          io.replace(path, bytes);
          hints.computeIfAbsent(path, hint -> new ArrayList<>()).add(bytes);
          return true;
        });
  }

  @Override
  public void delete(String path) throws IOException {
    run(
        write(),
        () -> {
          io.delete(path);
          return true;
        });
  }

  @Override
  public long length(String path) throws IOException {
    read();
    return io.length(path);
  }

  @Override
  public boolean exists(String path) throws IOException {
    read();
    return io.exists(path);
  }

  @Override
  public List<String> list(String directory) throws IOException {
    read();
    return io.list(directory);
  }

  @Override
  public List<FileEntry> files(String directory) throws IOException {
    read();
    return io.files(directory);
  }

  private boolean save(String path, byte[] bytes) throws IOException {
    try (OutputStream out = io.create(path)) {
      out.write(bytes);
    }
    return true;
  }

  private void read() throws IOException {
    step();
    if (random.nextDouble() < readFaults) {
      run(OF_READS.get(random.nextInt(OF_READS.size())), () -> true);
    }
  }

  private Fault write() throws IOException {
    step();
    return random.nextDouble() < writeFaults
        ? OF_WRITES.get(random.nextInt(OF_WRITES.size()))
        : Fault.NONE;
  }

  private void step() throws IOException {
    betweenSteps.run();
    for (Iterator<Late> writes = late.iterator(); writes.hasNext(); ) {
      Late write = writes.next();
      if (--write.operations == 0) {
        writes.remove();
        write.step.run();
      }
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new ClosedByInterruptException();
    }
    if (outage > 0) {
      outage--;
      throw new IOException("injected: no connection for some time");
    }
  }

  private boolean run(Fault fault, Step step) throws IOException {
    if (fault != Fault.NONE && random.nextInt(8) == 0) {
      outage = random.nextInt(15);
    }
    switch (fault) {
      case NONE:
        return step.run();
      case AFTER:
        step.run();
        throw new IOException("injected: the answer was lost");
      case LATE:
        late.add(new Late(step, 1 + random.nextInt(30)));
        throw new IOException("injected: no answer in time");
      case FULL:
        throw diskFull();
      case INTERRUPT:
        Thread.currentThread().interrupt();
        throw new ClosedByInterruptException();
      default:
        throw new IOException("injected: no connection");
    }
  }

  /** Hadoop makes its Error for itself only. */
  private static Error diskFull() {
    try {
      var constructor = org.apache.hadoop.fs.FSError.class.getDeclaredConstructor(Throwable.class);
      constructor.setAccessible(true);
      return constructor.newInstance(new IOException("No space left on device"));
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }
}
