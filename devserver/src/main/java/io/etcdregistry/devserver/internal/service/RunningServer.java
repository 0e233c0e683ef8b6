package io.etcdregistry.devserver.internal.service;

import io.etcdregistry.devserver.internal.engine.Engine;
import io.etcdregistry.devserver.internal.engine.Identity;
import io.etcdregistry.devserver.internal.engine.Limits;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.Status;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An engine behind gRPC on one address: its services, timer, threads and transport. Thread-safe.
 *
 * <p>Few threads are enough: no handler waits for anything but the engine's lock.
 */
public final class RunningServer implements AutoCloseable {
  private static final int THREADS = 4;

  /** etcd answers requests up to its own limit; past this gRPC refuses to read them. */
  private static final int MAX_MESSAGE_BYTES = 2048 * 1024;

  /** A client that pings more often is disconnected, as etcd does. */
  private static final Duration MIN_PING_INTERVAL = Duration.ofSeconds(5);

  /** etcd's default for watches with {@code progress_notify}. */
  private static final Duration PROGRESS_INTERVAL = Duration.ofMinutes(10);

  /** How long a client may take to say what it speaks, and to be answered if that is HTTP/1.1. */
  private static final Duration OPENING_TIMEOUT = Duration.ofSeconds(10);

  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

  private final Engine engine;
  private final LeaseTimer leaseTimer;
  private final LeaseService leases;
  private final WatchService watches;
  private final Crew crew = new Crew("etcd-dev");
  private final ThreadPoolExecutor workers;
  private final ScheduledExecutorService timer;
  private final Gate clients;
  private final Gate own;
  private final Agenda agenda;
  private final Traffic traffic;
  private final Guard guard;
  private final Meter meter = new Meter();
  private final Server server;
  private final int port;

  /**
   * Starts a server.
   *
   * @param address where to listen; port 0 is any free one
   * @param limits how much of the past to keep
   * @param clock the time of the leases, and of tokens
   * @param user who may call; null for everyone
   * @throws IOException if the address cannot be listened on
   */
  public RunningServer(
      InetSocketAddress address, Limits limits, LeaseClock clock, @Nullable User user)
      throws IOException {
    workers = workers(crew);
    timer = timer(crew);
    clients = new Gate(workers);
    own = new Gate(workers);
    agenda = new Agenda(clock, timer);
    traffic = new Traffic(agenda);
    engine = new Engine(identity(address), limits, clock);
    leaseTimer = new LeaseTimer(engine, clock, timer, own);
    guard = new Guard(user, clock);
    leases = new LeaseService(engine, leaseTimer, guard);
    watches = new WatchService(engine, clients, guard);
    server = server(address);
    try {
      server.start();
    } catch (IOException | RuntimeException e) {
      stopThreads();
      throw e;
    }
    port = server.getPort();
    long interval = PROGRESS_INTERVAL.toNanos();
    ScheduledFuture<?> unused =
        timer.scheduleAtFixedRate(watches::tick, interval, interval, TimeUnit.NANOSECONDS);
  }

  /** The engine, to act on it without a client. */
  public Engine engine() {
    return engine;
  }

  /** The port that is listened on, or was. */
  public int port() {
    return port;
  }

  /** Moves the clock; what ends or happens by then does so at its time, and before this returns. */
  public void advance(Duration by) {
    long left = by.toNanos();
    do {
      long step = Math.min(left, agenda.untilNext());
      leaseTimer.advance(step);
      agenda.run();
      left -= step;
    } while (left > 0);
  }

  /** How many messages and calls came and went. */
  public long traffic() {
    return meter.count();
  }

  /** How many watch streams clients have open. */
  public int watchStreams() {
    return watches.streams();
  }

  /** How many keepalive streams clients have open. */
  public int keepAliveStreams() {
    return leases.streams();
  }

  /** Cancels every watch of every client, with a reason in etcd's place for it. */
  public void cancelWatches(String reason) {
    watches.cancelWatches(reason);
  }

  /** Breaks every watch stream. */
  public void breakWatches() {
    watches.abort(Status.UNAVAILABLE.withDescription("etcdserver: no leader"));
  }

