package io.etcdregistry.benchmarks.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingServer;
import org.apache.curator.x.discovery.ServiceDiscovery;
import org.apache.curator.x.discovery.ServiceDiscoveryBuilder;
import org.apache.curator.x.discovery.ServiceInstance;

/** A ZooKeeper in this JVM with its data in memory, and Curator's clients of one. */
final class ZooKeeper implements AutoCloseable {
  private static final Path MEMORY = Path.of("/dev/shm");
  private static final int CONNECT_MILLIS = 5_000;

  private final TestingServer server;
  private final Thread hook = new Thread(this::stop);

  private ZooKeeper(TestingServer server) {
    this.server = server;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  static ZooKeeper start() throws Exception {
    Path folder = Files.createTempDirectory(MEMORY, "zookeeper-benchmark-");
    return new ZooKeeper(
        new TestingServer(new InstanceSpec(folder.toFile(), -1, -1, -1, true, -1), true));
  }

  String endpoint() {
    return server.getConnectString();
  }

  /** A client's connection, with a session that lives so long without it. */
  static CuratorFramework connect(String endpoint, int sessionMillis) throws InterruptedException {
    CuratorFramework client =
        CuratorFrameworkFactory.newClient(
            endpoint, sessionMillis, CONNECT_MILLIS, new RetryOneTime(100));
    client.start();
    client.blockUntilConnected();
    return client;
  }

  static ServiceDiscovery<Void> discovery(CuratorFramework client) throws Exception {
    ServiceDiscovery<Void> discovery =
        ServiceDiscoveryBuilder.builder(Void.class).client(client).basePath("/services").build();
    discovery.start();
    return discovery;
  }

  static ServiceInstance<Void> instance(String name, int port) throws Exception {
    return ServiceInstance.<Void>builder()
        .name(name)
        .id("i" + port)
        .address("127.0.0.1")
        .port(port)
        .build();
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(hook);
    stop();
  }

  private void stop() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
