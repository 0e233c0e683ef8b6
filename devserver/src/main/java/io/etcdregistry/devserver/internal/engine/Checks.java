package io.etcdregistry.devserver.internal.engine;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.etcdregistry.protocol.Compare;
import io.etcdregistry.protocol.DeleteRangeRequest;
import io.etcdregistry.protocol.PutRequest;
import io.etcdregistry.protocol.RangeRequest;
import io.etcdregistry.protocol.RequestOp;
import io.etcdregistry.protocol.TxnRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What is wrong with a request by its form alone, whatever the store holds. */
final class Checks {
  /** Operations in one list of a transaction; those of nested ones count against the rest. */
  static final int MAX_OPERATIONS = 128;

  /** etcd's limit for a write, which it applies to the entry of its log. */
  static final int MAX_REQUEST_BYTES = 1536 * 1024;

  /** What the log entry adds around a request of about the limit. */
  private static final int ENTRY_OVERHEAD = 18;

  private Checks() {}

  static void size(MessageLite write) {
    refuseIf(
        write.getSerializedSize() + ENTRY_OVERHEAD > MAX_REQUEST_BYTES, Refusal.REQUEST_TOO_LARGE);
  }

  static void range(RangeRequest request) {
    refuseIf(request.getKey().isEmpty(), Refusal.EMPTY_KEY);
    refuseIf(
        request.getSortOrder() == RangeRequest.SortOrder.UNRECOGNIZED
            || request.getSortTarget() == RangeRequest.SortTarget.UNRECOGNIZED,
        Refusal.INVALID_SORT_OPTION);
  }

  static void put(PutRequest request) {
    refuseIf(request.getKey().isEmpty(), Refusal.EMPTY_KEY);
    refuseIf(request.getIgnoreValue() && !request.getValue().isEmpty(), Refusal.VALUE_PROVIDED);
    refuseIf(request.getIgnoreLease() && request.getLease() != 0, Refusal.LEASE_PROVIDED);
  }

  static void delete(DeleteRangeRequest request) {
    refuseIf(request.getKey().isEmpty(), Refusal.EMPTY_KEY);
  }

  static void txn(TxnRequest request) {
    txn(request, MAX_OPERATIONS);
    touched(request.getSuccessList());
    touched(request.getFailureList());
  }

  private static void txn(TxnRequest request, int allowed) {
    int operations =
        Math.max(
            request.getCompareCount(),
            Math.max(request.getSuccessCount(), request.getFailureCount()));
    refuseIf(operations > allowed, Refusal.TOO_MANY_OPERATIONS);
    for (Compare compare : request.getCompareList()) {
      refuseIf(compare.getKey().isEmpty(), Refusal.EMPTY_KEY);
    }
    for (RequestOp operation : request.getSuccessList()) {
      operation(operation, allowed - operations);
    }
    for (RequestOp operation : request.getFailureList()) {
      operation(operation, allowed - operations);
    }
  }

  private static void operation(RequestOp operation, int allowed) {
    switch (operation.getRequestCase()) {
      case REQUEST_RANGE -> range(operation.getRequestRange());
      case REQUEST_PUT -> put(operation.getRequestPut());
      case REQUEST_DELETE_RANGE -> delete(operation.getRequestDeleteRange());
      case REQUEST_TXN -> txn(operation.getRequestTxn(), allowed);
      case REQUEST_NOT_SET -> throw new RefusedException(Refusal.KEY_NOT_FOUND);
    }
  }

  /**
   * What a list of operations writes.
   *
   * @param puts keys
   * @param deletes ranges, as etcd takes them here: {@code \0} as an end is not "without end", so
   *     such a delete overlaps nothing and may share a transaction with puts
   */
  private record Touched(Set<ByteString> puts, List<Span> deletes) {
    boolean deletes(ByteString key) {
      return deletes.stream().anyMatch(span -> span.contains(key));
    }

    void put(ByteString key) {
      refuseIf(!puts.add(key) || deletes(key), Refusal.DUPLICATE_KEY);
    }
  }

  /** Refuses two writes of one key, unless they are in different branches of one transaction. */
  private static Touched touched(List<RequestOp> operations) {
    Touched all = new Touched(new HashSet<>(), new ArrayList<>());
    for (RequestOp operation : operations) {
      if (operation.hasRequestDeleteRange()) {
        DeleteRangeRequest delete = operation.getRequestDeleteRange();
        all.deletes.add(
            delete.getRangeEnd().isEmpty()
                ? Span.key(delete.getKey())
                : new Span(delete.getKey(), delete.getRangeEnd(), false));
      }
    }
    for (RequestOp operation : operations) {
      if (operation.hasRequestTxn()) {
        nested(operation.getRequestTxn(), all);
      }
    }
    for (RequestOp operation : operations) {
      if (operation.hasRequestPut()) {
        all.put(operation.getRequestPut().getKey());
      }
    }
    return all;
  }

  private static void nested(TxnRequest txn, Touched all) {
    Touched success = touched(txn.getSuccessList());
    Touched failure = touched(txn.getFailureList());
    for (ByteString key : success.puts) {
      all.put(key);
    }
    for (ByteString key : failure.puts) {
      if (success.puts.contains(key)) {
        refuseIf(all.deletes(key), Refusal.DUPLICATE_KEY);
      } else {
        all.put(key);
      }
    }
    all.deletes.addAll(success.deletes);
    all.deletes.addAll(failure.deletes);
  }

  private static void refuseIf(boolean bad, Refusal refusal) {
    if (bad) {
      throw new RefusedException(refusal);
    }
  }
}
