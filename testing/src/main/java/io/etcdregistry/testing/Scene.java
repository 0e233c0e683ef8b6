package io.etcdregistry.testing;

import io.etcdregistry.Registry;
import io.etcdregistry.devserver.DevServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What one test has for itself. Thread-safe. */
final class Scene {
  /** How long clients may take to close before their time is hurried. */
  private static final long CLOSING_MILLIS = 200;

  private static final Duration HURRY = Duration.ofSeconds(1);

  /** Longer than by default: the first call of a JVM takes its time on a busy machine. */
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final DevServer server = DevServer.start();
  private final TestTime time = new TestTime(server);
  private final List<Registry> clients = new CopyOnWriteArrayList<>();
  private final String connection;
  private final UnaryOperator<Registry.Builder> settings;

  // Guarded by this.
  private @Nullable Registry first;

  /**
   * A server without clients.
   *
   * @param path what follows the endpoint in the connection string of clients
   * @param settings what else clients are told
   */
  Scene(String path, UnaryOperator<Registry.Builder> settings) {
    this.connection = server.connectionString() + path;
    this.settings = settings;
  }

  DevServer server() {
    return server;
  }

  TestTime time() {
    return time;
  }

  /** The client that the test is given. */
  synchronized Registry registry() {
    if (first == null) {
      first = newRegistry();
    }
    return first;
  }

  /** Another client. */
  Registry newRegistry() {
    Registry.Builder builder =
        Registry.builder().connection(connection).time(time).timeout(TIMEOUT);
    Registry client = settings.apply(builder).build();
    clients.add(client);
    return client;
  }

  /**
   * Ends it all. Clients leave first, for which whatever the test did to the server is healed;
   * where the server is gone they would take their whole timeout, so time is hurried for them.
   */
  void close() {
    server.faults().heal();
    Thread closing =
        new Thread(() -> clients.forEach(Registry::close), "etcd-registry-test-closing");
    closing.setDaemon(true);
    closing.start();
    try {
      closing.join(CLOSING_MILLIS);
      while (closing.isAlive()) {
        time.advance(HURRY);
        closing.join(1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      time.stop();
      server.close();
    }
  }
}
