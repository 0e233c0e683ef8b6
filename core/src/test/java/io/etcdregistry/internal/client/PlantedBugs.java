package io.etcdregistry.internal.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.etcdregistry.internal.store.Commit;
import io.etcdregistry.internal.store.ForwardingStore;
import io.etcdregistry.internal.store.KeyRange;
import io.etcdregistry.internal.store.Store;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.WatchStream;
import io.etcdregistry.internal.store.Write;
import io.etcdregistry.internal.store.Write.Action;
import io.etcdregistry.internal.store.Write.Guard;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Bugs that a client can have where it meets its store; all else of it is as it is. */
final class PlantedBugs {
  private PlantedBugs() {}

  /**
   * Watches go on some revisions later than asked for: one, and the revision last seen is not asked
   * for again; two, and the one after it is skipped.
   */
  static Store resumingLater(Store store, long revisions) {
    return new ForwardingStore(store) {
      @Override
      public WatchStream watch(WatchStream.Listener listener) {
        return later(super.watch(listener), revisions);
      }
    };
  }

  private static WatchStream later(WatchStream stream, long revisions) {
    return new WatchStream() {
      @Override
      public void create(long id, KeyRange range, long from) {
        stream.create(id, range, from + revisions);
      }

      @Override
      public void cancel(long id) {
        stream.cancel(id);
      }

      @Override
      public void requestProgress() {
        stream.requestProgress();
      }

      @Override
      public void close(boolean silent) {
        stream.close(silent);
      }
    };
  }

  /** What was there once is put again whoever has the key now. */
  static Store puttingAgainUnguarded(Store store) {
    Set<String> there = new HashSet<>();
    return new ForwardingStore(store) {
      @Override
      public CompletableFuture<Commit> commit(List<Write> writes, Duration timeout) {
        List<Write> planted = writes.stream().map(this::unguarded).toList();
        return super.commit(planted, timeout)
            .whenComplete(
                (commit, failure) -> {
                  for (int i = 0; failure == null && i < writes.size(); i++) {
                    if (commit.outcomes().get(i).applied()) {
                      there.add(text(writes.get(i)));
                    }
                  }
                });
      }

      private Write unguarded(Write write) {
        return write.action() == Action.PUT && there.contains(text(write))
            ? Write.put(write.key(), Guard.ALWAYS, 0, write.value(), write.lease())
            : write;
      }
    };
  }

  private static String text(Write write) {
    return write.key() + new String(write.value(), ISO_8859_1);
  }

  /** An answer is taken for the end of a call, though other attempts of it are under way. */
  static Store forgettingStragglers(Store store) {
    return new ForwardingStore(store) {
      @Override
      public CompletableFuture<Commit> commit(List<Write> writes, Duration timeout) {
        return super.commit(writes, timeout)
            .thenApply(commit -> new Commit(commit.header(), commit.outcomes(), false));
      }
    };
  }

  /** A call that failed is taken for one that changed nothing, nor ever will. */
  static Store forgettingTombstones(Store store) {
    return new ForwardingStore(store) {
      @Override
      public CompletableFuture<Commit> commit(List<Write> writes, Duration timeout) {
        return super.commit(writes, timeout)
            .exceptionally(
                failure -> {
                  StoreException known = StoreException.of(failure);
                  throw new StoreException(known.failure(), String.valueOf(known.getMessage()));
                });
      }
    };
  }
}
