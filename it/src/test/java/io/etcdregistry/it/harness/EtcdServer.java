package io.etcdregistry.it.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A real etcd member in a process of its own, on loopback, with its data in memory where the
 * machine allows it. It can be stopped, killed, paused and brought back; its ports and data stay
 * the same. Not for use by several threads.
 */
public final class EtcdServer implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Map<EtcdServer, Boolean> OPEN = new ConcurrentHashMap<>();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> OPEN.keySet().forEach(EtcdServer::close)));
  }

  private final Builder settings;
  private final MemberFolder folder = MemberFolder.create();
  private final int clientPort = Ports.free();
  private final int peerPort = Ports.free();
  private final int metricsPort = Ports.free();
  private String advertised;
  private String peerUrl = "http://127.0.0.1:" + peerPort;
  private Bootstrap bootstrap;
  private volatile EtcdProcess process;

  private EtcdServer(Builder settings) {
    this.settings = settings;
    this.advertised = url();
    this.bootstrap = Bootstrap.fresh(settings.name + "=" + peerUrl, "etcd-cluster");
    OPEN.put(this, true);
  }

  /** A single-node cluster with etcd's own defaults; returns when it is healthy. */
  public static EtcdServer start() {
    return builder().start();
  }

  /** Settings for a server. */
  public static Builder builder() {
    return new Builder();
  }

  /** Its name among the members of its cluster. */
  public String name() {
    return settings.name;
  }

  /** The URL that the server listens on for clients, for example {@code http://127.0.0.1:23791}. */
  public String url() {
    return (settings.serverPair == null ? "http://" : "https://") + address();
  }

  /** Host and port that the server listens on for clients, for example {@code 127.0.0.1:23791}. */
  public String address() {
    return "127.0.0.1:" + clientPort;
  }

  /** The port that the server listens on for clients. */
  public int port() {
    return clientPort;
  }

  /** The URLs that the member list gives to clients, separated by commas. */
  public String advertised() {
    return advertised;
  }

  /**
   * What the member list gives to clients from the next start on; at first it is {@link #url}.
   *
   * @param urls one or several, separated by commas
   */
  public void advertise(String urls) {
    advertised = urls;
  }

  /** The process, while there is one; a restart changes it. */
  public long pid() {
    return process.pid();
  }

  /** An etcdctl for this member; with TLS, add {@link Etcdctl#withTls}. */
  public Etcdctl etcdctl() {
    return Etcdctl.at(url());
  }

  /** Asks the server to stop (SIGTERM) and waits until the process has gone. */
  public void stop() {
    process.stop();
  }

  /** Kills the server (SIGKILL) and waits until the process has gone. */
  public void kill() {
    process.kill();
  }

  /** Freezes the server (SIGSTOP): its connections stay open and nothing answers. */
  public void pause() {
    process.pause();
  }

  /** Lets a paused server go on (SIGCONT). */
  public void resume() {
    process.resume();
  }

  /**
   * Stops the server if it runs and starts it on the same ports and data; returns when it is
   * healthy.
   */
  public void restart() {
    launch();
    awaitHealthy();
  }

  /** Stops the server, deletes its data and starts a new, empty cluster in its place. */
  public void wipe() {
    deleteData();
    restart();
  }

  /** Starts the process and returns at once; for members that need others to become healthy. */
  public void launch() {
    stopIfAlive();
    List<String> command = new ArrayList<>(List.of(EtcdHome.binary("etcd").toString()));
    addFlag(command, "name", settings.name);
    addFlag(command, "data-dir", folder.data().toString());
    addFlag(command, "listen-client-urls", url());
    addFlag(command, "advertise-client-urls", advertised);
    addFlag(command, "listen-peer-urls", "http://127.0.0.1:" + peerPort);
    addFlag(command, "initial-advertise-peer-urls", peerUrl);
    addFlag(command, "initial-cluster", bootstrap.cluster());
    addFlag(command, "initial-cluster-state", bootstrap.state());
    addFlag(command, "initial-cluster-token", bootstrap.token());
    addFlag(command, "listen-metrics-urls", metricsUrl());
    addFlag(command, "logger", "zap");
    if (settings.serverPair != null) {
      addFlag(command, "cert-file", settings.serverPair.certificate().toString());
      addFlag(command, "key-file", settings.serverPair.key().toString());
    }
    if (settings.clientAuthority != null) {
      addFlag(command, "client-cert-auth", "true");
      addFlag(command, "trusted-ca-file", settings.clientAuthority.toString());
    }
    command.addAll(settings.flags);
    process = EtcdProcess.start(command, folder.log());
  }

  /** Returns when {@link #isHealthy}; throws with etcd's log if it dies or takes too long. */
  public void awaitHealthy() {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (!isHealthy()) {
      if (!process.isAlive() || System.nanoTime() - deadline > 0) {
        throw new IllegalStateException("etcd did not become healthy:\n" + log());
      }
      sleep(20);
    }
  }

  /** Whether there is a process, be it paused. */
  public boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** Whether the member says that it is healthy: it has a leader and can commit. */
  public boolean isHealthy() {
    try {
      return isAlive() && read("/health", Duration.ofSeconds(1)).contains("\"health\":\"true\"");
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether there is an answer at all, be it from a member that cannot commit. */
  boolean answers() {
    try {
      return isAlive() && !read("/metrics", Duration.ofSeconds(1)).isEmpty();
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * The value of one of etcd's metrics, summed over its labels; 0 when there is none of that name.
   */
  public double metric(String name) {
    return metric(name, "");
  }

  /** As {@link #metric(String)}, of those only whose labels hold this text. */
  public double metric(String name, String label) {
    try {
      return read("/metrics", Duration.ofSeconds(10))
          .lines()
          .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
          .filter(line -> line.contains(label))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the server logged since it was first started. */
  public String log() {
    return folder.readLog();
  }

  /** Kills the server and deletes its data; may be called again. */
  @Override
  public void close() {
    if (OPEN.remove(this) == null) {
      return;
    }
    if (process != null) {
      process.kill();
    }
    folder.delete();
  }

  int peerPort() {
    return peerPort;
  }

  String peerUrl() {
    return peerUrl;
  }

  /** What other members use, from before the first start on. */
  void peerUrl(String value) {
    peerUrl = value;
  }

  /** How it finds its cluster when it starts without data. */
  void bootstrap(Bootstrap value) {
    bootstrap = value;
  }

  /** Stops the server and deletes its data; it stays down. */
  void deleteData() {
    stopIfAlive();
    folder.deleteData();
  }

  /** Makes the data from a snapshot; needs {@link #deleteData} before and a start after. */
  void restore(Path snapshot) {
    Etcdctl.at(url())
        .run(
            "snapshot",
            "restore",
            snapshot.toString(),
            "--name=" + settings.name,
            "--data-dir=" + folder.data(),
            "--initial-cluster=" + bootstrap.cluster(),
            "--initial-cluster-token=" + bootstrap.token(),
            "--initial-advertise-peer-urls=" + peerUrl);
  }

  /** The process that now runs it, if there is one; for any thread. */
  OptionalLong runningPid() {
    EtcdProcess current = process;
    return current == null || !current.isAlive()
        ? OptionalLong.empty()
        : OptionalLong.of(current.pid());
  }

  private void stopIfAlive() {
    if (isAlive()) {
      stop();
    }
  }

  private String metricsUrl() {
    return "http://127.0.0.1:" + metricsPort;
  }

  private String read(String path, Duration limit) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(metricsUrl() + path).toURL().openConnection();
    connection.setConnectTimeout((int) limit.toMillis());
    connection.setReadTimeout((int) limit.toMillis());
    try (InputStream body = connection.getInputStream()) {
      return new String(body.readAllBytes(), UTF_8);
    } finally {
      connection.disconnect();
    }
  }

  private static void addFlag(List<String> command, String name, String value) {
    command.add("--" + name + "=" + value);
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The cluster that a member without data founds or joins. */
  record Bootstrap(String cluster, String state, String token) {
    static Bootstrap fresh(String cluster, String token) {
      return new Bootstrap(cluster, "new", token);
    }
  }

  /** How to start a server; a builder may be used for several. */
  public static final class Builder {
    private final List<String> flags = new ArrayList<>();
    private String name = "m0";
    private TestCertificates.Pair serverPair;
    private Path clientAuthority;

    private Builder() {}

    Builder name(String value) {
      name = value;
      return this;
    }

    /** Serves clients over TLS only, with this certificate. */
    public Builder tls(TestCertificates.Pair server) {
      serverPair = server;
      return this;
    }

    /** Accepts only clients with a certificate that this authority signed; needs {@link #tls}. */
    public Builder clientCertificates(Path authority) {
      clientAuthority = authority;
      return this;
    }

    /** Adds a flag of etcd, for example {@code --auth-token-ttl=2}; it wins over one of ours. */
    public Builder flag(String flag) {
      flags.add(flag);
      return this;
    }

    /** Starts a single-node cluster; returns when it is healthy. */
    public EtcdServer start() {
      EtcdServer server = create();
      try {
        server.restart();
      } catch (RuntimeException e) {
        server.close();
        throw e;
      }
      return server;
    }

    EtcdServer create() {
      return new EtcdServer(copy());
    }

    Builder copy() {
      Builder copy = new Builder();
      copy.flags.addAll(flags);
      copy.name = name;
      copy.serverPair = serverPair;
      copy.clientAuthority = clientAuthority;
      return copy;
    }
  }
}
