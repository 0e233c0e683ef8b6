package io.etcdregistry.devserver.internal.engine;

import com.google.protobuf.ByteString;
import io.etcdregistry.protocol.Compare;
import io.etcdregistry.protocol.DeleteRangeRequest;
import io.etcdregistry.protocol.PutRequest;
import io.etcdregistry.protocol.RangeRequest;
import io.etcdregistry.protocol.RequestOp;
import io.etcdregistry.protocol.TxnRequest;

/** Short forms of requests. */
final class Requests {
  static final ByteString FROM_KEY = ByteString.copyFrom(new byte[] {0});

  private Requests() {}

  static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  static PutRequest.Builder put(String key, String value) {
    return PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value));
  }

  static RangeRequest.Builder get(String key) {
    return RangeRequest.newBuilder().setKey(bytes(key));
  }

  static RangeRequest.Builder get(String key, String end) {
    return get(key).setRangeEnd(bytes(end));
  }

  static RangeRequest.Builder getAll() {
    return RangeRequest.newBuilder().setKey(FROM_KEY).setRangeEnd(FROM_KEY);
  }

  static DeleteRangeRequest.Builder delete(String key) {
    return DeleteRangeRequest.newBuilder().setKey(bytes(key));
  }

  static DeleteRangeRequest.Builder delete(String key, String end) {
    return delete(key).setRangeEnd(bytes(end));
  }

  static RequestOp op(PutRequest.Builder put) {
    return RequestOp.newBuilder().setRequestPut(put).build();
  }

  static RequestOp op(RangeRequest.Builder range) {
    return RequestOp.newBuilder().setRequestRange(range).build();
  }

  static RequestOp op(DeleteRangeRequest.Builder delete) {
    return RequestOp.newBuilder().setRequestDeleteRange(delete).build();
  }

  static RequestOp op(TxnRequest.Builder txn) {
    return RequestOp.newBuilder().setRequestTxn(txn).build();
  }

  static Compare.Builder valueIs(String key, String value) {
    return Compare.newBuilder()
        .setKey(bytes(key))
        .setTarget(Compare.CompareTarget.VALUE)
        .setValue(bytes(value));
  }

  static Compare.Builder versionIs(String key, long version) {
    return Compare.newBuilder()
        .setKey(bytes(key))
        .setTarget(Compare.CompareTarget.VERSION)
        .setVersion(version);
  }
}
