package io.etcdregistry.internal.registration;

import io.etcdregistry.internal.registration.RecordMachine.Decision;
import io.etcdregistry.internal.registration.RecordMachine.Verdict;
import io.etcdregistry.internal.store.Commit;
import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.store.Header;
import io.etcdregistry.internal.store.Store;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.StoreException.Failure;
import io.etcdregistry.internal.store.Write;
import io.etcdregistry.internal.time.Alarm;
import io.etcdregistry.internal.time.Backoff;
import io.etcdregistry.internal.watch.WatchHub;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Makes the writes that keys need, many in one transaction. In the reconciler's serial context.
 *
 * <p>Nothing is delayed to fill a batch: the first key goes at once, and what comes while
 * transactions are under way goes together. How many are under way at a time grows by one with each
 * that is answered and halves when etcd is out of breath (additive increase, multiplicative
 * decrease, as in TCP, RFC 5681).
 */
final class BatchWriter {
  private static final int FIRST_WINDOW = 4;
  private static final int MAX_WINDOW = 8;
  private static final Backoff RETRY = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2));
  private static final Backoff RETRY_REFUSED =
      new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(30));

  /** Decides about keys, and hears what became of them. */
  interface Work {
    Decision decide(OwnKey key);

    /** There is nothing to write for a key now. */
    void settled(OwnKey key, Verdict verdict);

    void written(OwnKey key, Write write, Header header, Commit.Outcome outcome);

    /**
     * A write was answered, but another attempt of it may land late.
     *
     * @param unanswered whether that attempt is still under way
     */
    void straggling(OwnKey key, Write write, boolean unanswered);

    /** A write failed, or its answer was lost; the key will be decided about again. */
    void failed(OwnKey key, Write write, StoreException cause);
  }

  private final Environment env;
  private final Supplier<WatchHub.Witness> witness;
  private final Work work;
  private final WriteReports reports;
  private final Alarm alarm;
  private final Set<OwnKey> dirty = new LinkedHashSet<>();

  /** Those that were refused, and are put off. */
  private final Set<OwnKey> putOff = new LinkedHashSet<>();

  private int underWay;
  private int window = FIRST_WINDOW;
  private int failures;
  private long pausedUntil;
  private boolean closed;

  BatchWriter(Environment env, Supplier<WatchHub.Witness> witness, Work work) {
    this.env = env;
    this.witness = witness;
    this.work = work;
    this.reports = new WriteReports(env);
    this.alarm = new Alarm(env.time(), env.context(), this::pump);
  }

  /** A key's wish or knowledge changed: decide about it, and write if need be. */
  void touch(OwnKey key) {
    if (!key.writing) {
      putOff.remove(key);
      dirty.add(key);
    }
  }

  void close() {
    closed = true;
    alarm.clear();
    dirty.clear();
    putOff.clear();
  }

  /** Writes what can be written now. To be called after touching. */
  void pump() {
    long now = env.time().nanoTime();
    resume(now);
    while (!closed && underWay < window && now >= pausedUntil) {
      Map<OwnKey, Write> batch = nextBatch(now);
      if (batch.isEmpty()) {
        break;
      }
      send(batch);
    }
    wakeUp(now);
  }

  private void wakeUp(long now) {
    long next = dirty.isEmpty() ? Long.MAX_VALUE : pausedUntil;
    for (OwnKey key : putOff) {
      next = Math.min(next, Math.max(key.notBefore, pausedUntil));
    }
    if (next == Long.MAX_VALUE || next <= now) {
      alarm.clear(); // nothing to do, or the window is full: an answer pumps again
    } else {
      alarm.set(next);
    }
  }

  private void resume(long now) {
    for (Iterator<OwnKey> keys = putOff.iterator(); keys.hasNext(); ) {
      OwnKey key = keys.next();
      if (key.notBefore <= now) {
        keys.remove();
        dirty.add(key);
      }
    }
  }

  private Map<OwnKey, Write> nextBatch(long now) {
    Map<OwnKey, Write> batch = new LinkedHashMap<>();
    int bytes = 0;
    long lease = 0;
    Iterator<OwnKey> keys = dirty.iterator();
    List<Runnable> settled = new ArrayList<>();
    while (keys.hasNext() && batch.size() < Store.MAX_WRITES) {
      OwnKey key = keys.next();
      if (key.notBefore > now) {
        keys.remove();
        putOff.add(key);
        continue;
      }
      Decision decision = work.decide(key);
      if (decision.write().isEmpty()) {
        keys.remove();
        settled.add(() -> work.settled(key, decision.verdict()));
        continue;
      }
      Write write = decision.write().get();
      boolean otherLease = lease != 0 && write.lease() != 0 && write.lease() != lease;
      if (!batch.isEmpty() && bytes + write.size() > Store.MAX_BYTES) {
        break;
      }
      if (!batch.isEmpty() && (key.alone || otherLease)) {
        continue;
      }
      keys.remove();
      key.writing = true;
      batch.put(key, write);
      bytes += write.size();
      lease = Math.max(lease, write.lease());
      if (key.alone) {
        break;
      }
    }
    settled.forEach(Runnable::run);
    return batch;
  }

  private void send(Map<OwnKey, Write> batch) {
    underWay++;
    WatchHub.Witness seen = witness.get();
    env.store()
        .commit(List.copyOf(batch.values()), env.callTimeout())
        .whenComplete(
            (commit, failure) ->
                env.context()
                    .execute(
                        () -> {
                          underWay--;
                          if (failure == null) {
                            boolean current = seen.current();
                            seen.accept(commit.header());
                            answered(batch, commit, current);
                          } else {
                            failed(batch, StoreException.of(failure));
                          }
                          pump();
                        }));
  }

  /** An answer of the cluster that was before a reset tells nothing of the one that is. */
  private void answered(Map<OwnKey, Write> batch, Commit commit, boolean current) {
    window = Math.min(window + 1, MAX_WINDOW);
    failures = 0;
    int index = 0;
    for (Map.Entry<OwnKey, Write> entry : batch.entrySet()) {
      OwnKey key = entry.getKey();
      key.writing = false;
      key.attempted = true;
      key.alone = false;
      reports.answered(key, entry.getValue(), commit.outcomes().get(index));
      key.refusals = 0;
      key.notBefore = 0;
      Commit.Outcome outcome = commit.outcomes().get(index++);
      if (current) {
        work.written(key, entry.getValue(), commit.header(), outcome);
      }
      if (commit.straggling()) {
        work.straggling(key, entry.getValue(), commit.unanswered());
      }
      touch(key);
    }
  }

  private void failed(Map<OwnKey, Write> batch, StoreException cause) {
    boolean refused = !cause.failure().passing();
    reports.failed(batch.values(), cause);
    if (!refused && cause.failure() != Failure.LEASE_NOT_FOUND) {
      window = Math.max(1, window / 2);
      failures++;
      pausedUntil = env.time().nanoTime() + RETRY.nanos(failures, env.entropy().getAsLong());
    }
    for (Map.Entry<OwnKey, Write> entry : batch.entrySet()) {
      OwnKey key = entry.getKey();
      key.writing = false;
      if (refused && batch.size() > 1) {
        key.alone = true; // one of them is to blame: find out which
      } else {
        if (refused) {
          key.refusals++;
          long pause = RETRY_REFUSED.nanos(key.refusals, env.entropy().getAsLong());
          key.notBefore = env.time().nanoTime() + pause;
          reports.refused(key, cause);
        }
        work.failed(key, entry.getValue(), cause);
      }
      touch(key);
    }
  }
}
