package io.etcdregistry.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A TCP proxy on loopback whose link to its target can be made slow, one-way, silent or dead. All
 * switches act on present and new connections, add up, last until {@link #heal}, and are in force
 * when the call returns. For use by any thread; one daemon thread serves all connections.
 *
 * <p>Two things differ from a real network, because both ends talk to a living kernel: what is sent
 * into a silent link is acknowledged (so {@code TCP_USER_TIMEOUT} does not fire), and connecting to
 * a silent or dead target succeeds before nothing or a reset follows.
 */
public final class TcpProxy implements AutoCloseable {
  private static final int BACKLOG = 2048;

  /** Which way bytes go. */
  public enum Direction {
    /** From who connected to the proxy, to the proxy's target. */
    TO_TARGET,
    /** From the proxy's target back to who connected. */
    TO_CLIENT
  }

  private final int port = Ports.free();
  private final Selector selector;
  private final Sources sources;
  private final Thread thread = new Thread(this::run, "proxy at " + port);
  private final Queue<FutureTask<?>> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger accepted = new AtomicInteger();
  private volatile int targetPort;
  private volatile boolean closed;
  private volatile boolean ended;

  // of the proxy's thread
  private final Set<TcpLink> links = new LinkedHashSet<>();
  private Set<TcpLink> waiting = new LinkedHashSet<>();
  private Conditions conditions = Conditions.FAIR;
  private Optional<ServerSocketChannel> listener = Optional.empty();

  private TcpProxy(int targetPort, Sources sources) {
    this.targetPort = targetPort;
    this.sources = sources;
    try {
      selector = Selector.open();
      listen();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    thread.setDaemon(true);
    thread.start();
  }

  /** A proxy at a free port that forwards to this port of the loopback address. */
  public static TcpProxy to(int targetPort) {
    return open(targetPort, (from, to) -> "");
  }

  /** A port that was free a moment ago may be taken by a stranger; then there are others. */
  private static TcpProxy open(int targetPort, Sources sources) {
    for (int attempt = 0; attempt < 10; attempt++) {
      try {
        return new TcpProxy(targetPort, sources);
      } catch (UncheckedIOException e) {
        if (!(e.getCause() instanceof BindException)) {
          throw e;
        }
      }
    }
    throw new IllegalStateException("ten ports in a row were taken");
  }

  /** As {@link #to}, telling connections apart by their source, for {@link #cut}. */
  static TcpProxy to(int targetPort, Sources sources) {
    return open(targetPort, sources);
  }

  /** The port that the proxy listens on; stays the same. */
  public int port() {
    return port;
  }

  /** Host and port that the proxy listens on, for example {@code 127.0.0.1:12345}. */
  public String address() {
    return "127.0.0.1:" + port;
  }

  /** Sends new connections to another port; present ones stay where they are. */
  public void target(int newTargetPort) {
    targetPort = newTargetPort;
  }

  /** How many connections were accepted so far. */
  public int accepted() {
    return accepted.get();
  }

  /** How many connections are open now. */
  public int connections() {
    int[] count = new int[1];
    call(() -> count[0] = links.size());
    return count[0];
  }

  /** Every byte comes so much later, each way; what is under way is delayed too. */
  public void delay(Duration eachWay) {
    change(now -> now.withDelay(eachWay));
  }

  /** Each connection carries at most so many bytes a second, each way. */
  public void throttle(long bytesPerSecond) {
    if (bytesPerSecond <= 0) {
      throw new IllegalArgumentException(
          "bytesPerSecond: " + bytesPerSecond + " (expected: > 0; drop() is for none)");
    }
    change(now -> now.withRate(bytesPerSecond));
  }

  /**
   * A link that lost its network: connections stay open, new ones are accepted, and nothing passes,
   * not even that an end closed. After {@link #heal} all of it arrives late, as TCP would have sent
   * it again; {@link #forget} is the link that does not come back.
   */
  public void drop() {
    change(now -> now.dropping(Direction.TO_TARGET).dropping(Direction.TO_CLIENT));
  }

  /** As {@link #drop}, for one direction only; the other one goes on. */
  public void halfOpen(Direction dropped) {
    change(now -> now.dropping(dropped));
  }

  /**
   * Present connections pass nothing any more, not even after {@link #heal}, and their ends do not
   * learn of it: a firewall that lost its table. New connections are not concerned.
   */
  public void forget() {
    call(() -> links.forEach(TcpLink::forget));
  }

  /** Resets present connections on both ends (RST); new ones are not concerned. */
  public void reset() {
    call(this::resetAll);
  }

  /** Resets present connections and stops listening: who connects is refused. */
  public void refuse() {
    call(
        () -> {
          stopListening();
          resetAll();
        });
  }

  /** Everything as at first: whoever still waits gets what is due to them. */
  public void heal() {
    call(
        () -> {
          conditions = Conditions.FAIR;
          listen();
        });
  }

  /** {@link #drop}s the connections of these sources, and no others. */
  void cut(Predicate<String> newlyCut) {
    change(now -> now.cutting(newlyCut));
  }

  /** Resets all connections and stops listening; may be called again. */
  @Override
  public void close() {
    closed = true;
    selector.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void change(UnaryOperator<Conditions> change) {
    call(() -> conditions = change.apply(conditions));
  }

  /** Runs on the proxy's thread, and returns when it has. */
  private void call(Action action) {
    FutureTask<Boolean> task =
        new FutureTask<>(
            () -> {
              action.run();
              selector.selectNow(key -> {}); // only then a closed channel frees its port
              return waiting.addAll(links);
            });
    tasks.add(task);
    selector.wakeup();
    if (ended) {
      task.cancel(false);
    }
    try {
      task.get();
    } catch (CancellationException e) {
      throw new IllegalStateException("the proxy at " + port + " is closed", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void run() {
    try (selector) {
      long wait = 0;
      while (!closed) {
        wait = round(wait);
      }
      stopListening();
      resetAll();
      selector.selectNow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      ended = true;
      tasks.forEach(task -> task.cancel(false));
    }
  }

  /** Does what is to be done now; takes and returns how many nanoseconds to wait at most. */
  private long round(long wait) throws IOException {
    if (wait <= 0) {
      selector.selectNow();
    } else {
      selector.select(wait == TcpLink.NEVER ? 0 : wait / 1_000_000 + 1);
    }
    for (SelectionKey key : selector.selectedKeys()) {
      if (key.attachment() instanceof TcpLink link) {
        link.ready(key);
        waiting.add(link);
      } else {
        accept();
      }
    }
    selector.selectedKeys().clear();
    for (FutureTask<?> task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
    Set<TcpLink> due = waiting;
    waiting = new LinkedHashSet<>();
    long next = TcpLink.NEVER;
    for (TcpLink link : due) {
      long again = link.move(conditions, targetPort);
      next = Math.min(next, again);
      if (link.isClosed()) {
        links.remove(link);
      } else if (again != TcpLink.NEVER) {
        waiting.add(link);
      }
    }
    return next;
  }

  private void accept() throws IOException {
    while (listener.isPresent()) {
      SocketChannel client = listener.get().accept();
      if (client == null) {
        return;
      }
      accepted.incrementAndGet();
      try {
        int from = ((InetSocketAddress) client.getRemoteAddress()).getPort();
        TcpLink link = new TcpLink(selector, client, sources.nameOf(from, port));
        links.add(link);
        waiting.add(link);
      } catch (IOException e) {
        client.close(); // it came and went
      }
    }
  }

  private void listen() throws IOException {
    if (listener.isPresent()) {
      return;
    }
    ServerSocketChannel channel = ServerSocketChannel.open();
    channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
    channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_ACCEPT);
    listener = Optional.of(channel);
  }

  private void stopListening() throws IOException {
    if (listener.isPresent()) {
      listener.get().close();
      listener = Optional.empty();
    }
  }

  private void resetAll() {
    links.forEach(TcpLink::reset);
    links.clear();
  }

  /** Says who opened a connection; called on the proxy's thread. */
  interface Sources {
    String nameOf(int fromPort, int proxyPort);
  }

  /** What a switch does, on the proxy's thread. */
  private interface Action {
    void run() throws IOException;
  }

  /** What the link between the two ends is like. */
  record Conditions(
      long delayNanos, long bytesPerSecond, Set<Direction> dropped, Predicate<String> cut) {
    static final Conditions FAIR =
        new Conditions(0, Long.MAX_VALUE, EnumSet.noneOf(Direction.class), source -> false);

    boolean isThrottled() {
      return bytesPerSecond < Long.MAX_VALUE;
    }

    boolean drops(Direction direction, String source) {
      return dropped.contains(direction) || cut.test(source);
    }

    Conditions withDelay(Duration delay) {
      return new Conditions(delay.toNanos(), bytesPerSecond, dropped, cut);
    }

    Conditions withRate(long rate) {
      return new Conditions(delayNanos, rate, dropped, cut);
    }

    Conditions dropping(Direction direction) {
      Set<Direction> more = EnumSet.copyOf(dropped);
      more.add(direction);
      return new Conditions(delayNanos, bytesPerSecond, more, cut);
    }

    Conditions cutting(Predicate<String> sources) {
      return new Conditions(delayNanos, bytesPerSecond, dropped, sources);
    }
  }
}
