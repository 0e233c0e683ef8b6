package io.etcdregistry.devserver;

import io.etcdregistry.devserver.internal.engine.Limits;
import io.etcdregistry.devserver.internal.service.LeaseClock;
import io.etcdregistry.devserver.internal.service.RunningServer;
import io.etcdregistry.devserver.internal.service.User;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An etcd v3 server within this process, in memory, for development and tests.
 *
 * <p>It answers any etcd client, {@code etcdctl} among them, as an etcd of one member does: keys
 * with their history, transactions, leases, watches, compaction; and {@code GET /health} and {@code
 * GET /version} on the same port. Its data ends with it. It listens on loopback unless told
 * otherwise, and asks nobody who they are unless it is given {@linkplain Builder#user a user}.
 *
 * <p>It differs from etcd in this: it compacts by itself when its history grows past {@link
 * Builder#history a bound}; leases end when their time is over, not up to half a second later; and
 * it has no other members, no snapshots, no alarms, and one user at most, who may do everything.
 *
 * <p>A server runs from {@link Builder#start} to {@link #close}; all its threads are daemons.
 * Thread-safe.
 */
public final class DevServer implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("io.etcdregistry.devserver");

  private final InetSocketAddress address;
  private final RunningServer server;
  private final Faults faults;

  private DevServer(InetSocketAddress address, RunningServer server) {
    this.address = address;
    this.server = server;
    this.faults = new Faults(server);
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

  /** Where clients reach it: {@code host:port}. */
  public String endpoint() {
    return RunningServer.endpoint(address, port());
  }

  /** How a registry is told to use it; a namespace or options may be added. */
  public String connectionString() {
    return "http://" + endpoint();
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
   * How many leases will have been without a renewal for more than three fifths of their time, if
   * some more time passes. A client that is well renews earlier: after a third of it, or after two
   * fifths of it, if the answer to its last renewal was late.
   *
   * @param after how much more time
   */
  public int overdueLeases(Duration after) {
    return server.engine().overdue(after.toNanos());
  }

  /**
   * How many messages it has sent and received, and calls it has seen begin and end. While this
   * stands still, nothing is going on.
   */
  public long traffic() {
    return server.traffic();
  }

  /** What can go wrong with it, on demand. */
  public Faults faults() {
    return faults;
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

    private static final long HEAP = Runtime.getRuntime().maxMemory();

    private String host = "127.0.0.1";
    private int port;
    private int history = DEFAULT_HISTORY;
    private long quota = Math.min(Limits.DEFAULT.quota(), HEAP / 4);
    private boolean manualTime;
    private boolean exposed;
    private Duration tokenTtl = Duration.ofMinutes(5);
    private @Nullable String userName;
    private @Nullable String password;

    private Builder() {}

    /**
     * Where to listen; 127.0.0.1 by default.
     *
     * @param host an address of this machine, or a name of one
     * @throws IllegalArgumentException when the server starts, if it is not loopback's and {@link
     *     #exposed} was not said
     */
    public Builder host(String host) {
      this.host = host;
      return this;
    }

    /**
     * Lets {@link #host} name an address that others can reach. Whoever connects may read, write
     * and delete everything; a server that others can reach says so in the log, as a warning.
     */
    public Builder exposed() {
      this.exposed = true;
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
     * MiB, or an eighth of the heap that this process may have, if that is less.
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

    /**
     * How much to take in, as etcd's {@code --quota-backend-bytes}: what would make more of keys,
     * values and leases, 256 bytes counted for each besides, is refused with "database space
     * exceeded" until something is deleted. By default a quarter of the heap that this process may
     * have, 2 GiB at most.
     *
     * @param bytes at least 1
     * @throws IllegalArgumentException if it is less
     */
    public Builder quota(long bytes) {
      if (bytes < 1) {
        throw new IllegalArgumentException("quota: " + bytes + " (expected: at least 1)");
      }
      this.quota = bytes;
      return this;
    }

    /**
     * Gives the server a user, as an etcd with {@code auth enable} has: every call has to show a
     * token, which {@code Authenticate} gives for the name and the password. Nobody by default.
     *
     * @param name not empty; it may do everything, as etcd's {@code root}
     * @param password not empty; the server keeps a digest of it, and says it nowhere
     * @throws IllegalArgumentException if either is empty
     */
    public Builder user(String name, String password) {
      if (name.isEmpty() || password.isEmpty()) {
        throw new IllegalArgumentException("user: (expected: a name and a password)");
      }
      this.userName = name;
      this.password = password;
      return this;
    }

    /**
     * How long a token is valid after it was last shown, by the server's clock; 5 min by default,
     * as with etcd's simple tokens.
     *
     * @param ttl more than zero
     * @throws IllegalArgumentException if it is not
     */
    public Builder tokenTtl(Duration ttl) {
      if (ttl.isNegative() || ttl.isZero()) {
        throw new IllegalArgumentException("tokenTtl: " + ttl + " (expected: more than zero)");
      }
      this.tokenTtl = ttl;
      return this;
    }

    /** Makes the server's clock stand still but for {@link Faults#advance}. */
    public Builder manualTime() {
      this.manualTime = true;
      return this;
    }

    /**
     * Starts the server.
     *
     * @return the server, which accepts connections
     * @throws IllegalArgumentException if the host is unknown, or is not loopback without {@link
     *     #exposed}
     * @throws UncheckedIOException if the address cannot be listened on
     */
    public DevServer start() {
      InetSocketAddress address = new InetSocketAddress(address(), port);
      long superseded = Math.min(Limits.DEFAULT.supersededBytes(), HEAP / 8);
      Limits limits = new Limits(history, superseded, quota);
      User user =
          userName == null || password == null ? null : new User(userName, password, tokenTtl);
      try {
        return new DevServer(
            address, new RunningServer(address, limits, new LeaseClock(!manualTime), user));
      } catch (IOException e) {
        throw new UncheckedIOException(
            "cannot listen on " + RunningServer.endpoint(address, port) + ": " + e.getMessage(), e);
      }
    }

    private InetAddress address() {
      InetAddress address;
      try {
        address = InetAddress.getByName(host);
      } catch (UnknownHostException e) {
        throw new IllegalArgumentException("host: " + host + " (expected: a known name)", e);
      }
      if (address.isLoopbackAddress()) {
        return address;
      }
      if (!exposed) {
        throw new IllegalArgumentException(
            "host: "
                + host
                + " (expected: a loopback address, because anyone who connects may write; or"
                + " exposed())");
      }
      LOG.log(
          System.Logger.Level.WARNING,
          "The development server is told to listen on {0}, which OTHERS CAN REACH: whoever"
              + " connects {1}may read, change and delete everything. It{2} encrypts nothing.",
          address.getHostAddress(),
          userName == null ? "" : "and knows the password, or overhears it, ",
          userName == null ? " asks for no password and" : "");
      return address;
    }
  }
}
