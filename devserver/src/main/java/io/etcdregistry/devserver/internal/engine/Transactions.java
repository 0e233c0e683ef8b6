package io.etcdregistry.devserver.internal.engine;

import io.etcdregistry.protocol.RangeRequest;
import io.etcdregistry.protocol.RequestOp;
import io.etcdregistry.protocol.ResponseHeader;
import io.etcdregistry.protocol.ResponseOp;
import io.etcdregistry.protocol.TxnRequest;
import io.etcdregistry.protocol.TxnResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/*
 * A transaction goes in three steps, so that a refusal never leaves half of it behind:
 *
 *   1. all guards, those of nested transactions too, are decided on the state before it;
 *   2. what the chosen branches would do is checked against that state: first puts, then reads;
 *   3. the operations are applied in order, each seeing the effect of those before it.
 */
/** Runs transactions. Not thread-safe. */
final class Transactions {
  /** Inner answers carry a revision only; who answered stands in the outer one. */
  private static final ResponseHeader INNER = ResponseHeader.getDefaultInstance();

  private final Mvcc store;
  private final Writes writes;

  Transactions(Mvcc store, Writes writes) {
    this.store = store;
    this.writes = writes;
  }

  /**
   * A transaction whose guards are decided.
   *
   * @param succeeded whether they hold
   * @param operations the branch to run
   * @param nested the transactions among them, in their order
   */
  private record Branch(boolean succeeded, List<RequestOp> operations, List<Branch> nested) {}

  /** Whether a request only reads, which etcd does without its log. */
  static boolean readOnly(TxnRequest request) {
    return request.getSuccessList().stream().allMatch(RequestOp::hasRequestRange)
        && request.getFailureList().stream().allMatch(RequestOp::hasRequestRange);
  }

  /**
   * Runs a transaction and leaves its changes open, for the caller to commit.
   *
   * @throws RefusedException with nothing changed
   */
  TxnResponse run(TxnRequest request, ResponseHeader header) {
    Branch branch = decide(request);
    checkPuts(branch);
    checkReads(branch);
    TxnResponse response = apply(branch);
    return response.toBuilder()
        .setHeader(header.toBuilder().setRevision(store.readRevision()))
        .build();
  }

  private Branch decide(TxnRequest request) {
    boolean succeeded = Guards.hold(store, request.getCompareList());
    List<RequestOp> operations = succeeded ? request.getSuccessList() : request.getFailureList();
    List<Branch> nested = new ArrayList<>();
    for (RequestOp operation : operations) {
      if (operation.hasRequestTxn()) {
        nested.add(decide(operation.getRequestTxn()));
      }
    }
    return new Branch(succeeded, operations, nested);
  }

  private void checkPuts(Branch branch) {
    Deque<Branch> nested = new ArrayDeque<>(branch.nested);
    for (RequestOp operation : branch.operations) {
      if (operation.hasRequestTxn()) {
        checkPuts(nested.remove());
      } else if (operation.hasRequestPut()) {
        writes.checkWithin(operation.getRequestPut());
      }
    }
  }

  private void checkReads(Branch branch) {
    Deque<Branch> nested = new ArrayDeque<>(branch.nested);
    for (RequestOp operation : branch.operations) {
      if (operation.hasRequestTxn()) {
        checkReads(nested.remove());
      } else if (operation.hasRequestRange()) {
        checkRead(operation.getRequestRange());
      }
    }
  }

  /** Unlike alone, a read of a negative revision is refused in a transaction after a compaction. */
  private void checkRead(RangeRequest request) {
    if (request.getRevision() < 0 && request.getRevision() < store.compactRevision()) {
      throw new RefusedException(Refusal.COMPACTED);
    }
    store.checkReadable(request.getRevision());
  }

  private TxnResponse apply(Branch branch) {
    Deque<Branch> nested = new ArrayDeque<>(branch.nested);
    TxnResponse.Builder response =
        TxnResponse.newBuilder().setHeader(INNER).setSucceeded(branch.succeeded);
    for (RequestOp operation : branch.operations) {
      response.addResponses(
          operation.hasRequestTxn()
              ? ResponseOp.newBuilder().setResponseTxn(apply(nested.remove())).build()
              : apply(operation));
    }
    return response.build();
  }

  private ResponseOp apply(RequestOp operation) {
    ResponseOp.Builder response = ResponseOp.newBuilder();
    if (operation.hasRequestRange()) {
      response.setResponseRange(Reads.range(store, operation.getRequestRange(), INNER));
    } else if (operation.hasRequestPut()) {
      response.setResponsePut(writes.put(operation.getRequestPut(), INNER));
    } else {
      response.setResponseDeleteRange(writes.delete(operation.getRequestDeleteRange(), INNER));
    }
    return response.build();
  }
}
