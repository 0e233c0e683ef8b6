package io.etcdregistry.internal.store;

import io.etcdregistry.internal.store.StoreException.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * The network between one client and the cluster, and what goes wrong with it. Thread-safe.
 *
 * <p>Without latency an answer comes with the next move of time, however small.
 */
public final class FakeLink {
  private enum State {
    UP,
    /** Nothing gets through, nobody is told. */
    SILENT,
    /** Every attempt is refused at once. */
    REFUSING
  }

  /** What becomes of requests that are sent while the link is silent. */
  public enum Lost {
    /** They are gone. */
    FOR_GOOD,
    /** They reach the cluster when the link is up again, however late. */
    UNTIL_HEALED
  }

  private final FakeCluster cluster;
  private final Set<FakeStream> streams = new LinkedHashSet<>();
  private final List<Runnable> late = new ArrayList<>();
  private State state = State.UP;
  private Lost lost = Lost.FOR_GOOD;
  private boolean leaderless;
  private long minLatency;
  private long maxLatency;
  private Random random = new Random(0);
  private int hangNext;

  FakeLink(FakeCluster cluster) {
    this.cluster = cluster;
  }

  /** Makes every way take the same time. */
  public void latency(Duration each) {
    latency(each, each, 0);
  }

  /**
   * Makes every way take a random time; calls may overtake each other, messages of a stream not.
   */
  public synchronized void latency(Duration min, Duration max, long seed) {
    minLatency = min.toNanos();
    maxLatency = max.toNanos();
    random = new Random(seed);
  }

  /**
   * Cuts the client off without a sign: calls time out, streams fall silent and break after some
   * ten seconds.
   */
  public void partition(Lost lost) {
    synchronized (this) {
      state = State.SILENT;
      this.lost = lost;
    }
    open().forEach(FakeStream::ping);
  }

  /** Cuts the client off so that it notices: streams break, calls find nobody. */
  public void refuse() {
    synchronized (this) {
      state = State.REFUSING;
    }
    breakStreams(unreachable());
  }

  /** Takes the leader away from the member that this client speaks to. */
  public void loseLeader() {
    synchronized (this) {
      leaderless = true;
    }
    breakStreams(FakeCluster.noLeader());
  }

  /**
   * Ends {@link #partition}, {@link #refuse} and {@link #loseLeader}; streams that are left go on.
   */
  public void heal() {
    List<Runnable> arriving;
    synchronized (this) {
      state = State.UP;
      leaderless = false;
      arriving = List.copyOf(late);
      late.clear();
    }
    arriving.forEach(request -> cluster.time().schedule(latency(), request));
    open().forEach(FakeStream::flush);
  }

  /** Breaks the client's streams; what was under way on them is lost. */
  public void breakStreams(StoreException cause) {
    open().forEach(stream -> stream.breakOff(cause));
  }

  /** Lets the streams that are open fall silent for good; others can be opened. */
  public void hangStreams() {
    open().forEach(FakeStream::hang);
  }

  /** Lets the next streams be silent from the start. */
  public synchronized void hangNextStreams(int count) {
    hangNext = count;
  }

  /** Lets the cluster cancel every watch of the client, for no reason of compaction. */
  public void cancelWatches(StoreException cause) {
    for (FakeStream stream : open()) {
      if (stream instanceof FakeWatchStream watches) {
        watches.cancelAll(cause);
      }
    }
  }

  /** How many streams the client has open. */
  public synchronized int openStreams() {
    return streams.size();
  }

  /** Ends the client's streams from its own side. */
  void close() {
    open().forEach(FakeStream::close);
  }

  private synchronized List<FakeStream> open() {
    return List.copyOf(streams);
  }

  static StoreException unreachable() {
    return new StoreException(Failure.UNREACHABLE, "connection refused");
  }

  synchronized boolean silent() {
    return state == State.SILENT;
  }

  synchronized boolean refusing() {
    return state == State.REFUSING;
  }

  boolean hasLeader() {
    synchronized (this) {
      if (leaderless) {
        return false;
      }
    }
    return cluster.hasLeader();
  }

  synchronized Duration latency() {
    long spread = maxLatency - minLatency;
    long extra = spread == 0 ? 0 : (long) (random.nextDouble() * (spread + 1));
    return Duration.ofNanos(minLatency + extra);
  }

  /** Takes a request that was sent into the silence. */
  synchronized void swallow(Runnable request) {
    if (lost == Lost.UNTIL_HEALED) {
      late.add(request);
    }
  }

  /** Takes a stream that opens, and says whether it hangs from the start. */
  synchronized boolean opened(FakeStream stream) {
    streams.add(stream);
    return hangNext > 0 && hangNext-- > 0;
  }

  synchronized void ended(FakeStream stream) {
    streams.remove(stream);
  }
}
