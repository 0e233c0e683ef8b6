package io.etcdregistry.it.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/**
 * The clients of a scene: processes that keep services joined, processes that read, and one that
 * calls every verb all the time.
 */
final class Fleet implements AutoCloseable {
  private static final int SERVICES = 10;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final String ttl;
  private final Path logs;
  private final List<Client> owners = new ArrayList<>();
  private final List<Client> readers = new ArrayList<>();
  private final Map<Client, List<String>> announced = new HashMap<>();
  private int instances;

  Fleet(Duration ttl, Path logs) {
    this.ttl = ttl.toString();
    this.logs = logs;
    try {
      Files.createDirectories(logs);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a process that announces so many instances, over all the services. */
  Client addOwner(String connection, int count) {
    List<String> commands = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      commands.add(announcement(instances++));
    }
    return announce(startOwner(connection), commands);
  }

  /** Starts a process that announces what another does, or did. */
  Client addTwin(Client twin, String connection) {
    return announce(startOwner(connection), announced.get(twin));
  }

  private Client announce(Client owner, List<String> commands) {
    announced.put(owner, commands);
    commands.forEach(owner::say);
    return owner;
  }

  /** Starts a process that joins nothing yet. */
  Client startOwner(String connection) {
    String name = "owner-" + owners.size();
    Client owner = Client.services(name, logs.resolve(name + ".log"), connection);
    owners.add(owner);
    return owner;
  }

  /** The command by which one of the instances is announced. */
  String announcement(int number) {
    String id = "i%03d".formatted(number);
    return "announce s%d %s %d %s".formatted(number % SERVICES, id, 1000 + number, ttl);
  }

  /** Starts a process with so many readers of the whole namespace and two of the services. */
  Client addReaders(String connection, int count) {
    String name = "readers-" + readers.size();
    Client process = Client.readers(name, count, logs.resolve(name + ".log"), connection);
    readers.add(process);
    return process;
  }

  /** Those that join. */
  List<Client> owners() {
    return List.copyOf(owners);
  }

  /** Those that read. */
  List<Client> readers() {
    return List.copyOf(readers);
  }

  /** Those that join and those that read. */
  List<Client> everybody() {
    List<Client> everybody = new ArrayList<>(owners);
    everybody.addAll(readers);
    return everybody;
  }

  /** How many instances were announced in all. */
  int instances() {
    return instances;
  }

  /** The keys of all registrations that have not left and were not superseded. */
  Set<String> wanted() {
    Set<String> keys = new TreeSet<>();
    for (Client owner : owners) {
      owner
          .states()
          .forEach(
              (key, state) -> {
                if (!state.equals("SUPERSEDED")) {
                  keys.add(key);
                }
              });
    }
    return keys;
  }

  /** Whether all that a process was told to announce is joined. */
  boolean hasJoinedAll(Client owner) {
    List<String> commands = announced.get(owner);
    return commands.size()
        == owner.states().values().stream().filter(state -> state.equals("JOINED")).count();
  }

  /** Waits until all that was announced is joined. */
  void awaitJoined() {
    await("all joined")
        .until(
            () ->
                owners.stream()
                        .flatMap(owner -> owner.states().values().stream())
                        .filter(state -> state.equals("JOINED"))
                        .count()
                    == instances);
  }

  /** Waits until every registration that has not left is joined, or superseded. */
  void awaitSettled() {
    await("every registration joined")
        .until(
            () ->
                owners.stream()
                    .flatMap(owner -> owner.states().values().stream())
                    .allMatch(state -> state.equals("JOINED") || state.equals("SUPERSEDED")));
  }

  /** Forgets a process that was killed. */
  void forget(Client client) {
    owners.remove(client);
    readers.remove(client);
  }

  static ConditionFactory await(String what) {
    return Awaitility.await(what).atMost(LIMIT).pollInterval(Duration.ofMillis(50));
  }

  @Override
  public void close() {
    owners.forEach(Client::close);
    readers.forEach(Client::close);
  }
}
