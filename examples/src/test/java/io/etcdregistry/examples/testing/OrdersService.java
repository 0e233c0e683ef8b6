package io.etcdregistry.examples.testing;

import io.etcdregistry.Instance;
import io.etcdregistry.Registration;
import io.etcdregistry.Registry;

/** A service that can be found while it runs. */
final class OrdersService implements AutoCloseable {
  private final Registry registry;
  private final Registration registration;

  private OrdersService(Registry registry, Registration registration) {
    this.registry = registry;
    this.registration = registration;
  }

  static OrdersService start(String etcd, int port) {
    Registry registry = Registry.connect(etcd);
    Instance.Builder self = Instance.named("orders").port(port).with("version", "1.4.2");
    try {
      return new OrdersService(registry, registry.join(self));
    } catch (RuntimeException e) {
      registry.close();
      throw e;
    }
  }

  String url() {
    return registration.instance().url();
  }

  @Override
  public void close() {
    registry.close();
  }
}
