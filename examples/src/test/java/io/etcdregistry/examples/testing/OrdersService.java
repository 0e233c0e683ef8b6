package io.etcdregistry.examples.testing;

import io.etcdregistry.Instance;
import io.etcdregistry.Registry;

/** A service that can be found while it runs. */
final class OrdersService implements AutoCloseable {
  private final Registry registry;

  private OrdersService(Registry registry) {
    this.registry = registry;
  }

  static OrdersService start(String etcd, int port) {
    Registry registry = Registry.connect(etcd);
    try {
      registry.join(Instance.named("orders").port(port).with("version", "1.4.2"));
    } catch (RuntimeException e) {
      registry.close();
      throw e;
    }
    return new OrdersService(registry);
  }

  @Override
  public void close() {
    registry.close();
  }
}
