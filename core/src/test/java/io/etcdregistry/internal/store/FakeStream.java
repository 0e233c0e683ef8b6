package io.etcdregistry.internal.store;

import io.etcdregistry.internal.store.StoreException.Failure;
import java.time.Duration;

/** What the two kinds of stream of a fake client have in common: two lanes, and an end. */
abstract class FakeStream {
  /** How long it takes to give up on a connection that nobody answers. */
  private static final Duration CONNECT = Duration.ofSeconds(2);

  /** How long a transport that pings takes to notice that a connection is dead. */
  private static final Duration PING = Duration.ofSeconds(10);

  private final FakeStore store;
  private final FakeLane requests;
  private final FakeLane answers;
  private volatile boolean ended;
  private volatile boolean closed;

  FakeStream(FakeStore store) {
    this.store = store;
    this.requests = new FakeLane(store.cluster().time(), store.link());
    this.answers = new FakeLane(store.clock(), store.link());
  }

  /** Tells the listener of the end; called once, on the client's clock. */
  abstract void tellBroken(StoreException cause);

  /** Takes what the cluster keeps for this stream away. */
  abstract void forget();

  FakeStore store() {
    return store;
  }

  FakeCluster cluster() {
    return store.cluster();
  }

  /** Sets out; a stream that finds nobody is broken in time. */
  final void open() {
    FakeLink link = store.link();
    if (store.closed()) {
      breakOff(FakeStore.closedFailure());
    } else {
      if (link.opened(this)) {
        hang();
      }
      if (link.refusing()) {
        breakOff(FakeLink.unreachable());
      } else if (link.silent()) {
        StoreException cause =
            new StoreException(Failure.UNREACHABLE, "no connection within " + CONNECT);
        store.clock().schedule(CONNECT, () -> breakIfSilent(cause));
      } else {
        request(() -> {});
      }
    }
  }

  /** Notices the silence of a link, as a transport does that pings. */
  final void ping() {
    StoreException cause =
        new StoreException(Failure.UNREACHABLE, "no answer to a ping within " + PING);
    store.clock().schedule(PING, () -> breakIfSilent(cause));
  }

  private void breakIfSilent(StoreException cause) {
    if (store.link().silent()) {
      breakOff(cause);
    }
  }

  /** Sends something to the cluster; without a leader the stream breaks there. */
  final void request(Runnable message) {
    requests.send(
        () -> {
          if (store.link().hasLeader()) {
            message.run();
          } else {
            breakOff(FakeCluster.noLeader());
          }
        });
  }

  /** Sends something to the client, unless the stream has ended. */
  final void answer(Runnable message) {
    answers.send(
        () -> {
          if (!ended) {
            message.run();
          }
        });
  }

  final void flush() {
    requests.flush();
    answers.flush();
  }

  final void hang() {
    requests.hang();
    answers.hang();
  }

  /** Ends the stream from afar: what is under way is lost, the listener hears of it. */
  final void breakOff(StoreException cause) {
    if (end()) {
      store
          .clock()
          .schedule(
              Duration.ZERO,
              () -> {
                if (!closed) {
                  tellBroken(cause);
                }
              });
    }
  }

  /** Ends the stream from here: the listener hears nothing more. */
  final void close() {
    closed = true;
    end();
  }

  private boolean end() {
    synchronized (store.link()) {
      if (ended) {
        return false;
      }
      ended = true;
    }
    requests.close();
    answers.close();
    store.link().ended(this);
    forget();
    return true;
  }
}
