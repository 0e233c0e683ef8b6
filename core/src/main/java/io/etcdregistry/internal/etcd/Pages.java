package io.etcdregistry.internal.etcd;

import com.google.protobuf.ByteString;
import io.etcdregistry.internal.store.Header;
import io.etcdregistry.internal.store.KeyRange;
import io.etcdregistry.internal.store.KeyValue;
import io.etcdregistry.internal.store.Listing;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.StoreException.Failure;
import io.etcdregistry.protocol.RangeRequest;
import io.etcdregistry.protocol.RangeResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Reads one range page by page, all at the revision of the first. Pages come one after another, and
 * the next is asked for before what is in one is looked at, so that etcd and the client work at the
 * same time; only those parts are shared, and one thread fills each.
 */
final class Pages {
  private static final int FIRST_LIMIT = 512;
  private static final int MOST = 16_384; // etcd 3.4 counts what is left for each page
  private static final int MOST_BYTES = 4 << 20;
  private static final int LEAST_BYTES = 64 << 10;
  private static final int SHRINK = 8;

  private final Engine engine;
  private final KeyRange range;
  private final boolean keysOnly;
  private final long deadline;
  private final CompletableFuture<Listing> result = new CompletableFuture<>();
  private final ByteString end;
  private List<Part> parts = new ArrayList<>();
  private int limit = FIRST_LIMIT;
  private int most = MOST;
  private int bytesWanted = MOST_BYTES / 4;
  private long askedAt;
  private ByteString next;
  private @Nullable Header first;

  /** What was in a page. */
  private static final class Part {
    private final CompletableFuture<List<KeyValue>> pairs = new CompletableFuture<>();

    void fill(List<io.etcdregistry.protocol.KeyValue> page) {
      try {
        pairs.complete(page.stream().map(Messages::pair).toList());
      } catch (RuntimeException failure) {
        pairs.completeExceptionally(failure);
      }
    }
  }

  /** All of a range. */
  static Pages of(Engine engine, KeyRange range, Duration timeout) {
    return new Pages(engine, range, timeout, false);
  }

  /** The keys of a range, with empty values. */
  static Pages ofKeys(Engine engine, KeyRange range, Duration timeout) {
    return new Pages(engine, range, timeout, true);
  }

  private Pages(Engine engine, KeyRange range, Duration timeout, boolean keysOnly) {
    this.engine = engine;
    this.range = range;
    this.keysOnly = keysOnly;
    this.deadline = engine.loop().now() + timeout.toNanos();
    this.next = Messages.bytes(range.first());
    this.end = Messages.bytes(range.end());
  }

  CompletableFuture<Listing> read() {
    page();
    return result;
  }

  private void page() {
    Header start = first;
    RangeRequest.Builder request =
        RangeRequest.newBuilder().setKey(next).setRangeEnd(end).setKeysOnly(keysOnly);
    if (!range.single()) {
      request.setLimit(limit);
    }
    if (start != null) {
      request.setRevision(start.revision());
    }
    askedAt = engine.loop().now();
    Duration left = Duration.ofNanos(Math.max(1, deadline - engine.loop().now()));
    var unused = engine.call(Call.RANGE, request.build(), left).whenComplete(this::paged);
  }

  private void paged(@Nullable Answer<RangeResponse> answer, @Nullable Throwable error) {
    try {
      if (answer == null) {
        result.completeExceptionally(StoreException.of(Objects.requireNonNull(error)));
      } else if (!again(answer)) {
        take(answer.orThrow());
      }
    } catch (RuntimeException failure) {
      result.completeExceptionally(StoreException.of(failure));
    }
  }

  /** Whether a refusal was only of the way we asked. */
  private boolean again(Answer<RangeResponse> answer) {
    Fault.Kind refusal = answer.refusal().orElse(null);
    if (refusal == Fault.Kind.COMPACTED && first != null) {
      startOver();
      page();
      return true;
    }
    if (refusal == Fault.Kind.TOO_LARGE && limit > 1) {
      limit = Math.max(1, limit / SHRINK);
      most = limit;
      page();
      return true;
    }
    return false;
  }

  private void startOver() {
    first = null;
    next = Messages.bytes(range.first());
    parts = new ArrayList<>();
  }

  private void take(RangeResponse page) {
    Header header = Messages.header(page.getHeader());
    Header start = first;
    if (start == null) {
      first = header;
      start = header;
    } else if (start.clusterId() != header.clusterId()) {
      startOver();
      page();
      return;
    }
    int count = page.getKvsCount();
    Part part = new Part();
    parts.add(part);
    if (page.getMore() && count > 0) {
      prepareNext(page, count);
      page();
      part.fill(page.getKvsList());
    } else {
      part.fill(page.getKvsList());
      complete(start, parts);
    }
  }

  private void complete(Header start, List<Part> all) {
    CompletableFuture<?>[] filling =
        all.stream().map(part -> part.pairs).toArray(CompletableFuture<?>[]::new);
    CompletableFuture.allOf(filling)
        .whenComplete(
            (filled, failure) -> {
              if (failure != null) {
                result.completeExceptionally(StoreException.of(failure));
              } else {
                List<KeyValue> pairs = new ArrayList<>();
                all.forEach(part -> pairs.addAll(part.pairs.join()));
                result.complete(new Listing(start, Collections.unmodifiableList(pairs)));
              }
            });
  }

  private void prepareNext(RangeResponse page, int count) {
    // A page should come well within one attempt, also over a slow network.
    boolean slow = engine.loop().now() - askedAt > engine.config().attempt().toNanos() / 2;
    bytesWanted =
        slow ? Math.max(LEAST_BYTES, bytesWanted / 4) : Math.min(MOST_BYTES, bytesWanted * 2);
    int average = Math.max(1, page.getSerializedSize() / count);
    most = Math.min(MOST, most * 2); // what was too large may lie behind us
    limit = Math.max(1, Math.min(most, bytesWanted / average));
    next = page.getKvs(count - 1).getKey().concat(ByteString.copyFrom(new byte[] {0}));
    if (deadline - engine.loop().now() <= 0) {
      throw new StoreException(
          Failure.TIMED_OUT, "the list is not complete after " + parts.size() + " pages");
    }
  }
}
