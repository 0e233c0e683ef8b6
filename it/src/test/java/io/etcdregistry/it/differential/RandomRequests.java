package io.etcdregistry.it.differential;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.etcdregistry.protocol.CompactionRequest;
import io.etcdregistry.protocol.Compare;
import io.etcdregistry.protocol.DeleteRangeRequest;
import io.etcdregistry.protocol.LeaseGrantRequest;
import io.etcdregistry.protocol.LeaseKeepAliveRequest;
import io.etcdregistry.protocol.LeaseLeasesRequest;
import io.etcdregistry.protocol.LeaseRevokeRequest;
import io.etcdregistry.protocol.LeaseTimeToLiveRequest;
import io.etcdregistry.protocol.PutRequest;
import io.etcdregistry.protocol.RangeRequest;
import io.etcdregistry.protocol.RequestOp;
import io.etcdregistry.protocol.TxnRequest;
import io.etcdregistry.protocol.WatchCreateRequest;
import io.etcdregistry.protocol.WatchCreateRequestOrBuilder;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Requests of every kind, good and bad, over so few keys, leases and revisions that they meet. The
 * same seed gives the same requests.
 */
final class RandomRequests {
  private static final String[] KEYS = {
    "a", "ab", "abc", "b", "b/1", "b/2", "b/3", "b/", "b0", "c", "\0", "z", "z\0", "é"
  };
  private static final ByteString FROM_KEY = ByteString.copyFrom(new byte[] {0});
  private static final Comparator<ByteString> ORDER =
      ByteString.unsignedLexicographicalComparator();

  /** Leases have the ids from 1 up to this. */
  static final int LEASES = 5;

  private final Random random;
  private final long base;

  /**
   * The requests of a seed.
   *
   * @param base the revision at which the sequence begins: what is chosen is relative to it
   */
  RandomRequests(long seed, long base) {
    this.random = new Random(seed);
    this.base = base;
  }

  /**
   * The next request.
   *
   * @param revision the present revision, around which revisions are chosen
   */
  MessageLite next(long revision) {
    int dice = random.nextInt(100);
    if (dice < 24) {
      return range(revision).build();
    } else if (dice < 48) {
      return put(true).build();
    } else if (dice < 56) {
      return delete().build();
    } else if (dice < 85) {
      return txn(revision, 0, oneIn(4)).build();
    } else if (dice < 87) {
      return CompactionRequest.newBuilder()
          .setRevision(revision - 12 + random.nextInt(14))
          .setPhysical(random.nextBoolean())
          .build();
    }
    return aboutLeases(dice);
  }

  private MessageLite aboutLeases(int dice) {
    if (dice < 91) {
      long id = oneIn(8) ? 0 : lease();
      return LeaseGrantRequest.newBuilder().setID(id).setTTL(10_000 + lease()).build();
    } else if (dice < 94) {
      return LeaseRevokeRequest.newBuilder().setID(lease()).build();
    } else if (dice < 97) {
      return LeaseTimeToLiveRequest.newBuilder().setID(lease()).setKeys(true).build();
    } else if (dice < 99) {
      return LeaseKeepAliveRequest.newBuilder().setID(lease()).build();
    }
    return LeaseLeasesRequest.getDefaultInstance();
  }

  private RangeRequest.Builder range(long revision) {
    RangeRequest.Builder range =
        RangeRequest.newBuilder().setKey(key()).setRangeEnd(end()).setKeysOnly(oneIn(6));
    if (oneIn(3)) {
      range.setRevision(past(revision));
    }
    if (oneIn(4)) {
      range.setLimit(random.nextInt(6) - 1L);
    }
    if (oneIn(8)) {
      range.setMinModRevision(near(revision)).setMaxModRevision(oneIn(2) ? near(revision) : 0);
    }
    if (oneIn(8)) {
      range
          .setMinCreateRevision(oneIn(2) ? near(revision) : 0)
          .setMaxCreateRevision(near(revision));
    }
    if (oneIn(3)) {
      sort(range);
    }
    return range.setCountOnly(oneIn(8)).setSerializable(oneIn(4));
  }

  /**
   * Rows that are equal in what they are sorted by come in no order: with a limit, which is open.
   */
  private void sort(RangeRequest.Builder range) {
    range.setSortOrderValue(random.nextInt(3)).setSortTargetValue(random.nextInt(5));
    if (range.getSortTarget() != RangeRequest.SortTarget.KEY) {
      range.clearLimit();
    }
  }

  private PutRequest.Builder put(boolean mayIgnore) {
    PutRequest.Builder put =
        PutRequest.newBuilder()
            .setKey(oneIn(60) ? ByteString.EMPTY : key())
            .setValue(ByteString.copyFromUtf8("v" + random.nextInt(5)))
            .setPrevKv(random.nextBoolean());
    if (oneIn(3)) {
      put.setLease(lease());
    }
    if (mayIgnore && oneIn(8)) {
      put.setIgnoreValue(true).setValue(oneIn(6) ? put.getValue() : ByteString.EMPTY);
    }
    if (mayIgnore && oneIn(8)) {
      put.setIgnoreLease(true).setLease(oneIn(6) ? put.getLease() : 0);
    }
    return put;
  }

