package io.etcdregistry.it.faults;

import io.etcdregistry.Instance;
import io.etcdregistry.JoinOptions;
import io.etcdregistry.Registration;
import io.etcdregistry.Registration.State;
import io.etcdregistry.Registry;
import io.etcdregistry.RegistryException;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The main class of a process that joins services: {@code CONNECTION}. It is told by its input, a
 * command a line:
 *
 * <pre>
 * announce NAME ID PORT TTL   joins, for ever if need be
 * join NAME ID PORT TTL       joins, or fails
 * leave NAME                  leaves all instances of a name
 * calls NAME                  joins, updates, lists and leaves without end under this name
 * quiet                       stops calling
 * churn NAME COUNT            joins a large record, changes it so often, and leaves
 * misbehave SECONDS           listens with a listener that blocks so long, and one that throws
 * </pre>
 *
 * <p>It leaves when its input ends. It tells, a line each and with the monotonic clock: {@code
 * state NANOS KEY STATE}, {@code call NANOS VERB MILLIS ANSWER}, {@code done COMMAND}, {@code
 * failed COMMAND: WHY} and {@code closed}; and {@code stalled FROM TO} when the machine did not let
 * it run for a while.
 */
final class Services {
  private static final long STALL_NANOS = 500_000_000;

  private final Registry registry;
  private final Map<Registration, State> told = new ConcurrentHashMap<>();
  private Calls calls;

  private Services(Registry registry) {
    this.registry = registry;
  }

  public static void main(String[] arguments) throws Exception {
    Registry registry = Registry.connect(arguments[0]);
    Services services = new Services(registry);
    Thread watcher = new Thread(services::watchStates, "states");
    watcher.setDaemon(true);
    watcher.start();
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      try {
        services.obey(line.split(" "));
        tell("done " + line);
      } catch (RegistryException e) {
        tell("failed " + line + ": " + e.reason() + " " + e.getMessage());
      }
    }
    registry.close();
    tell("closed");
  }

  /** Prints one line, whole. */
  static void tell(String line) {
    System.out.println(line.replace('\n', ' '));
  }

  private void obey(String[] words) {
    switch (words[0]) {
      case "announce" -> watch(registry.announce(instance(words), options(words)));
      case "join" -> watch(registry.join(instance(words), options(words)));
      case "leave" -> registry.leave(words[1]);
      case "calls" -> {
        calls = new Calls(registry, words[1]);
        calls.start();
      }
      case "quiet" -> calls.end(); // again does no harm
      case "churn" -> churn(words[1], Integer.parseInt(words[2]));
      case "misbehave" -> Listeners.misbehave(registry.all(), Integer.parseInt(words[1]));
      default -> throw new IllegalArgumentException("unknown: " + words[0]);
    }
  }

  private void churn(String name, int count) {
    String ballast = "x".repeat(60_000);
    Instance.Builder instance = Instance.named(name).id("churn").hostname("127.0.0.1").port(1);
    try (Registration registration = registry.join(instance.with("ballast", ballast))) {
      for (int i = 0; i < count; i++) {
        int round = i;
        registration.update(change -> change.with("round", round));
      }
    }
  }

  private static Instance.Builder instance(String[] words) {
    return Instance.named(words[1])
        .id(words[2])
        .hostname("127.0.0.1")
        .port(Integer.parseInt(words[3]))
        .with("pid", ProcessHandle.current().pid());
  }

  private static JoinOptions options(String[] words) {
    return JoinOptions.defaults().ttl(Duration.parse(words[4]));
  }

  private void watch(Registration registration) {
    told.put(registration, State.LEFT);
    tellState(registration);
  }

  private void watchStates() {
    try {
      for (long last = System.nanoTime(); true; last = tellStall(last)) {
        told.keySet().forEach(this::tellState);
        Thread.sleep(20);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static long tellStall(long last) {
    long now = System.nanoTime();
    if (now - last > STALL_NANOS) {
      tell("stalled " + last + " " + now);
    }
    return now;
  }

  private synchronized void tellState(Registration registration) {
    State state = registration.state();
    if (told.put(registration, state) != state) {
      tell("state " + System.nanoTime() + " " + registration.instance().key() + " " + state);
    }
  }
}
