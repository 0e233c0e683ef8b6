package io.etcdregistry.internal.etcd;

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
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** An operator with a bare connection to whatever speaks etcd's protocol. */
public final class GrpcAdmin implements StoreBench.Admin, AutoCloseable {
  private static final int DEADLINE_SECONDS = 20;

  private final ManagedChannel channel;

  /**
   * Connects when first used.
   *
   * @param target host and port, spoken to in plain text
   */
  public GrpcAdmin(String target) {
    channel = Grpc.newChannelBuilder(target, InsecureChannelCredentials.create()).build();
  }

  private KVGrpc.KVBlockingStub kv() {
    return KVGrpc.newBlockingStub(channel)
        .withWaitForReady()
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public long put(String key, byte[] value, long lease) {
    PutRequest request =
        PutRequest.newBuilder()
            .setKey(bytes(key))
            .setValue(ByteString.copyFrom(value))
            .setLease(lease)
            .build();
    return kv().put(request).getHeader().getRevision();
  }

  @Override
  public long delete(String key) {
    DeleteRangeRequest request = DeleteRangeRequest.newBuilder().setKey(bytes(key)).build();
    return kv().deleteRange(request).getHeader().getRevision();
  }

  @Override
  public void compact(long revision) {
    kv().compact(CompactionRequest.newBuilder().setRevision(revision).build());
  }

  @Override
  public void revoke(long lease) {
    LeaseGrpc.newBlockingStub(channel)
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
        .leaseRevoke(LeaseRevokeRequest.newBuilder().setID(lease).build());
  }

  private static ByteString bytes(String key) {
    return ByteString.copyFrom(key, StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
