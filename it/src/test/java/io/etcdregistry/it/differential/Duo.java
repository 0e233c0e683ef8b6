package io.etcdregistry.it.differential;

import io.etcdregistry.devserver.DevServer;
import io.etcdregistry.it.harness.EtcdServer;
import java.util.ArrayDeque;
import java.util.Deque;

/** A real etcd and a dev server of the same past. Not thread-safe. */
final class Duo implements AutoCloseable {
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final Peer real;
  private final Peer ours;

  /** A dev server, whichever it is. */
  interface Server extends AutoCloseable {
    String endpoint();

    @Override
    void close();
  }

  private Duo(EtcdServer etcd, Server server) {
    open.push(etcd);
    open.push(server);
    real = new Peer(etcd.address());
    open.push(real);
    ours = new Peer(server.endpoint());
    open.push(ours);
  }

  /** Both as they start. */
  static Duo start() {
    DevServer server = DevServer.start();
    return with(
        new Server() {
          @Override
          public String endpoint() {
            return server.endpoint();
          }

          @Override
          public void close() {
            server.close();
          }
        });
  }

  /** An etcd as it starts, and a server that has just been. */
  static Duo with(Server server) {
    return new Duo(EtcdServer.start(), server);
  }

  Peer real() {
    return real;
  }

  Peer ours() {
    return ours;
  }

  @Override
  public void close() {
    for (AutoCloseable part : open) {
      try {
        part.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
