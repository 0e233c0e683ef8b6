package io.etcdregistry.benchmarks.peers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Netflix Eureka as Spring Cloud has it, with its defaults: a server and clients, each a process.
 */
final class Eureka {
  private static final String PACKAGE = "io.etcdregistry.benchmarks.eureka.";

  private Eureka() {}

  /** Whether it is there; else one line on the standard error. */
  static boolean isThere(String folder) {
    if (Files.isDirectory(Path.of(folder, "lib"))) {
      return true;
    }
    System.err.println("bench: without Eureka, which could not be had here");
    return false;
  }

  private static Driver start(String folder, String main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-cp", folder + "/classes:" + folder + "/lib/*"));
    command.add(PACKAGE + main);
    command.addAll(List.of(arguments));
    return Driver.start(command);
  }

  /** A server on a free port of loopback, with a client that is another process. */
  static final class Server implements AutoCloseable {
    private final Driver server;
    private final String url;
    private final String folder;

    Server(String folder) {
      this.folder = folder;
      this.server = start(folder, "EurekaServer");
      this.url = "http://127.0.0.1:" + server.answer()[0] + "/eureka/";
    }

    Driver client() {
      return start(folder, "EurekaDriver", url);
    }

    @Override
    public void close() {
      server.close();
    }
  }

  /** Begins to measure how long joins and leaves take to be seen; it takes minutes. */
  static Slow propagation(String folder, boolean kill) {
    return isThere(folder) ? new Slow(folder, kill) : new Slow();
  }

  /** A measurement that goes on beside others, as it takes long and costs nothing. */
  static final class Slow implements AutoCloseable {
    private static final int SERVICES = 8;
    private static final int FIRST_PORT = 20_000;
    private static final long STAGGER_MILLIS = 2_500;

    private final boolean kill;
    private final Contender.Measured values = new Contender.Measured();
    private final List<Driver> processes = new ArrayList<>();
    private final CompletableFuture<Optional<Contender.Measured>> result;

    Slow() {
      kill = false;
      result = CompletableFuture.completedFuture(Optional.empty());
    }

    Slow(String folder, boolean kill) {
      this.kill = kill;
      Server server = new Server(folder);
      Driver actor = server.client();
      Driver victim = server.client();
      Driver observer = server.client();
      processes.addAll(List.of(observer, actor, victim, server.server));
      // Those that go are there before the observer begins: it need not wait for them.
      for (int i = 0; i < SERVICES; i++) {
        actor.ask("join", "leaving-" + i, FIRST_PORT + i);
      }
      if (kill) {
        victim.ask("join", "killed", FIRST_PORT);
      }
      observer.ask("observe", SERVICES + (kill ? 1 : 0));
      CompletableFuture<Void> begun =
          CompletableFuture.runAsync(() -> measure(actor, victim, observer));
      result = begun.thenApply(done -> Optional.of(values));
    }

    private void measure(Driver actor, Driver victim, Driver observer) {
      long killed = System.nanoTime();
      victim.close();
      long[] joined = new long[SERVICES];
      long[] left = new long[SERVICES];
      for (int i = 0; i < SERVICES; i++) {
        joined[i] = actor.number("join", "joining-" + i, FIRST_PORT + SERVICES + i);
        left[i] = actor.number("leave", "leaving-" + i);
        sleep(STAGGER_MILLIS);
      }
      for (int i = 0; i < SERVICES; i++) {
        values.join().add((observer.number("seen", "joining-" + i) - joined[i]) / 1e6);
        values.leave().add((observer.number("gone", "leaving-" + i) - left[i]) / 1e6);
      }
      if (kill) {
        values.kill().add((observer.number("gone", "killed") - killed) / 1e6);
      }
    }

    private static void sleep(long millis) {
      try {
        TimeUnit.MILLISECONDS.sleep(millis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    Optional<Contender.Measured> await() {
      return result.join();
    }

    @Override
    public void close() {
      processes.forEach(Driver::close);
    }
  }
}
