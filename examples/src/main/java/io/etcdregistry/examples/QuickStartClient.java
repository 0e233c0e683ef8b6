package io.etcdregistry.examples;

import io.etcdregistry.Registry;

/** A client that looks a service up and prints its record. */
public final class QuickStartClient {
  private QuickStartClient() {}

  /** Looks up once. */
  public static void main(String[] args) {
    // tag::client
    // a client
    try (Registry services = Registry.connect("127.0.0.1:2379")) {
      services.lookup("my-service-name").ifPresent(System.out::println);
    }
    // end::client
  }
}
