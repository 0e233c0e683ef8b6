package io.etcdregistry.cli;

import io.etcdregistry.Instance;
import io.etcdregistry.Registry;
import io.etcdregistry.RegistryException;
import io.etcdregistry.ServiceView;
import io.etcdregistry.Snapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** The steps of the demo, and the end of everything that they began. */
final class Demo implements AutoCloseable {
  static final String SERVICE = "my-service-name";

  private static final int PORT = 8080;
  private static final String TTL = "5s";

  /** Far beyond what any step takes: a machine may be slow. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final long FAREWELL_MILLIS = 3000;

  private final Console console;
  private final Registry registry;
  private final List<String> etcd;
  private final Map<String, String> environment;
  private final long begin = System.nanoTime();
  private final List<DemoChild> children = new ArrayList<>();
  private final Set<String> made = new LinkedHashSet<>();
  private volatile boolean closing;
  private boolean closed;

  /**
   * @param etcd the options that tell a child where etcd is
   * @param environment the children's whole environment
   */
  Demo(Console console, Registry registry, List<String> etcd, Map<String, String> environment) {
    this.console = console;
    this.registry = registry;
    this.etcd = List.copyOf(etcd);
    this.environment = Map.copyOf(environment);
  }

  /** Shows the main job; returns when nothing is left of it. */
  void run() {
    if (!registry.list(SERVICE).isEmpty()) {
      throw new CommandException(
          ExitCode.FAILURE,
          "there are instances of "
              + SERVICE
              + " already, which the demo would mix with its own;"
              + " choose another etcd or namespace with -e");
    }
    ServiceView view = registry.service(SERVICE);
    DemoChild first = join(PORT);
    DemoChild second = join(PORT + 1);
    await(view, snapshot -> snapshot.instances().size() == 2, first, second);
    view.snapshot().instances().forEach(instance -> made.add(instance.key()));
    tell("Both have joined.");
    lookUp();
    list();
    kill(view, second, PORT + 1);
    stop(view, first, PORT);
    tell("Nothing is left of the two. That is all.");
  }

  private DemoChild join(int port) {
    List<String> shown = List.of("join", SERVICE, "--port", Integer.toString(port), "--ttl", TTL);
    List<String> arguments = new ArrayList<>(shown);
    arguments.addAll(List.of("--wait", "0s", "--slack", "0s"));
    arguments.addAll(List.of("--parent", Long.toString(ProcessHandle.current().pid())));
    arguments.addAll(etcd);
    DemoChild child = start(arguments);
    tell(
        "A service starts, as process "
            + child.pid()
            + ": "
            + Main.NAME
            + " "
            + String.join(" ", shown));
    return child;
  }

  private synchronized DemoChild start(List<String> arguments) {
    if (closed) {
      throw new CommandException(ExitCode.INTERRUPTED, "stopped");
    }
    DemoChild child = new DemoChild(arguments, environment);
    children.add(child);
    return child;
  }

  /** Any of the two may come; the one with the port of the documentation is shown. */
  private void lookUp() {
    Instance found = registry.lookup(SERVICE).orElseThrow();
    for (int i = 0; i < 1000 && found.port().orElse(0) != PORT; i++) {
      found = registry.lookup(SERVICE).orElseThrow();
    }
    tell("A client looks one up: " + Main.NAME + " lookup " + SERVICE);
    console.data(found.json());
    console.flush();
  }

  private void list() {
    tell("Or lists them all: " + Main.NAME + " list " + SERVICE);
    new Table(console, false, true, "")
        .begin(
            registry.list(SERVICE).stream().map(instance -> new Table.Row("", instance)).toList());
    console.flush();
  }

  private void kill(ServiceView view, DemoChild child, int port) {
    tell(
        "Process "
            + child.pid()
            + " is killed with SIGKILL. Its record has a TTL of "
            + TTL
            + " and is left to it ...");
    long killed = System.nanoTime();
    child.kill();
    await(view, snapshot -> !has(snapshot, port));
    tell("... and is gone " + since(killed) + " after the kill.");
  }

  private void stop(ServiceView view, DemoChild child, int port) {
    tell("Process " + child.pid() + " is stopped with SIGTERM. It leaves ...");
    long stopped = System.nanoTime();
    child.terminate();
    await(view, snapshot -> !has(snapshot, port));
    tell("... and its record is gone " + since(stopped) + " after the signal.");
  }

  private static boolean has(Snapshot snapshot, int port) {
    return snapshot.instances().stream().anyMatch(instance -> instance.port().orElse(0) == port);
  }

  private void await(ServiceView view, Predicate<Snapshot> wanted, DemoChild... mustLive) {
    CompletableFuture<Void> seen = new CompletableFuture<>();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    ServiceView.Subscription subscription =
        view.onChange(
            change -> {
              if (wanted.test(change.snapshot())) {
                seen.complete(null);
              }
            });
    try {
      while (!isSeen(seen)) {
        if (closing) {
          throw new CommandException(ExitCode.INTERRUPTED, "stopped");
        }
        for (DemoChild child : mustLive) {
          child.requireAlive();
        }
        if (System.nanoTime() > deadline) {
          throw new CommandException(
              ExitCode.TIMED_OUT,
              "etcd did not show what was expected within "
                  + PATIENCE.toSeconds()
                  + " s, but "
                  + view.snapshot().instances()
                  + "; try again");
        }
      }
    } finally {
      subscription.close();
    }
  }

  private static boolean isSeen(CompletableFuture<Void> seen) {
    try {
      seen.get(200, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException | ExecutionException e) {
      throw new CommandException(ExitCode.INTERRUPTED, "stopped", e);
    }
  }

  void tell(String line) {
    console.data(
        String.format(
            Locale.ROOT,
            "[%4.1f s] %s",
            (System.nanoTime() - begin) / 1e9,
            TerminalText.escape(line)));
    console.flush();
  }

  private static String since(long start) {
    double millis = (System.nanoTime() - start) / 1e6;
    return millis < 1000
        ? String.format(Locale.ROOT, "%.0f ms", millis)
        : String.format(Locale.ROOT, "%.1f s", millis / 1000);
  }

  /** Ends the processes and removes their records. Idempotent: a signal may come at any time. */
  @Override
  public void close() {
    closing = true;
    end();
  }

  private synchronized void end() {
    if (closed) {
      return;
    }
    closed = true;
    children.forEach(child -> child.end(FAREWELL_MILLIS));
    try {
      for (Instance left : made.isEmpty() ? List.<Instance>of() : registry.list(SERVICE)) {
        if (made.contains(left.key())) {
          boolean unused = registry.evict(left);
        }
      }
    } catch (RegistryException e) {
      console.say(
          "what is left of " + SERVICE + " goes with its TTL of " + TTL + ": " + e.getMessage());
    }
  }
}
