package io.etcdregistry.internal.etcd;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** One channel to one address, from its opening until it is given up. */
final class Link {
  private static final Duration BETWEEN_CONNECTS = Duration.ofMillis(200);

  private final Address address;
  private final ManagedChannel channel;
  private final Loop loop;
  private final long openedAt;
  private volatile long heardAt;
  private volatile boolean everHeard;

  // Of the loop.
  private boolean verified;
  private long hurriedAt;
  private @Nullable Fault diagnosis;

  Link(Address address, ManagedChannel channel, Loop loop, boolean verified) {
    this.address = address;
    this.channel = channel;
    this.loop = loop;
    this.openedAt = loop.now();
    this.heardAt = openedAt - 1;
    this.hurriedAt = openedAt - BETWEEN_CONNECTS.toNanos();
    this.verified = verified;
  }

  Address address() {
    return address;
  }

  /** When it was opened, by the monotonic clock. */
  long openedAt() {
    return openedAt;
  }

  /** Notes a sign of life. */
  void heard() {
    heardAt = loop.now();
    everHeard = true;
  }

  /** What the end of a call on this link means. */
  Fault fault(Status status) {
    Fault fault = Errors.of(status);
    return fault.kind() == Fault.Kind.CLOSED_EARLY && everHeard
        ? new Fault(Fault.Kind.UNREACHABLE, "closed the connection")
        : fault;
  }

  /** What was found out about a listener that closes connections early, if anybody looked. */
  @Nullable Fault diagnosis() {
    return diagnosis;
  }

  void diagnosis(Fault found) {
    diagnosis = found;
  }

  /** Whether there was a sign of life at or after a moment of the monotonic clock. */
  boolean heardSince(long moment) {
    return heardAt - moment >= 0;
  }

  /** Whether what listens there is known to be the cluster meant: only then anything is sent. */
  boolean verified() {
    return verified;
  }

  void verified(boolean now) {
    verified = now;
  }

  /**
   * Makes a call ready.
   *
   * @param readers where its answers are read
   */
  <Q, R> ClientCall<Q, R> call(MethodDescriptor<Q, R> method, Trace trace, Executor readers) {
    return channel.newCall(
        method, CallOptions.DEFAULT.withStreamTracerFactory(trace).withExecutor(readers));
  }

  /**
   * Connects anew instead of waiting out gRPC's own back-off. Of the calls that fail together, as
   * in an outage, only the first has this done.
   */
  void hurry() {
    long now = loop.now();
    if (now - hurriedAt >= BETWEEN_CONNECTS.toNanos()) {
      hurriedAt = now;
      channel.resetConnectBackoff();
    }
  }

  /** Takes no new calls; those under way go on. */
  void retire() {
    channel.shutdown();
  }

  /** Ends everything at once. */
  void kill() {
    channel.shutdownNow();
  }
}
