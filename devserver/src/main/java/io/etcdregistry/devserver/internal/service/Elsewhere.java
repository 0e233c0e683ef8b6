package io.etcdregistry.devserver.internal.service;

import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** All calls that we do not serve: each is told so, and where to go. */
final class Elsewhere extends HandlerRegistry {
  private static final MethodDescriptor.Marshaller<byte[]> UNREAD =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] message) {
          return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream message) {
          return new byte[0];
        }
      };

  @Override
  public ServerMethodDefinition<?, ?> lookupMethod(String method, @Nullable String authority) {
    return ServerMethodDefinition.create(
        MethodDescriptor.newBuilder(UNREAD, UNREAD)
            .setType(MethodDescriptor.MethodType.UNKNOWN)
            .setFullMethodName(method)
            .build(),
        (call, headers) -> {
          call.close(refusal(method), new Metadata());
          return new ServerCall.Listener<>() {};
        });
  }

  /** What a call is refused with that only a real etcd can answer. */
  static Status refusal(String what) {
    return Status.UNIMPLEMENTED.withDescription(
        what + " is not served by the development server; use a real etcd for it");
  }
}
