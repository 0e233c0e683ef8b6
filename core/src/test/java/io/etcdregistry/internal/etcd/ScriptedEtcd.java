package io.etcdregistry.internal.etcd;

import com.google.protobuf.ByteString;
import io.etcdregistry.protocol.AuthGrpc;
import io.etcdregistry.protocol.AuthenticateRequest;
import io.etcdregistry.protocol.AuthenticateResponse;
import io.etcdregistry.protocol.ClusterGrpc;
import io.etcdregistry.protocol.KVGrpc;
import io.etcdregistry.protocol.LeaseGrantRequest;
import io.etcdregistry.protocol.LeaseGrantResponse;
import io.etcdregistry.protocol.LeaseGrpc;
import io.etcdregistry.protocol.LeaseKeepAliveRequest;
import io.etcdregistry.protocol.LeaseKeepAliveResponse;
import io.etcdregistry.protocol.LeaseRevokeRequest;
import io.etcdregistry.protocol.LeaseRevokeResponse;
import io.etcdregistry.protocol.LeaseTimeToLiveRequest;
import io.etcdregistry.protocol.LeaseTimeToLiveResponse;
import io.etcdregistry.protocol.MaintenanceGrpc;
import io.etcdregistry.protocol.MemberListRequest;
import io.etcdregistry.protocol.MemberListResponse;
import io.etcdregistry.protocol.RangeRequest;
import io.etcdregistry.protocol.RangeResponse;
import io.etcdregistry.protocol.ResponseHeader;
import io.etcdregistry.protocol.StatusRequest;
import io.etcdregistry.protocol.StatusResponse;
import io.etcdregistry.protocol.TxnRequest;
import io.etcdregistry.protocol.TxnResponse;
import io.etcdregistry.protocol.WatchGrpc;
import io.etcdregistry.protocol.WatchRequest;
import io.etcdregistry.protocol.WatchResponse;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** An etcd that says what a test wants it to say, on the caller's thread. */
final class ScriptedEtcd implements ServerInterceptor {
  private static final Metadata.Key<String> TOKEN =
      Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> LEADER =
      Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);

  /** One call that arrived. */
  record Arrived(String method, String token, boolean leader) {}

  final List<Arrived> arrived = new ArrayList<>();
  final List<StreamObserver<WatchResponse>> watches = new ArrayList<>();
  final List<WatchRequest> watchRequests = new ArrayList<>();
  final List<StreamObserver<LeaseKeepAliveResponse>> renewals = new ArrayList<>();
  final List<LeaseKeepAliveRequest> renewalRequests = new ArrayList<>();
  private final String name = InProcessServerBuilder.generateName();
  private final Server server;
  long cluster = 7;
  long revision = 100;

  /** What is answered about overrides. */
  Supplier<ResponseHeader> now = this::header;

  BiConsumer<RangeRequest, StreamObserver<RangeResponse>> range =
      (request, answer) -> say(answer, RangeResponse.newBuilder().setHeader(header()).build());
  BiConsumer<TxnRequest, StreamObserver<TxnResponse>> txn =
      (request, answer) ->
          say(answer, TxnResponse.newBuilder().setHeader(header()).setSucceeded(true).build());
  BiConsumer<LeaseGrantRequest, StreamObserver<LeaseGrantResponse>> grant =
      (request, answer) ->
          say(
              answer,
              LeaseGrantResponse.newBuilder()
                  .setHeader(header())
                  .setID(request.getID())
                  .setTTL(request.getTTL())
                  .build());
  BiConsumer<LeaseTimeToLiveRequest, StreamObserver<LeaseTimeToLiveResponse>> timeToLive =
      (request, answer) ->
          say(
              answer,
              LeaseTimeToLiveResponse.newBuilder()
                  .setHeader(header())
                  .setTTL(3)
                  .setGrantedTTL(9)
                  .build());
  BiConsumer<MemberListRequest, StreamObserver<MemberListResponse>> members =
      (request, answer) -> say(answer, MemberListResponse.newBuilder().setHeader(header()).build());
  BiConsumer<StatusRequest, StreamObserver<StatusResponse>> status =
      (request, answer) -> say(answer, StatusResponse.newBuilder().setHeader(header()).build());
  BiConsumer<AuthenticateRequest, StreamObserver<AuthenticateResponse>> login =
      (request, answer) -> fail(answer, Status.UNIMPLEMENTED);
  BiConsumer<WatchRequest, StreamObserver<WatchResponse>> watch = (request, answer) -> {};
  BiConsumer<LeaseKeepAliveRequest, StreamObserver<LeaseKeepAliveResponse>> renewal =
      (request, answer) -> {};
  BiConsumer<LeaseRevokeRequest, StreamObserver<LeaseRevokeResponse>> revoke =
      (request, answer) ->
          say(answer, LeaseRevokeResponse.newBuilder().setHeader(header()).build());

  ScriptedEtcd() {
    try {
      server =
          InProcessServerBuilder.forName(name)
              .directExecutor()
              .addService(new Keys())
              .addService(new Leases())
              .addService(new Watching())
              .addService(new Members())
              .addService(new Asking())
              .addService(new Login())
              .intercept(this)
              .build()
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String name() {
    return name;
  }

  void stop() {
    server.shutdownNow();
  }

  ResponseHeader header() {
    return ResponseHeader.newBuilder().setClusterId(cluster).setRevision(revision).build();
  }

  /** The methods that were called, in order. */
  List<String> methods() {
    return arrived.stream().map(Arrived::method).toList();
  }

  static <T> void say(StreamObserver<T> answer, T message) {
    answer.onNext(message);
    answer.onCompleted();
  }

  static void fail(StreamObserver<?> answer, Status status) {
    answer.onError(status.asRuntimeException());
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    String token = headers.get(TOKEN);
    arrived.add(
        new Arrived(
            call.getMethodDescriptor().getBareMethodName(),
            token == null ? "" : token,
            "true".equals(headers.get(LEADER))));
    return next.startCall(call, headers);
  }

  private final class Keys extends KVGrpc.KVImplBase {
    @Override
    public void range(RangeRequest request, StreamObserver<RangeResponse> answer) {
      if (isOfOverrides(request.getKey())) {
        say(answer, RangeResponse.newBuilder().setHeader(now.get()).build());
      } else {
        range.accept(request, answer);
      }
    }

    @Override
    public void txn(TxnRequest request, StreamObserver<TxnResponse> answer) {
      txn.accept(request, answer);
    }
  }

  private final class Leases extends LeaseGrpc.LeaseImplBase {
    @Override
    public void leaseGrant(LeaseGrantRequest request, StreamObserver<LeaseGrantResponse> answer) {
      grant.accept(request, answer);
    }

    @Override
    public void leaseRevoke(
        LeaseRevokeRequest request, StreamObserver<LeaseRevokeResponse> answer) {
      revoke.accept(request, answer);
    }

    @Override
    public void leaseTimeToLive(
        LeaseTimeToLiveRequest request, StreamObserver<LeaseTimeToLiveResponse> answer) {
      timeToLive.accept(request, answer);
    }

    @Override
    public StreamObserver<LeaseKeepAliveRequest> leaseKeepAlive(
        StreamObserver<LeaseKeepAliveResponse> answers) {
      renewals.add(answers);
      return new Requests<>(
          request -> {
            renewalRequests.add(request);
            renewal.accept(request, answers);
          });
    }
  }

  private final class Watching extends WatchGrpc.WatchImplBase {
    @Override
    public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> answers) {
      watches.add(answers);
      return new Requests<>(
          request -> {
            if (isOfOverrides(request.getCreateRequest().getKey())) {
              answers.onNext(
                  WatchResponse.newBuilder()
                      .setHeader(now.get())
                      .setWatchId(request.getCreateRequest().getWatchId())
                      .setCreated(true)
                      .build());
            } else {
              watchRequests.add(request);
              watch.accept(request, answers);
            }
          });
    }
  }

  private final class Members extends ClusterGrpc.ClusterImplBase {
    @Override
    public void memberList(MemberListRequest request, StreamObserver<MemberListResponse> answer) {
      members.accept(request, answer);
    }
  }

  private final class Asking extends MaintenanceGrpc.MaintenanceImplBase {
    @Override
    public void status(StatusRequest request, StreamObserver<StatusResponse> answer) {
      status.accept(request, answer);
    }
  }

  private final class Login extends AuthGrpc.AuthImplBase {
    @Override
    public void authenticate(
        AuthenticateRequest request, StreamObserver<AuthenticateResponse> answer) {
      login.accept(request, answer);
    }
  }

  /** Of what operators say, which no script is about, there is nothing. */
  private static boolean isOfOverrides(ByteString key) {
    return key.startsWith(ByteString.copyFromUtf8("services-overrides/"));
  }

  /** The requests of a stream. */
  private record Requests<Q>(java.util.function.Consumer<Q> heard) implements StreamObserver<Q> {
    @Override
    public void onNext(Q request) {
      heard.accept(request);
    }

    @Override
    public void onError(Throwable cancelled) {}

    @Override
    public void onCompleted() {}
  }
}
