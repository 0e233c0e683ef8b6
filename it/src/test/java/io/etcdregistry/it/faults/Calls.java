package io.etcdregistry.it.faults;

import io.etcdregistry.Instance;
import io.etcdregistry.Registration;
import io.etcdregistry.Registry;
import io.etcdregistry.RegistryException;
import java.util.concurrent.atomic.AtomicReference;

/** Uses every verb that goes to etcd, again and again, and tells how long each took. */
final class Calls extends Thread {
  private static final long PAUSE_MILLIS = 100;

  private final Registry registry;
  private final String name;
  private volatile boolean ended;

  Calls(Registry registry, String name) {
    super("calls");
    this.registry = registry;
    this.name = name;
    setDaemon(true);
  }

  @Override
  public void run() {
    try {
      for (int round = 0; !ended; round++) {
        callEach(round);
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void callEach(int round) {
    AtomicReference<Registration> joined = new AtomicReference<>();
    Instance.Builder instance =
        Instance.named(name).id("round-" + round).hostname("127.0.0.1").port(1 + round % 60_000);
    call("join", () -> joined.set(registry.join(instance)));
    call("list", () -> registry.list(name + "-" + round)); // never asked for before
    if (joined.get() != null) {
      call("update", () -> joined.get().update(change -> change.with("round", round)));
      call("leave", () -> joined.get().leave());
    }
  }

  private static void call(String verb, Runnable action) {
    long started = System.nanoTime();
    String answer = "ok";
    try {
      action.run();
    } catch (RegistryException e) {
      answer = e.reason() + " " + e.getMessage();
    }
    long millis = (System.nanoTime() - started) / 1_000_000;
    Services.tell("call " + started + " " + verb + " " + millis + " " + answer);
  }

  /** Lets the round under way end, and waits for it. */
  void end() {
    ended = true;
    try {
      join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
