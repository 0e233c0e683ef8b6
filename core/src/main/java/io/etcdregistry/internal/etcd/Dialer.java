package io.etcdregistry.internal.etcd;

import io.grpc.ManagedChannel;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;

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

  /**
   * A channel to the same address with TLS if {@link #dial} has none, and the reverse: to find out
   * what listens there. No credential is sent on it.
   */
  ManagedChannel dialOtherwise(Address address);

  /** Whether {@link #dial} uses TLS. */
  boolean tls();

  /** What makes sockets that use TLS as {@link #dial} does; empty if it does not. */
  Optional<SSLSocketFactory> sockets();

  /** Stops watching files. Channels are closed by whoever had them opened. Idempotent. */
  @Override
  void close();
}
