package io.etcdregistry.it.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.etcdregistry.Change;
import io.etcdregistry.Instance;
import io.etcdregistry.Registry;
import io.etcdregistry.ServiceView;
import io.etcdregistry.Snapshot;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The main class of a process with some readers: {@code CONNECTION COUNT NAME…}. Each is a client
 * of its own, follows the whole namespace and each name, and tells each snapshot that it is given,
 * in one line: {@code view NANOS READER VIEW VERSION REVISION FRESHNESS RESETS ENTRY…}, where
 * READER counts from 0, VIEW is {@code *} or the name and ENTRY is as {@link #entry}. The command
 * {@code misbehave SECONDS} is as that of {@link Services}. Ends with its input.
 */
final class Readers {
  private Readers() {}

  public static void main(String[] arguments) throws Exception {
    List<Registry> readers = new ArrayList<>();
    for (int reader = 0; reader < Integer.parseInt(arguments[1]); reader++) {
      Registry registry = Registry.connect(arguments[0]);
      readers.add(registry);
      follow(reader + " *", registry.all());
      for (int i = 2; i < arguments.length; i++) {
        follow(reader + " " + arguments[i], registry.service(arguments[i]));
      }
    }
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      int seconds = Integer.parseInt(line.substring("misbehave ".length()));
      readers.forEach(registry -> Listeners.misbehave(registry.all(), seconds));
    }
    readers.forEach(Registry::close);
    Services.tell("closed");
  }

  private static void follow(String label, ServiceView view) {
    AtomicInteger resets = new AtomicInteger();
    view.onChange(change -> tell(label, change, resets));
  }

  private static void tell(String label, Change change, AtomicInteger resets) {
    if (change.reset()) {
      resets.incrementAndGet();
    }
    Snapshot snapshot = change.snapshot();
    StringBuilder line = new StringBuilder("view ").append(System.nanoTime());
    line.append(' ').append(label).append(' ').append(snapshot.version());
    line.append(' ').append(snapshot.revision()).append(' ').append(snapshot.freshness());
    line.append(' ').append(resets);
    for (Instance instance : snapshot.instances()) {
      line.append(' ').append(entry(instance.key(), instance.revision(), instance.json()));
    }
    Services.tell(line.toString());
  }

  /** A record in short: {@code KEY@REVISION#HASH}. */
  static String entry(String key, long revision, String json) {
    return key + "@" + revision + "#" + Integer.toHexString(json.hashCode());
  }
}
