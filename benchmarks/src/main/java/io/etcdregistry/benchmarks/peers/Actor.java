package io.etcdregistry.benchmarks.peers;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.etcdregistry.Instance;
import io.etcdregistry.Registration;
import io.etcdregistry.Registry;
import io.etcdregistry.benchmarks.RawEtcd;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.Executors;
import org.apache.curator.x.discovery.ServiceDiscovery;

/**
 * A process that joins and leaves when it is told to, by lines: {@code join NAME PORT}, {@code
 * leave NAME PORT}, and {@code serve}, which says at which port it accepts connections. The answer
 * to the first two is when it called, and when the call returned.
 *
 * <p>Arguments: ours, raw or curator, and where the etcd or ZooKeeper is. Ends with its input.
 */
public final class Actor {
  /** Everybody's lease or session lives that long without its owner. */
  static final int TTL_SECONDS = 10;

  /** One way to join. */
  private interface Way {
    void join(String name, int port) throws Exception;

    void leave(String name, int port) throws Exception;
  }

  private Actor() {}

  /** Does as it is told. */
  public static void main(String[] args) throws Exception {
    Way way =
        switch (args[0]) {
          case "ours" -> new Ours(args[1]);
          case "raw" -> new Raw(args[1]);
          default -> new Curator(args[1]);
        };
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] words = line.split(" ", -1);
      System.out.println("ok " + (words[0].equals("serve") ? serve() : timed(way, words)));
    }
    Runtime.getRuntime().halt(0);
  }

  private static String timed(Way way, String[] words) throws Exception {
    int port = Integer.parseInt(words[2]);
    long called = System.nanoTime();
    if (words[0].equals("join")) {
      way.join(words[1], port);
    } else {
      way.leave(words[1], port);
    }
    return called + " " + System.nanoTime();
  }

  /** Accepts connections, says one byte, and closes them. */
  private static int serve() throws IOException {
    ServerSocket server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(() -> serve(server), "serve");
    thread.setDaemon(true);
    thread.start();
    return server.getLocalPort();
  }

  private static void serve(ServerSocket server) {
    try (server) {
      while (true) {
        try (Socket caller = server.accept()) {
          caller.getOutputStream().write('+');
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Ours implements Way {
    private final Registry registry;
    private Registration joined;

    Ours(String endpoint) {
      registry =
          Registry.builder()
              .connection(endpoint + "?ttl=" + TTL_SECONDS + "s")
              .hostname("127.0.0.1")
              .build();
      joined = registry.join(Instance.named("base")); // has its lease, as the others have
    }

    @Override
    public void join(String name, int port) {
      joined = registry.join(Instance.named(name).port(port));
    }

    @Override
    public void leave(String name, int port) {
      joined.leave();
    }
  }

  private static final class Raw implements Way {
    private final RawEtcd etcd;
    private final long lease;

    Raw(String endpoint) {
      etcd = new RawEtcd(endpoint);
      lease = etcd.grant(TTL_SECONDS);
      etcd.keepAlive(
          List.of(lease), TTL_SECONDS * 1000 / 3, Executors.newSingleThreadScheduledExecutor());
    }

    @Override
    public void join(String name, int port) {
      if (!etcd.txn(RawEtcd.guarded(name + "/" + port, RawEtcd.document(name, port), lease))
          .getSucceeded()) {
        throw new IllegalStateException("the key was there");
      }
    }

    @Override
    public void leave(String name, int port) {
      etcd.delete(name + "/" + port);
    }
  }

  private static final class Curator implements Way {
    private final ServiceDiscovery<Void> discovery;

    Curator(String endpoint) throws Exception {
      discovery = ZooKeeper.discovery(ZooKeeper.connect(endpoint, TTL_SECONDS * 1000));
    }

    @Override
    public void join(String name, int port) throws Exception {
      discovery.registerService(ZooKeeper.instance(name, port));
    }

    @Override
    public void leave(String name, int port) throws Exception {
      discovery.unregisterService(ZooKeeper.instance(name, port));
    }
  }
}
