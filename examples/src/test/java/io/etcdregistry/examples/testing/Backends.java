package io.etcdregistry.examples.testing;

import io.etcdregistry.Change;
import io.etcdregistry.Instance;
import io.etcdregistry.Registry;
import io.etcdregistry.ServiceView;
import java.util.Set;
import java.util.TreeSet;

/** The addresses that a load balancer sends requests to, as they are now. */
final class Backends implements AutoCloseable {
  private final ServiceView.Subscription subscription;
  private volatile Set<String> addresses = Set.of();

  Backends(Registry registry, String service) {
    subscription = registry.service(service).onChange(this::changed);
  }

  private void changed(Change change) {
    Set<String> now = new TreeSet<>();
    for (Instance instance : change.snapshot().instances()) {
      now.add(instance.host());
    }
    addresses = now;
  }

  Set<String> addresses() {
    return addresses;
  }

  @Override
  public void close() {
    subscription.close();
  }
}
