package io.etcdregistry.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.protobuf.ByteString;
import io.etcdregistry.internal.store.StoreBench;
import io.etcdregistry.protocol.CompactionRequest;
import io.etcdregistry.protocol.DeleteRangeRequest;
import io.etcdregistry.protocol.KVGrpc;
import io.etcdregistry.protocol.LeaseGrpc;
import io.etcdregistry.protocol.LeaseRevokeRequest;
import io.etcdregistry.protocol.PutRequest;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;

/** Someone who acts on an etcd behind the client's back, over a connection of its own. */
final class EtcdAdmin implements StoreBench.Admin, AutoCloseable {
  private final ManagedChannel channel;
  private final KVGrpc.KVBlockingStub keys;

  EtcdAdmin(String address) {
    channel = Grpc.newChannelBuilder(address, InsecureChannelCredentials.create()).build();
    keys = KVGrpc.newBlockingStub(channel);
  }

  @Override
  public long put(String key, byte[] value, long lease) {
    PutRequest request =
        PutRequest.newBuilder()
            .setKey(bytes(key))
            .setValue(ByteString.copyFrom(value))
            .setLease(lease)
            .build();
    return keys.put(request).getHeader().getRevision();
  }

  @Override
  public long delete(String key) {
    return keys.deleteRange(DeleteRangeRequest.newBuilder().setKey(bytes(key)).build())
        .getHeader()
        .getRevision();
  }

  @Override
  public void compact(long revision) {
    var unused = keys.compact(CompactionRequest.newBuilder().setRevision(revision).build());
  }

  @Override
  public void revoke(long lease) {
    var unused =
        LeaseGrpc.newBlockingStub(channel)
            .leaseRevoke(LeaseRevokeRequest.newBuilder().setID(lease).build());
  }

  private static ByteString bytes(String key) {
    return ByteString.copyFrom(key, ISO_8859_1);
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
