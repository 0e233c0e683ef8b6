package io.etcdregistry.internal.etcd;

import io.grpc.ManagedChannel;

/** Opens channels, each to one address. Thread-safe. */
interface Dialer extends AutoCloseable {
  /** A message from etcd is refused above this; pages and fragments stay well below it. */
  int MAX_MESSAGE = 16 << 20;

  /**
   * A channel that connects when it is first used.
   *
   * @throws IllegalArgumentException if the address cannot be one
   */
  ManagedChannel dial(Address address);

  /** Stops watching files. Channels are closed by whoever had them opened. Idempotent. */
  @Override
  void close();
}