  private DeleteRangeRequest.Builder delete() {
    return DeleteRangeRequest.newBuilder()
        .setKey(key())
        .setRangeEnd(oneIn(2) ? ByteString.EMPTY : end())
        .setPrevKv(random.nextBoolean());
  }

  /**
   * A transaction. It either deletes, or has puts that keep the value or the lease of their key:
   * etcd dies of one whose key the same transaction has deleted before.
   */
  private TxnRequest.Builder txn(long revision, int depth, boolean keeping) {
    TxnRequest.Builder txn = TxnRequest.newBuilder();
    for (int i = random.nextInt(3); i > 0; i--) {
      txn.addCompare(compare(revision));
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      txn.addSuccess(operation(revision, depth, keeping));
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      txn.addFailure(operation(revision, depth, keeping));
    }
    return txn;
  }

  private RequestOp operation(long revision, int depth, boolean keeping) {
    RequestOp.Builder operation = RequestOp.newBuilder();
    int dice = random.nextInt(100);
    if (dice < 45) {
      // A transaction is refused for any read of the past that is gone: few such reads are enough.
      RangeRequest.Builder range = range(revision);
      operation.setRequestRange(oneIn(10) ? range : range.clearRevision());
    } else if (dice < 70) {
      operation.setRequestPut(put(keeping));
    } else if (dice < 80 && !keeping) {
      operation.setRequestDeleteRange(delete());
    } else if (depth < 3 && dice < 99) {
      operation.setRequestTxn(txn(revision, depth + 1, keeping));
    }
    return operation.build();
  }

  private Compare.Builder compare(long revision) {
    Compare.Builder compare =
        Compare.newBuilder()
            .setKey(oneIn(80) ? ByteString.EMPTY : key())
            .setRangeEnd(oneIn(3) ? end() : ByteString.EMPTY)
            .setTargetValue(random.nextInt(5))
            .setResultValue(random.nextInt(4));
    switch (oneIn(8) ? random.nextInt(5) : compare.getTargetValue()) {
      case Compare.CompareTarget.VERSION_VALUE -> compare.setVersion(random.nextInt(4));
      case Compare.CompareTarget.CREATE_VALUE -> compare.setCreateRevision(near(revision));
      case Compare.CompareTarget.MOD_VALUE -> compare.setModRevision(near(revision));
      case Compare.CompareTarget.VALUE_VALUE ->
          compare.setValue(ByteString.copyFromUtf8("v" + random.nextInt(5)));
      default -> compare.setLease(oneIn(2) ? 0 : lease());
    }
    return compare;
  }

  private ByteString key() {
    return ByteString.copyFromUtf8(KEYS[random.nextInt(KEYS.length)]);
  }

  private ByteString end() {
    return switch (random.nextInt(4)) {
      case 0 -> ByteString.EMPTY;
      case 1 -> FROM_KEY;
      default -> key();
    };
  }

  private long lease() {
    return 1L + random.nextInt(LEASES);
  }

  private long near(long revision) {
    return oneIn(4) ? 0 : Math.max(0, revision - random.nextInt(30));
  }

  /** Any revision of this sequence, or one outside of it, or one that makes no sense. */
  private long past(long revision) {
    int offset = random.nextInt((int) (revision - base) + 6) - 3;
    return offset == -3 ? -1 : base + offset;
  }

  /** A watch of something that may change, from about now; 0 as its id. */
  WatchCreateRequest watch(long revision, long compacted) {
    WatchCreateRequest.Builder watch =
        WatchCreateRequest.newBuilder().setPrevKv(oneIn(2)).setFragment(oneIn(4));
    do {
      watch.setKey(key()).setRangeEnd(end());
    } while (Stream.of(KEYS).noneMatch(key -> covers(watch, ByteString.copyFromUtf8(key))));
    if (oneIn(4)) {
      watch.addFiltersValue(random.nextInt(2));
    }
    int dice = random.nextInt(10);
    if (dice < 6) {
      watch.setStartRevision(Math.max(1, revision - random.nextInt(40)));
    } else if (dice < 7) {
      watch.setStartRevision(revision + random.nextInt(4));
    }
    return watch.getStartRevision() == compacted
        ? watch.clearStartRevision().build()
        : watch.build();
  }

  /** Whether a watch is about a key. */
  static boolean covers(WatchCreateRequestOrBuilder watch, ByteString key) {
    ByteString end = watch.getRangeEnd();
    if (end.isEmpty()) {
      return key.equals(watch.getKey());
    }
    return ORDER.compare(key, watch.getKey()) >= 0
        && (end.equals(FROM_KEY) || ORDER.compare(key, end) < 0);
  }

  boolean oneIn(int chances) {
    return random.nextInt(chances) == 0;
  }
}
