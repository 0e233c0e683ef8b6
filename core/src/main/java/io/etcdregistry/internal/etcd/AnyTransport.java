package io.etcdregistry.internal.etcd;

import io.etcdregistry.internal.time.Threads;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.ManagedChannelBuilder;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/** Whichever of gRPC's transports is there, with its threads, and one more. */
final class AnyTransport implements Transport {
  private final ScheduledExecutorService timer = Threads.scheduler("timer");

  @Override
  public ScheduledExecutorService thread() {
    return timer;
  }

  @Override
  public Executor contexts() {
    return timer;
  }

  @Override
  public Executor readers(Executor workers) {
    return workers; // its threads have to wake up another in any case
  }

  @Override
  public ManagedChannelBuilder<?> channel(String target, ChannelCredentials credentials) {
    return Grpc.newChannelBuilder(target, credentials);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
