package io.etcdregistry.examples;

import io.etcdregistry.Instance;
import io.etcdregistry.Registry;

/** A service that joins. It runs until its input ends or it is stopped, as if it served. */
public final class QuickStartService {
  private QuickStartService() {}

  /** Joins and waits. */
  public static void main(String[] args) throws Exception {
    // tag::service
    // a service: leaves by itself when the JVM stops
    Registry services =
        Registry.builder()
            .connection("127.0.0.1:2379,127.0.0.1:22379,127.0.0.1:32379")
            .shutdownHook(true)
            .build();
    services.join(Instance.named("my-service-name").port(8080));
    // end::service
    System.in.transferTo(System.out);
  }
}
