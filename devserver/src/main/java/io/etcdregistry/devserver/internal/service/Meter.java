package io.etcdregistry.devserver.internal.service;

import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.util.concurrent.atomic.LongAdder;

/** Counts what comes and goes. Thread-safe. */
final class Meter extends ServerStreamTracer.Factory {
  private final LongAdder count = new LongAdder();

  /** One tracer for all calls, as none tells them apart. */
  private final ServerStreamTracer tracer =
      new ServerStreamTracer() {
        @Override
        public void inboundMessage(int number) {
          count.increment();
        }

        @Override
        public void outboundMessage(int number) {
          count.increment();
        }

        @Override
        public void streamClosed(Status status) {
          count.increment();
        }
      };

  @Override
  public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
    count.increment();
    return tracer;
  }

  /** How many messages and calls came and went. */
  long count() {
    return count.sum();
  }
}
