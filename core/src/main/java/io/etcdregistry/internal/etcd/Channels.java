package io.etcdregistry.internal.etcd;

import io.grpc.ManagedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;

/**
 * Every channel a store opened, so that none outlives it: also those given up but still carrying a
 * stream, and those opened only to ask who is there. Of the loop.
 */
final class Channels implements Dialer {
  private final Dialer dialer;
  private final List<ManagedChannel> open = new ArrayList<>();
  private boolean closed;

  Channels(Dialer dialer) {
    this.dialer = dialer;
  }

  @Override
  public ManagedChannel dial(Address address) {
    return keep(dialer.dial(address));
  }

  @Override
  public ManagedChannel dialOtherwise(Address address) {
    return keep(dialer.dialOtherwise(address));
  }

  private ManagedChannel keep(ManagedChannel channel) {
    open.removeIf(ManagedChannel::isTerminated);
    open.add(channel);
    if (closed) {
      channel.shutdownNow(); // whoever asked was late
    }
    return channel;
  }

  @Override
  public boolean tls() {
    return dialer.tls();
  }

  @Override
  public Optional<SSLSocketFactory> sockets() {
    return dialer.sockets();
  }

  @Override
  public void close() {
    closed = true;
    open.forEach(ManagedChannel::shutdownNow);
    open.clear();
    dialer.close();
  }
}
