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
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Reads one range page by page, all at the revision of the first. Pages come one after another, so
 * nothing here is shared.
 */
final class Pages {
  private static final int FIRST_LIMIT = 512;
  private static final int MOST = 8192;
  private static final int MOST_BYTES = 2 << 20;
  private static final int LEAST_BYTES = 64 << 10;
  private static final int SHRINK = 8;

  private final Engine engine;
  private final KeyRange range;
  private final long deadline;
  private final CompletableFuture<Listing> result = new CompletableFuture<>();
  private final ByteString end;
  private List<KeyValue> pairs = new ArrayList<>();
  private int limit = FIRST_LIMIT;
  private int most = MOST;
  private int bytesWanted = MOST_BYTES;
  private long askedAt;
  private ByteString next;
  private @Nullable Header first;

  Pages(Engine engine, KeyRange range, Duration timeout) {
    this.engine = engine;
    this.range = range;
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
    RangeRequest.Builder request = RangeRequest.newBuilder().setKey(next).setRangeEnd(end);
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
    pairs = new ArrayList<>();
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
    for (io.etcdregistry.protocol.KeyValue pair : page.getKvsList()) {
      pairs.add(Messages.pair(pair));
    }
    int count = page.getKvsCount();
    if (!page.getMore() || count == 0) {
      result.complete(new Listing(start, List.copyOf(pairs)));
      return;
    }
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
          Failure.TIMED_OUT, "the list is not complete after " + pairs.size() + " pairs");
    }
    page();
  }
}
