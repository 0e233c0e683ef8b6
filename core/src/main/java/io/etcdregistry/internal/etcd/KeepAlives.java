package io.etcdregistry.internal.etcd;

import io.etcdregistry.internal.store.KeepAliveStream;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.protocol.LeaseGrpc;
import io.etcdregistry.protocol.LeaseKeepAliveRequest;
import io.etcdregistry.protocol.LeaseKeepAliveResponse;
import java.time.Duration;

/** The stream that renews leases. */
final class KeepAlives implements KeepAliveStream, Duplex.Handler<LeaseKeepAliveResponse> {
  private final Listener listener;
  private final Duplex<LeaseKeepAliveRequest, LeaseKeepAliveResponse> stream;

  KeepAlives(Engine engine, Listener listener) {
    this.listener = listener;
    this.stream =
        new Duplex<>(engine, "renewal of leases", LeaseGrpc.getLeaseKeepAliveMethod(), this);
  }

  KeepAlives open() {
    stream.open();
    return this;
  }

  @Override
  public void renew(long lease) {
    LeaseKeepAliveRequest request = LeaseKeepAliveRequest.newBuilder().setID(lease).build();
    stream.context().execute(() -> stream.send(request));
  }

  @Override
  public void close(boolean silent) {
    stream.close(silent);
  }

  @Override
  public void answered(LeaseKeepAliveResponse answer) {
    listener.renewed(answer.getID(), Duration.ofSeconds(Math.max(0, answer.getTTL())));
  }

  @Override
  public void broken(StoreException cause, Fault.Kind kind) {
    listener.broken(cause);
  }
}
