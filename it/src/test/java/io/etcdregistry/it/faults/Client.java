package io.etcdregistry.it.faults;

import io.etcdregistry.it.faults.History.Interval;
import io.etcdregistry.it.harness.JavaProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A client process as the test sees it: what it was told to do, what it told, and when it could do
 * nothing about its records because it was paused, cut off or dead. Thread-safe.
 */
final class Client implements AutoCloseable {
  private final String name;
  private final int readers;
  private final JavaProcess process;

  // All guarded by this object's lock.
  private final List<View> views = new ArrayList<>();
  private final List<Call> calls = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private final List<String> done = new ArrayList<>();
  private final Map<String, String> states = new TreeMap<>();
  private final List<String> stateChanges = new ArrayList<>();
  private final Map<String, Long> joinedAt = new TreeMap<>();
  private final List<Interval> unwell = new ArrayList<>();
  private long unwellSince = -1;

  private Client(String name, int readers, Path log, Class<?> main, String... arguments) {
    this.name = name;
    this.readers = readers;
    this.process = JavaProcess.start(this::hear, log, main, arguments);
  }

  /** A process that joins, see {@link Services}. */
  static Client services(String name, Path log, String connection) {
    return new Client(name, 0, log, Services.class, connection);
  }

  /** A process of readers, which follow all services and two of them, see {@link Readers}. */
  static Client readers(String name, int readers, Path log, String connection) {
    String count = Integer.toString(readers);
    return new Client(name, readers, log, Readers.class, connection, count, "s0", "s1");
  }

  String name() {
    return name;
  }

  /** How many readers it has. */
  int readers() {
    return readers;
  }

  /** Gives it a command. */
  void say(String command) {
    process.say(command);
  }

  private synchronized void hear(String line) {
    String[] words = line.split(" ");
    switch (words[0]) {
      case "view" -> views.add(View.of(words));
      case "call" -> calls.add(Call.of(line));
      case "state" -> hearState(Long.parseLong(words[1]), words[2], words[3]);
      case "done" -> done.add(line.substring("done ".length()));
      case "failed" -> failures.add(line.substring("failed ".length()));
      case "stalled" ->
          unwell.add(new Interval(Long.parseLong(words[1]), Long.parseLong(words[2])));
      case "closed" -> unwellSince = System.nanoTime();
      default -> throw new IllegalStateException(name + " said: " + line);
    }
  }

  private void hearState(long nanos, String key, String state) {
    states.put(key, state);
    stateChanges.add(nanos + " " + key + " " + state);
    if (state.equals("JOINED")) {
      joinedAt.putIfAbsent(key, nanos);
    }
    if (state.equals("LEFT")) {
      states.remove(key);
    }
  }

  /** Freezes the process (SIGSTOP). */
  void pause() {
    process.signal("STOP");
    beginUnwell();
  }

  /** Lets it go on (SIGCONT). */
  void resume() {
    process.signal("CONT");
    endUnwell();
  }

  /** Kills it (SIGKILL): it leaves nothing but records that run out. */
  void kill() {
    beginUnwell();
    process.close();
  }

  /** From here on it cannot reach etcd. */
  synchronized void beginUnwell() {
    if (unwellSince < 0) {
      unwellSince = System.nanoTime();
    }
  }

  /** From here on it can. */
  synchronized void endUnwell() {
    if (unwellSince >= 0) {
      unwell.add(new Interval(unwellSince, System.nanoTime()));
      unwellSince = -1;
    }
  }

  /** How much of a stretch of time it could have done something about. */
  synchronized Duration wellDuring(Interval stretch) {
    List<Interval> troubles = new ArrayList<>(unwell);
    if (unwellSince >= 0) {
      troubles.add(new Interval(unwellSince, Long.MAX_VALUE));
    }
    troubles.sort(Comparator.comparingLong(Interval::from));
    long well = 0;
    long from = stretch.from();
    for (Interval trouble : troubles) {
      well += Math.max(0, Math.min(trouble.from(), stretch.to()) - from);
      from = Math.max(from, trouble.to());
    }
    well += Math.max(0, stretch.to() - from);
    return Duration.ofNanos(well);
  }

  /** When each of its records was first known to be joined. */
  synchronized Map<String, Long> joinedAt() {
    return Map.copyOf(joinedAt);
  }

  /** The state of each registration that has not left, by key. */
  synchronized Map<String, String> states() {
    return new TreeMap<>(states);
  }

  /** Each change of a state, as {@code NANOS KEY STATE}. */
  synchronized List<String> stateChanges() {
    return List.copyOf(stateChanges);
  }

  synchronized List<View> views() {
    return List.copyOf(views);
  }

  /** The last thing that one of its readers told of a view. */
  synchronized Optional<View> lastView(int reader, String label) {
    for (int i = views.size() - 1; i >= 0; i--) {
      if (views.get(i).reader() == reader && views.get(i).label().equals(label)) {
        return Optional.of(views.get(i));
      }
    }
    return Optional.empty();
  }

  synchronized List<Call> calls() {
    return List.copyOf(calls);
  }

  /** Commands that failed, and why. */
  synchronized List<String> failures() {
    return List.copyOf(failures);
  }

  /** Whether it said that a command is done. */
  synchronized boolean hasDone(String command) {
    return done.contains(command);
  }

  /** Lets it leave and end; false if it takes too long. */
  boolean finish() {
    return process.finish(Duration.ofSeconds(30));
  }

  @Override
  public void close() {
    process.close();
  }

  /** A snapshot that a reader was given. */
  record View(
      long nanos,
      int reader,
      String label,
      long version,
      long revision,
      String freshness,
      int resets,
      List<String> entries) {
    static View of(String[] words) {
      return new View(
          Long.parseLong(words[1]),
          Integer.parseInt(words[2]),
          words[3],
          Long.parseLong(words[4]),
          Long.parseLong(words[5]),
          words[6],
          Integer.parseInt(words[7]),
          List.of(Arrays.copyOfRange(words, 8, words.length)));
    }

    boolean live() {
      return freshness.equals("LIVE");
    }
  }

  /** A verb that was called: when, how long it took, and what came of it. */
  record Call(long nanos, String verb, long millis, String answer) {
    static Call of(String line) {
      String[] words = line.split(" ", 5);
      return new Call(Long.parseLong(words[1]), words[2], Long.parseLong(words[3]), words[4]);
    }

    boolean failed() {
      return !answer.equals("ok");
    }
  }
}
