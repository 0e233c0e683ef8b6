package io.etcdregistry.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.retry.RetryOneTime;
import org.apache.curator.x.discovery.ServiceCache;
import org.apache.curator.x.discovery.ServiceDiscovery;
import org.apache.curator.x.discovery.ServiceDiscoveryBuilder;
import org.apache.curator.x.discovery.ServiceInstance;
import org.apache.curator.x.discovery.details.JsonInstanceSerializer;
import org.apache.curator.x.discovery.details.ServiceCacheListener;

/** Curator's service discovery, on a ZooKeeper that holds a fleet. */
final class CuratorFleet implements AutoCloseable {
  private static final int AT_ONCE = 500;
  private static final JsonInstanceSerializer<Void> SERIALIZER =
      new JsonInstanceSerializer<>(Void.class);

  private final CuratorFramework client;
  private final ServiceDiscovery<Void> discovery;

  CuratorFleet(String connect) throws Exception {
    client = CuratorFrameworkFactory.newClient(connect, new RetryOneTime(100));
    client.start();
    client.blockUntilConnected();
    discovery =
        ServiceDiscoveryBuilder.builder(Void.class).client(client).basePath("/services").build();
    discovery.start();
  }

  private static ServiceInstance<Void> instance(String service, int number, int port)
      throws Exception {
    String host = "10." + number / 65_536 + "." + number / 256 % 256 + "." + number % 256;
    return ServiceInstance.<Void>builder()
        .name(service)
        .id(RawFleet.key(service, number).substring("services//".length() + service.length()))
        .address(host)
        .port(port)
        .registrationTimeUTC(0)
        .build();
  }

  private static String path(String service, ServiceInstance<Void> instance) {
    return "/services/" + service + "/" + instance.getId();
  }

  /** Writes what so many registrations would write, many at once. */
  void fill(String service, int count) throws Exception {
    client.create().creatingParentsIfNeeded().forPath("/services/" + service);
    List<CuratorOp> writes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ServiceInstance<Void> instance = instance(service, i, 8080);
      writes.add(
          client
              .transactionOp()
              .create()
              .forPath(path(service, instance), SERIALIZER.serialize(instance)));
      if (writes.size() == AT_ONCE || i + 1 == count) {
        client.transaction().forOperations(writes);
        writes.clear();
      }
    }
  }

  /** A cache of a service, loaded. */
  ServiceCache<Void> cache(String service, int count) throws Exception {
    ServiceCache<Void> cache = discovery.serviceCacheBuilder().name(service).build();
    cache.start();
    while (cache.getInstances().size() < count) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
    return cache;
  }

  /** Lets a permit go each time a cache has changed. */
  static Semaphore changes(ServiceCache<Void> cache) {
    Semaphore changes = new Semaphore(0);
    cache.addListener(
        new ServiceCacheListener() {
          @Override
          public void cacheChanged() {
            changes.release();
          }

          @Override
          public void stateChanged(CuratorFramework framework, ConnectionState state) {}
        });
    return changes;
  }

  /** Changes one instance. */
  void put(String service, int number, int port) throws Exception {
    ServiceInstance<Void> instance = instance(service, number, port);
    client.setData().forPath(path(service, instance), SERIALIZER.serialize(instance));
  }

  @Override
  public void close() throws IOException {
    discovery.close();
    client.close();
  }
}
