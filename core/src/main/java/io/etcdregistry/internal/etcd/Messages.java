package io.etcdregistry.internal.etcd;

import com.google.protobuf.ByteString;
import io.etcdregistry.internal.store.Commit;
import io.etcdregistry.internal.store.Header;
import io.etcdregistry.internal.store.KeyRange;
import io.etcdregistry.internal.store.KeyValue;
import io.etcdregistry.internal.store.WatchStream;
import io.etcdregistry.internal.store.Write;
import io.etcdregistry.protocol.Compare;
import io.etcdregistry.protocol.DeleteRangeRequest;
import io.etcdregistry.protocol.Event;
import io.etcdregistry.protocol.PutRequest;
import io.etcdregistry.protocol.RangeRequest;
import io.etcdregistry.protocol.RequestOp;
import io.etcdregistry.protocol.ResponseHeader;
import io.etcdregistry.protocol.ResponseOp;
import io.etcdregistry.protocol.TxnRequest;
import io.etcdregistry.protocol.TxnResponse;
import io.etcdregistry.protocol.WatchCreateRequest;
import io.etcdregistry.protocol.WatchRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The port's words in etcd's, and back. */
final class Messages {
  private Messages() {}

  /**
   * A key as bytes.
   *
   * @throws IllegalArgumentException if a char is not one byte
   */
  static ByteString bytes(String key) {
    for (int i = 0; i < key.length(); i++) {
      if (key.charAt(i) > 0xff) {
        throw new IllegalArgumentException("key: has a char above 0xff at " + i);
      }
    }
    return ByteString.copyFrom(key, StandardCharsets.ISO_8859_1);
  }

  private static String key(ByteString bytes) {
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }

  static Header header(ResponseHeader header) {
    return new Header(header.getClusterId(), header.getRevision());
  }

  static KeyValue pair(io.etcdregistry.protocol.KeyValue pair) {
    return new KeyValue(
        key(pair.getKey()),
        pair.getValue().toByteArray(),
        pair.getCreateRevision(),
        pair.getModRevision(),
        pair.getLease());
  }

  static String key(io.etcdregistry.protocol.KeyValue pair) {
    return key(pair.getKey());
  }

  static List<String> keys(List<ByteString> keys) {
    return keys.stream().map(Messages::key).toList();
  }

  static WatchStream.Event event(Event event) {
    return new WatchStream.Event(pair(event.getKv()), event.getType() == Event.EventType.DELETE);
  }

  static WatchRequest watch(long id, KeyRange range, long from) {
    return WatchRequest.newBuilder()
        .setCreateRequest(
            WatchCreateRequest.newBuilder()
                .setWatchId(id)
                .setKey(bytes(range.first()))
                .setRangeEnd(bytes(range.end()))
                .setStartRevision(from)
                .setFragment(true))
        .build();
  }

  /** One write as a guarded transaction, several as one of guarded transactions. */
  static TxnRequest transaction(List<Write> writes) {
    if (writes.size() == 1) {
      return guarded(writes.get(0));
    }
    TxnRequest.Builder all = TxnRequest.newBuilder();
    for (Write write : writes) {
      all.addSuccess(RequestOp.newBuilder().setRequestTxn(guarded(write)));
    }
    return all.build();
  }

  private static TxnRequest guarded(Write write) {
    ByteString key = bytes(write.key());
    TxnRequest.Builder txn = TxnRequest.newBuilder().addSuccess(action(write, key));
    if (write.guard() != Write.Guard.ALWAYS) {
      txn.addCompare(guard(write, key)).addFailure(read(key));
    }
    if (write.holder() != 0) {
      txn.addCompare(lease(Compare.newBuilder().setKey(key), write.holder()));
    }
    return txn.build();
  }

  private static Compare guard(Write write, ByteString key) {
    Compare.Builder guard = Compare.newBuilder().setKey(key).setResult(Compare.CompareResult.EQUAL);
    return switch (write.guard()) {
      case ABSENT -> guard.setTarget(Compare.CompareTarget.CREATE).setCreateRevision(0).build();
      case REVISION ->
          guard.setTarget(Compare.CompareTarget.MOD).setModRevision(write.operand()).build();
      case LEASE -> lease(guard, write.operand());
      case ALWAYS -> throw new IllegalArgumentException("guard: none");
    };
  }

  private static Compare lease(Compare.Builder guard, long lease) {
    return guard
        .setResult(Compare.CompareResult.EQUAL)
        .setTarget(Compare.CompareTarget.LEASE)
        .setLease(lease)
        .build();
  }

  private static RequestOp action(Write write, ByteString key) {
    return switch (write.action()) {
      case PUT ->
          RequestOp.newBuilder()
              .setRequestPut(
                  PutRequest.newBuilder()
                      .setKey(key)
                      .setValue(ByteString.copyFrom(write.value()))
                      .setLease(write.lease()))
              .build();
      case DELETE ->
          RequestOp.newBuilder()
              .setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(key))
              .build();
      case READ -> read(key);
    };
  }

  private static RequestOp read(ByteString key) {
    return RequestOp.newBuilder().setRequestRange(RangeRequest.newBuilder().setKey(key)).build();
  }

  /** What became of the writes of {@link #transaction}. */
  static Commit commit(
      List<Write> writes, TxnResponse answer, boolean straggling, boolean unanswered) {
    List<Commit.Outcome> outcomes = new ArrayList<>(writes.size());
    if (writes.size() == 1) {
      outcomes.add(outcome(answer));
    } else {
      for (ResponseOp each : answer.getResponsesList()) {
        outcomes.add(outcome(each.getResponseTxn()));
      }
    }
    return new Commit(header(answer.getHeader()), List.copyOf(outcomes), straggling, unanswered);
  }

  private static Commit.Outcome outcome(TxnResponse answer) {
    Optional<KeyValue> found = Optional.empty();
    for (ResponseOp each : answer.getResponsesList()) {
      if (each.hasResponseRange() && each.getResponseRange().getKvsCount() > 0) {
        found = Optional.of(pair(each.getResponseRange().getKvs(0)));
      }
    }
    return new Commit.Outcome(answer.getSucceeded(), found);
  }
}
