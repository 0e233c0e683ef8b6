package io.etcdregistry.devserver.internal.engine;

import com.google.protobuf.ByteString;
import io.etcdregistry.protocol.DeleteRangeRequest;
import io.etcdregistry.protocol.DeleteRangeResponse;
import io.etcdregistry.protocol.KeyValue;
import io.etcdregistry.protocol.PutRequest;
import io.etcdregistry.protocol.PutResponse;
import io.etcdregistry.protocol.ResponseHeader;
import java.util.List;

/** Puts and deletes, which keep the keys of the leases in step. Not thread-safe. */
final class Writes {
  private final Mvcc store;
  private final Leases leases;

  Writes(Mvcc store, Leases leases) {
    this.store = store;
    this.leases = leases;
  }

  /** Refuses a put that the store's state does not allow: the lease matters first, as in etcd. */
  void checkAlone(PutRequest request) {
    checkLease(request);
    checkKey(request);
  }

  /** The same within a transaction, where etcd looks at the key first. */
  void checkWithin(PutRequest request) {
    checkKey(request);
    checkLease(request);
  }

  private void checkKey(PutRequest request) {
    boolean needed = request.getIgnoreValue() || request.getIgnoreLease();
    if (needed && store.get(request.getKey()) == null) {
      throw new RefusedException(Refusal.KEY_NOT_FOUND);
    }
  }

  private void checkLease(PutRequest request) {
    if (request.getLease() != 0 && leases.get(request.getLease()) == null) {
      throw new RefusedException(Refusal.LEASE_NOT_FOUND);
    }
  }

  /** Puts; the request MUST have been checked. */
  PutResponse put(PutRequest request, ResponseHeader header) {
    PutResponse.Builder response = PutResponse.newBuilder();
    ByteString value = request.getValue();
    long lease = request.getLease();
    KeyValue before = store.get(request.getKey());
    if (before != null) {
      value = request.getIgnoreValue() ? before.getValue() : value;
      lease = request.getIgnoreLease() ? before.getLease() : lease;
      if (request.getPrevKv()) {
        response.setPrevKv(before);
      }
    }
    store.put(request.getKey(), value, lease);
    leases.move(request.getKey(), before == null ? 0 : before.getLease(), lease);
    return response.setHeader(stamped(header)).build();
  }

  DeleteRangeResponse delete(DeleteRangeRequest request, ResponseHeader header) {
    DeleteRangeResponse.Builder response = DeleteRangeResponse.newBuilder();
    List<KeyValue> rows =
        store.range(Span.of(request.getKey(), request.getRangeEnd()), 0, 0).rows();
    for (KeyValue row : rows) {
      delete(row);
    }
    if (request.getPrevKv()) {
      response.addAllPrevKvs(rows);
    }
    return response.setDeleted(rows.size()).setHeader(stamped(header)).build();
  }

  /** Takes a lease off the books and deletes its keys. */
  void revoke(Leases.Lease lease) {
    for (ByteString key : lease.keys()) {
      KeyValue row = store.get(key);
      if (row != null) {
        delete(row);
      }
    }
    leases.remove(lease);
  }

  private void delete(KeyValue row) {
    store.delete(row.getKey());
    leases.move(row.getKey(), row.getLease(), 0);
  }

  private ResponseHeader stamped(ResponseHeader header) {
    return header.toBuilder().setRevision(store.readRevision()).build();
  }
}
