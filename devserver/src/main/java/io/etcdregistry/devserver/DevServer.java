package io.etcdregistry.devserver;

import io.etcdregistry.devserver.internal.engine.Limits;
import io.etcdregistry.devserver.internal.engine.RefusedException;
import io.etcdregistry.devserver.internal.service.LeaseClock;
import io.etcdregistry.devserver.internal.service.RunningServer;
import io.etcdregistry.protocol.CompactionRequest;
import io.etcdregistry.protocol.LeaseRevokeRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;

/**
 * An etcd v3 server within this process, in memory, for development and tests.
 *
 * <p>It answers any etcd client, {@code etcdctl} among them, as an etcd of one member without users
 * does: keys with their history, transactions, leases, watches, compaction. Its data ends with it.
 * It listens on loopback only and asks nobody who they are.
 *
 * <p>It differs from etcd in this: it compacts by itself when its history grows past {@link
 * Builder#history a bound}; leases end when their time is over, not up to half a second later; and
 * it has no other members, snapshots, quota or users.
 *
 * <p>A server runs from {@link Builder#start} to {@link #close}; all its threads are daemons.
 * Thread-safe.
 */
public final class DevServer implements AutoCloseable {
  private final InetSocketAddress address;
  private final RunningServer server;

  private DevServer(InetSocketAddress address, RunningServer server) {
    this.address = address;
    this.server = server;
  }

  /** A builder with the defaults: any free port of 127.0.0.1. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Starts a server on a free port of 127.0.0.1.
   *
   * @throws UncheckedIOException if loopback cannot be listened on
   */
  public static DevServer start() {
    return builder().start();
  }

  /** The port it listens on, or did until it was closed. */
  public int port() {
    return server.port();
  }

  /** Where clients reach it: {@code host:port}, which is a connection string too. */
  public String endpoint() {
    return RunningServer.endpoint(address, port());
  }

  /** The revision of the last change; 1 before the first. */
  public long revision() {
    return server.engine().currentHeader().getRevision();
  }

  /** How many watch streams clients have open; one may carry many watches. */
  public int watchStreams() {
    return server.watchStreams();
  }

  /** How many streams clients have open to renew leases; one may carry many leases. */
  public int keepAliveStreams() {
    return server.keepAliveStreams();
  }

  /**
   * Moves the time of the leases forward. Those that end by then, and their keys, are gone when
   * this returns.
   *
   * @param by how far, not negative
   * @throws IllegalArgumentException if it is negative
   */
  public void advance(Duration by) {
    if (by.isNegative()) {
      throw new IllegalArgumentException("advance: " + by + " (expected: not negative)");
    }
    server.advance(by);
  }

  /**
   * Ends a lease now, as if its time were over; its keys are gone when this returns.
   *
   * @param lease its id
   * @return whether there was such a lease
   */
  public boolean expire(long lease) {
    try {
      server.engine().revoke(LeaseRevokeRequest.newBuilder().setID(lease).build());
      return true;
    } catch (RefusedException e) {
      return false;
    }
  }

  /**
   * Forgets all history before a revision: reads of an older one and watches that start there are
   * refused from now on.
   *
   * @param revision a revision after that of the last compaction, up to {@link #revision}
   * @throws IllegalArgumentException if it lies outside
   */
  public void compact(long revision) {
    try {
      server.engine().compact(CompactionRequest.newBuilder().setRevision(revision).build());
    } catch (RefusedException e) {
      throw new IllegalArgumentException("compact: " + revision + " (" + e.getMessage() + ")", e);
    }
  }

  /**
   * Cancels every watch of every client; their streams stay open.
   *
   * @param reason what clients are told
   */
  public void cancelWatches(String reason) {
    server.cancelWatches(reason);
  }

  /** Breaks every watch stream with "no leader", as a member that lost its quorum does. */
  public void breakWatches() {
    server.breakWatches();
  }

  /**
   * Stops answering calls without closing a connection; what clients send waits. Leases do not end
   * meanwhile. Unlike a process that was sent SIGSTOP it goes on to answer HTTP/2 pings.
   * Idempotent.
   */
  public void pause() {
    server.pause();
  }

  /** Ends {@link #pause}: what waited is served, in its order. Idempotent. */
  public void resume() {
    server.resume();
  }

  /**
   * Waits until the server is closed.
   *
   * @throws InterruptedException if the calling thread is interrupted
   */
  public void awaitClose() throws InterruptedException {
    server.await();
  }

  /**
   * Stops the server: calls that are under way fail, connections are closed. When this returns the
   * port is free and no thread of the server is left; gRPC's own event loops, which all channels
   * and servers of a process share, end about a second after the last of these. Idempotent.
   */
  @Override
  public void close() {
    server.close();
  }

  /** What a server can be told before it starts. Not thread-safe. */
  public static final class Builder {
    /** How many revisions are kept by default. */
    public static final int DEFAULT_HISTORY = 100_000;

    private String host = "127.0.0.1";
    private int port;
    private int history = DEFAULT_HISTORY;
    private boolean manualTime;

    private Builder() {}

    /**
     * Where to listen; 127.0.0.1 by default.
     *
     * @param host an address of this machine's loopback, or a name of one
     * @throws IllegalArgumentException when the server starts, if it is another
     */
    public Builder host(String host) {
      this.host = host;
      return this;
    }

    /**
     * Which port to listen on; 0, the default, is any free one.
     *
     * @param port 0 to 65535
     * @throws IllegalArgumentException if it is outside
     */
    public Builder port(int port) {
      if (port < 0 || port > 65535) {
        throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
      }
      this.port = port;
      return this;
    }

    /**
     * How many revisions to keep, {@value #DEFAULT_HISTORY} by default. The server compacts by
     * itself when it has a quarter more, or when the versions that are no longer current take 64
     * MiB.
     *
     * @param revisions at least 1
     * @throws IllegalArgumentException if it is less
     */
    public Builder history(int revisions) {
      if (revisions < 1) {
        throw new IllegalArgumentException("history: " + revisions + " (expected: at least 1)");
      }
      this.history = revisions;
      return this;
    }

    /** Makes the time of the leases stand still but for {@link DevServer#advance}. */
    public Builder manualTime() {
      this.manualTime = true;
      return this;
    }

    /**
     * Starts the server.
     *
     * @return the server, which accepts connections
     * @throws IllegalArgumentException if the host is not loopback
     * @throws UncheckedIOException if the address cannot be listened on
     */
    public DevServer start() {
      InetSocketAddress address = new InetSocketAddress(loopback(), port);
      Limits limits = new Limits(history, Limits.DEFAULT.supersededBytes());
      try {
        return new DevServer(
            address, new RunningServer(address, limits, new LeaseClock(!manualTime)));
      } catch (IOException e) {
        throw new UncheckedIOException(
            "cannot listen on " + RunningServer.endpoint(address, port) + ": " + e.getMessage(), e);
      }
    }

    private InetAddress loopback() {
      try {
        InetAddress address = InetAddress.getByName(host);
        if (address.isLoopbackAddress()) {
          return address;
        }
      } catch (UnknownHostException e) {
        throw new IllegalArgumentException("host: " + host + " (expected: a known name)", e);
      }
      throw new IllegalArgumentException(
          "host: "
              + host
              + " (expected: a loopback address, because anyone who connects may write)");
    }
  }
}
