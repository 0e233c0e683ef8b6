package io.etcdregistry.devserver.internal.service;

import io.etcdregistry.devserver.internal.engine.Engine;
import io.etcdregistry.protocol.ClusterGrpc;
import io.etcdregistry.protocol.Member;
import io.etcdregistry.protocol.MemberListRequest;
import io.etcdregistry.protocol.MemberListResponse;
import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;

/** {@code etcdserverpb.Cluster} of a cluster of one. */
final class ClusterService extends ClusterGrpc.ClusterImplBase {
  private static final String NAME = "devserver";

  private final Engine engine;
  private final Supplier<String> endpoint;

  /**
   * The service.
   *
   * @param engine who answers
   * @param endpoint where clients reach us; asked for when a caller wants to know
   */
  ClusterService(Engine engine, Supplier<String> endpoint) {
    this.engine = engine;
    this.endpoint = endpoint;
  }

  @Override
  public void memberList(MemberListRequest request, StreamObserver<MemberListResponse> caller) {
    Answers.answer(
        caller,
        () ->
            MemberListResponse.newBuilder()
                .setHeader(engine.currentHeader())
                .addMembers(
                    Member.newBuilder()
                        .setID(engine.identity().memberId())
                        .setName(NAME)
                        .addClientURLs("http://" + endpoint.get()))
                .build());
  }
}