  /** Holds what clients say and what they are told; connections stay open. */
  public void holdClients() {
    clients.hold();
  }

  /** The same, and leases do not end. */
  public void holdAll() {
    clients.hold();
    own.hold();
  }

  /** Refuses every call, and breaks every stream. */
  public void refuse(Status status) {
    traffic.refuse(status);
    breakStreams(status);
  }

  /** Has every answer wait. */
  public void delayAnswers(Duration by) {
    traffic.delay(by);
  }

  /** Loses every answer. */
  public void dropAnswers() {
    traffic.lose();
  }

  /** Has the next writes applied late, and not answered. */
  public void applyLate(int writes, Duration by) {
    traffic.applyLate(writes, by);
  }

  /** Whether there is anything for {@link #heal} to end. */
  public boolean isFaulty() {
    return clients.held() || own.held() || traffic.isFaulty();
  }

  /** Ends all that holds, refuses, delays and loses. */
  public void heal() {
    traffic.heal();
    own.release();
    clients.release();
  }

  /** Forgets all tokens; returns how many there were. */
  public int expireTokens() {
    return guard.expireTokens();
  }

  /** Forgets everything, as a server that starts again without its data. */
  public void loseData() {
    engine.wipe();
    guard.expireTokens();
    breakStreams(Status.UNAVAILABLE.withDescription("the server lost its data"));
  }

  private void breakStreams(Status status) {
    watches.abort(status);
    leases.abort(status);
  }

  @Override
  public void close() {
    heal();
    server.shutdownNow();
    try {
      server.awaitTermination(STOP_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
      stopThreads();
      crew.join(STOP_TIMEOUT);
    } catch (InterruptedException e) {
      stopThreads();
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until the server is closed. */
  public void await() throws InterruptedException {
    server.awaitTermination();
  }

  private Server server(InetSocketAddress address) {
    Web web = new Web(() -> traffic.rules().refusal());
    ServerBuilder<?> builder =
        Transport.listeningOn(
            address, (head, client) -> clients.pass(() -> client.accept(web.answer(head))));
    if (guard.watchful()) {
      builder.intercept(guard);
    }
    Hangups hangups = new Hangups();
    return builder
        .executor(clients)
        .intercept(traffic)
        .intercept(hangups)
        .addStreamTracerFactory(hangups)
        .addStreamTracerFactory(meter)
        .fallbackHandlerRegistry(new Elsewhere())
        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
        .handshakeTimeout(OPENING_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS)
        .permitKeepAliveTime(MIN_PING_INTERVAL.toNanos(), TimeUnit.NANOSECONDS)
        .permitKeepAliveWithoutCalls(false)
        .addService(new KvService(engine))
        .addService(watches)
        .addService(leases)
        .addService(new ClusterService(engine, () -> endpoint(address, port())))
        .addService(new MaintenanceService(engine))
        .addService(new AuthService(engine, guard))
        .build();
  }

  /** Where clients reach a server. */
  public static String endpoint(InetSocketAddress address, int port) {
    String host = address.getAddress().getHostAddress();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  /**
   * Like etcd's, the ids follow from where the server is meant to be: one that starts again on the
   * same port says that it is the same cluster, although it has lost everything.
   */
  private static Identity identity(InetSocketAddress address) {
    long seed =
        address.getPort() == 0
            ? ThreadLocalRandom.current().nextLong()
            : endpoint(address, address.getPort()).hashCode();
    return new Identity(mix(seed), mix(seed + 1));
  }

  /** Spreads a number over 63 bits, never 0. */
  private static long mix(long seed) {
    long mixed = seed * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L;
    return (mixed >>> 1) | 1;
  }

  private void stopThreads() {
    timer.shutdownNow();
    workers.shutdown();
  }

  private static ThreadPoolExecutor workers(Crew crew) {
    return new ThreadPoolExecutor(
        THREADS,
        THREADS,
        0,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        crew,
        // Only after the end: whoever is still told something then has nobody to tell it to.
        new ThreadPoolExecutor.DiscardPolicy());
  }

  private static ScheduledExecutorService timer(Crew crew) {
    ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, crew);
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }
}
