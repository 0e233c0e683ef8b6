package io.etcdregistry.benchmarks;

import io.etcdregistry.protocol.WatchRequest;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Watch streams of one service by bare gRPC, which count what they are told. */
final class Watchers implements AutoCloseable {
  /**
   * A kind of streams.
   *
   * @param watches how many each has: one, or two as a registry, which watches what is overridden
   * @param shared how many share a connection
   */
  record Kind(int watches, int shared) {}

  private final Semaphore told = new Semaphore(0);
  private final List<RawFleet> connections = new ArrayList<>();
  private final List<StreamObserver<WatchRequest>> watches = new ArrayList<>();

  /** Opens them, and waits until they watch. */
  Watchers(String endpoint, String name, int streams, Kind kind) throws InterruptedException {
    for (int i = 0; i < streams; i++) {
      if (i % kind.shared() == 0) {
        connections.add(new RawFleet(endpoint));
      }
      RawFleet connection = connections.get(connections.size() - 1);
      StreamObserver<WatchRequest> watch = connection.watch(name, revision -> told.release());
      if (kind.watches() == 2) {
        watch.onNext(RawEtcd.watching("services-overrides/"));
      }
      watches.add(watch);
    }
    await(told, streams * kind.watches());
  }

  /** Has a permit for each stream that was told of a change. */
  Semaphore told() {
    return told;
  }

  /** Waits until so many clients were told. */
  static void await(Semaphore told, int clients) throws InterruptedException {
    if (!told.tryAcquire(clients, 60, TimeUnit.SECONDS)) {
      throw new IllegalStateException(told.availablePermits() + " of " + clients + " were told");
    }
  }

  @Override
  public void close() {
    watches.forEach(StreamObserver::onCompleted);
    connections.forEach(RawFleet::close);
  }
}
