package io.etcdregistry.internal.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.RecordedEvents;
import io.etcdregistry.internal.store.Store;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.telemetry.LoggedLines;
import io.etcdregistry.internal.telemetry.Telemetry;
import io.etcdregistry.testing.FakeTime;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Scripted etcds at addresses, and clients of them, all on the test's thread and on fake time.
 * Where nothing was put, connections are refused.
 */
final class ScriptedNetwork implements AutoCloseable {
  static final Duration TIMEOUT = Duration.ofSeconds(5);
  static final Status REFUSED =
      Status.UNAVAILABLE.withCause(new ConnectException("Connection refused"));

  final FakeTime time = new FakeTime();
  final LoggedLines log = new LoggedLines();
  final RecordedEvents events = new RecordedEvents();
  final List<Address> dialed = new ArrayList<>();
  private final Map<Address, ScriptedEtcd> listening = new HashMap<>();
  private final Map<Address, Status> failing = new HashMap<>();
  private final List<Address> hung = new ArrayList<>();
  private final List<Store> stores = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();

  static Address at(String host, int port) {
    return new Address(host, port);
  }

  /** Puts a new etcd at an address. */
  ScriptedEtcd listen(String host, int port) {
    ScriptedEtcd etcd = new ScriptedEtcd();
    listening.put(at(host, port), etcd);
    return etcd;
  }

  /** Puts an etcd at another address as well. */
  void listen(String host, int port, ScriptedEtcd etcd) {
    listening.put(at(host, port), etcd);
  }

  /** From now on connections to an address are refused. */
  void refuse(String host, int port) {
    listening.remove(at(host, port));
  }

  /** From now on calls to an address end so, before they are sent. */
  void fail(String host, int port, Status status) {
    failing.put(at(host, port), status);
  }

  /** From now on connections to an address do not come about. */
  void hang(String host, int port) {
    hung.add(at(host, port));
  }

  /** Connections to an address come about again. */
  void unhang(String host, int port) {
    hung.remove(at(host, port));
  }

  /** A client with hosts {@code a}, {@code b}… as seeds, on port 1, that asks for no members. */
  Store client(String... hosts) {
    EtcdConfig.Seed[] seeds = new EtcdConfig.Seed[hosts.length];
    for (int i = 0; i < hosts.length; i++) {
      seeds[i] = EtcdConfig.Seed.at(hosts[i], 1);
    }
    return client(EtcdConfig.of(seeds).withRefresh(Optional.empty()));
  }

  Store client(EtcdConfig config) {
    return client(config, Runnable::run);
  }

  /** A client whose threads are the test's. */
  Store client(EtcdConfig config, Executor executor) {
    Telemetry telemetry = new Telemetry(List.of(events), Runnable::run, time, log);
    Store store = EtcdStore.open(config, time, executor, telemetry, new Dialing());
    stores.add(store);
    return store;
  }

  /** Moves time until a call ends, and gives what it ended with. */
  <T> T get(CompletableFuture<T> call) {
    time.advanceUntil(call::isDone, Duration.ofMinutes(1));
    if (!call.isDone()) {
      throw new AssertionError("not done after a minute");
    }
    return call.join();
  }

  /** Moves time until a call fails. */
  StoreException failure(CompletableFuture<?> call) {
    try {
      throw new AssertionError("succeeded with " + get(call));
    } catch (CompletionException e) {
      return StoreException.of(e);
    }
  }

  /** How long a call takes to end. */
  Duration timed(CompletableFuture<?> call) {
    long start = time.nanoTime();
    time.advanceUntil(call::isDone, Duration.ofMinutes(1));
    return Duration.ofNanos(time.nanoTime() - start);
  }

  @Override
  public void close() {
    stores.forEach(Store::close);
    time.advance(Duration.ofMinutes(1)); // what scripts were about to say
    assertThat(channels).as("channels left open").allMatch(ManagedChannel::isTerminated);
    assertThat(time.pending()).as("timers left running").isEmpty();
    listening.values().forEach(ScriptedEtcd::stop);
  }

  private final class Dialing implements Dialer {
    @Override
    public ManagedChannel dial(Address address) {
      dialed.add(address);
      Channel channel = new Channel(address);
      channels.add(channel);
      return channel;
    }

    @Override
    public ManagedChannel dialOtherwise(Address address) {
      return dial(at("nowhere", 1));
    }

    @Override
    public boolean tls() {
      return false;
    }

    @Override
    public Optional<SSLSocketFactory> sockets() {
      return Optional.empty();
    }

    @Override
    public void close() {}
  }

  /** Looks for each call what is at its address at that moment. */
  private final class Channel extends ManagedChannel {
    private final Address address;
    private final Map<ScriptedEtcd, ManagedChannel> open = new HashMap<>();
    private boolean shutdown;

    Channel(Address address) {
      this.address = address;
    }

    @Override
    public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
      ScriptedEtcd etcd = listening.get(address);
      if (hung.contains(address)) {
        return new Ending<>(null);
      }
      if (failing.containsKey(address)) {
        return new Ending<>(failing.get(address));
      }
      if (etcd == null) {
        return new Ending<>(REFUSED);
      }
      return open.computeIfAbsent(
              etcd, to -> InProcessChannelBuilder.forName(to.name()).directExecutor().build())
          .newCall(method, options);
    }

    @Override
    public ManagedChannel shutdown() {
      shutdown = true;
      open.values().forEach(ManagedChannel::shutdown);
      return this;
    }

    @Override
    public ManagedChannel shutdownNow() {
      shutdown = true;
      open.values().forEach(ManagedChannel::shutdownNow);
      return this;
    }

    @Override
    public boolean isShutdown() {
      return shutdown;
    }

    @Override
    public boolean isTerminated() {
      return shutdown && open.values().stream().allMatch(ManagedChannel::isTerminated);
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return true;
    }

    @Override
    public String authority() {
      return address.toString();
    }
  }

  /** A call that ends at once, or never. */
  private static final class Ending<Q, R> extends ClientCall<Q, R> {
    private final @Nullable Status status;

    Ending(@Nullable Status status) {
      this.status = status;
    }

    @Override
    public void start(Listener<R> listener, Metadata headers) {
      if (status != null) {
        listener.onClose(status, new Metadata());
      }
    }

    @Override
    public void request(int count) {}

    @Override
    public void cancel(@Nullable String message, @Nullable Throwable cause) {}

    @Override
    public void halfClose() {}

    @Override
    public void sendMessage(Q message) {}
  }
}
