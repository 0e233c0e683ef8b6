package io.etcdregistry.devserver.internal.engine;

import io.etcdregistry.protocol.PutRequest;
import io.etcdregistry.protocol.RequestOp;
import io.etcdregistry.protocol.TxnRequest;
import java.util.List;

/** What a request may add to the store, by etcd's reckoning: of a transaction the dearer branch. */
final class Quota {
  private Quota() {}

  static long of(PutRequest put) {
    return Limits.OVERHEAD + put.getKey().size() + (long) put.getValue().size();
  }

  static long of(TxnRequest txn) {
    return Math.max(of(txn.getSuccessList()), of(txn.getFailureList()));
  }

  private static long of(List<RequestOp> operations) {
    long sum = 0;
    for (RequestOp operation : operations) {
      if (operation.hasRequestPut()) {
        sum += of(operation.getRequestPut());
      } else if (operation.hasRequestTxn()) {
        sum += of(operation.getRequestTxn());
      }
    }
    return sum;
  }
}
