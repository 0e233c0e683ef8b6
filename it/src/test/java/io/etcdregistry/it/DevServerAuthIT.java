package io.etcdregistry.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.etcdregistry.devserver.DevServer;
import io.etcdregistry.it.harness.EtcdServer;
import io.etcdregistry.it.harness.Etcdctl;
import io.etcdregistry.it.harness.OnEveryEtcd;
import io.etcdregistry.protocol.AlarmRequest;
import io.etcdregistry.protocol.AuthGrpc;
import io.etcdregistry.protocol.AuthenticateRequest;
import io.etcdregistry.protocol.ClusterGrpc;
import io.etcdregistry.protocol.CompactionRequest;
import io.etcdregistry.protocol.DeleteRangeRequest;
import io.etcdregistry.protocol.KVGrpc;
import io.etcdregistry.protocol.LeaseGrantRequest;
import io.etcdregistry.protocol.LeaseGrpc;
import io.etcdregistry.protocol.LeaseKeepAliveRequest;
import io.etcdregistry.protocol.LeaseLeasesRequest;
import io.etcdregistry.protocol.LeaseRevokeRequest;
import io.etcdregistry.protocol.LeaseTimeToLiveRequest;
import io.etcdregistry.protocol.MaintenanceGrpc;
import io.etcdregistry.protocol.MemberListRequest;
import io.etcdregistry.protocol.PutRequest;
import io.etcdregistry.protocol.RangeRequest;
import io.etcdregistry.protocol.RequestOp;
import io.etcdregistry.protocol.StatusRequest;
import io.etcdregistry.protocol.TxnRequest;
import io.etcdregistry.protocol.WatchCreateRequest;
import io.etcdregistry.protocol.WatchGrpc;
import io.etcdregistry.protocol.WatchRequest;
import io.etcdregistry.protocol.WatchResponse;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractBlockingStub;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * The dev server with a user, beside an etcd with authentication switched on: who shows what token
 * is told the same, but for calls that etcd answers to strangers before 3.5.30.
 */
@OnEveryEtcd
class DevServerAuthIT {
  private static final int LIMIT_SECONDS = 30;
  private static final ByteString KEY = ByteString.copyFromUtf8("a");

  @Test
  void everyCall_isAnsweredAsByEtcd() throws Exception {
    Map<String, String> etcdSaid;
    String version;
    try (EtcdServer etcd = EtcdServer.start()) {
      etcd.etcdctl().enableAuth("s3cret");
      try (Caller caller = new Caller(etcd.address())) {
        etcdSaid = caller.asksEverything();
        version = caller.version();
      }
    }
    try (DevServer dev = DevServer.builder().user("root", "s3cret").start();
        Caller caller = new Caller(dev.endpoint())) {
      Map<String, String> devSaid = caller.asksEverything();
      if (!version.equals("3.5.30")) {
        etcdSaid.forEach((what, said) -> devSaid.computeIfPresent(what, (w, s) -> open(s, said)));
      }
      assertThat(devSaid).isEqualTo(etcdSaid);
    }
  }

  /** Where an older etcd looks at what strangers ask for, it is the one that is wrong. */
  private static String open(String devSaid, String etcdSaid) {
    boolean refused =
        devSaid.endsWith("user name is empty") || devSaid.endsWith("invalid auth token");
    return refused ? etcdSaid : devSaid;
  }

  @Test
  void etcdctl_logsIn() {
    try (DevServer dev = DevServer.builder().user("root", "s3cret").start()) {
      Etcdctl etcdctl = Etcdctl.at(dev.endpoint());
      Etcdctl root = etcdctl.as("root", "s3cret");
      assertThat(root.run("put", "a", "1")).isEqualTo("OK");
      assertThat(root.run("get", "a", "--print-value-only")).isEqualTo("1");
      assertThat(root.run("endpoint", "status")).contains("+devserver");
      assertThat(etcdctl.tryRun("get", "a").stderr()).contains("etcdserver: user name is empty");
      assertThat(etcdctl.as("root", "guess").tryRun("get", "a").stderr())
          .contains("etcdserver: authentication failed, invalid user ID or password");
    }
  }

  /** Asks a server with and without tokens. */
  private static final class Caller implements AutoCloseable {
    private final ManagedChannel channel;
    private final Map<String, String> said = new LinkedHashMap<>();
    private Optional<String> token = Optional.empty();
    private String header = "token";
    private String who = "";

    Caller(String endpoint) {
      channel = Grpc.newChannelBuilder(endpoint, InsecureChannelCredentials.create()).build();
    }

    Map<String, String> asksEverything() throws Exception {
      for (List<String> login :
          List.of(
              List.of("", ""),
              List.of("", "s3cret"),
              List.of("root", ""),
              List.of("root", "guess"),
              List.of("joe", "s3cret"),
              List.of("root", "s3cret"))) {
        ask("login as " + login, () -> login(login.get(0), login.get(1)));
      }
      asksAll("a stranger: ");
      token = Optional.of("nonsense");
      asksAll("with nonsense: ");
      token = Optional.of("");
      asksAll("with an empty token: ");
      token = Optional.of(login("root", "s3cret"));
      asksAll("the user: ");
      header = "authorization";
      asksAll("the user, in the other header: ");
      return said;
    }

    String version() {
      token = Optional.of(login("root", "s3cret"));
      return stub(MaintenanceGrpc.newBlockingStub(channel))
          .status(StatusRequest.getDefaultInstance())
          .getVersion();
    }

    private String login(String name, String password) {
      return AuthGrpc.newBlockingStub(channel)
          .withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS)
          .authenticate(
              AuthenticateRequest.newBuilder().setName(name).setPassword(password).build())
          .getToken();
    }

    private void asksAll(String whoNow) throws Exception {
      who = whoNow;
      RangeRequest range = RangeRequest.newBuilder().setKey(KEY).build();
      ask("range", () -> kv().range(range));
      ask("serializable range", () -> kv().range(range.toBuilder().setSerializable(true).build()));
      ask("put", () -> kv().put(PutRequest.newBuilder().setKey(KEY).build()));
      ask("delete", () -> kv().deleteRange(DeleteRangeRequest.newBuilder().setKey(KEY).build()));
      ask(
          "txn",
          () ->
              kv().txn(
                      TxnRequest.newBuilder()
                          .addSuccess(RequestOp.newBuilder().setRequestRange(range))
                          .build()));
      ask("compact", () -> kv().compact(CompactionRequest.newBuilder().setRevision(99).build()));
      asksAboutLeases();
      ask("status", () -> maintenance().status(StatusRequest.getDefaultInstance()));
      ask("alarm", () -> maintenance().alarm(AlarmRequest.getDefaultInstance()));
      ask(
          "members",
          () ->
              stub(ClusterGrpc.newBlockingStub(channel))
                  .memberList(MemberListRequest.getDefaultInstance()));
      asksToWatch();
    }

    private void asksAboutLeases() throws Exception {
      ask("grant", () -> lease().leaseGrant(LeaseGrantRequest.newBuilder().setTTL(60).build()));
      ask("revoke", () -> lease().leaseRevoke(LeaseRevokeRequest.newBuilder().setID(9).build()));
      ask(
          "time to live",
          () ->
              lease()
                  .leaseTimeToLive(
                      LeaseTimeToLiveRequest.newBuilder().setID(9).setKeys(true).build()));
      ask("leases", () -> lease().leaseLeases(LeaseLeasesRequest.getDefaultInstance()));
      Told told = new Told();
      StreamObserver<LeaseKeepAliveRequest> stream =
          shown(LeaseGrpc.newStub(channel)).leaseKeepAlive(told.of());
      stream.onNext(LeaseKeepAliveRequest.newBuilder().setID(9).build());
      Object answer = told.take();
      said.put(who + "keep alive", answer instanceof Throwable ? answer.toString() : "answered");
    }

    private void asksToWatch() throws Exception {
      Told told = new Told();
      StreamObserver<WatchRequest> stream = shown(WatchGrpc.newStub(channel)).watch(told.of());
      stream.onNext(
          WatchRequest.newBuilder()
              .setCreateRequest(WatchCreateRequest.newBuilder().setKey(KEY))
              .build());
      said.put(
          who + "watch",
          told.take() instanceof WatchResponse response
              ? response.getWatchId() + " " + response.getCancelReason()
              : "failed");
    }

    private void ask(String what, Runnable call) {
      try {
        call.run();
        said.put(who + what, "answered");
      } catch (StatusRuntimeException e) {
        said.put(who + what, e.getMessage());
      }
    }

    private KVGrpc.KVBlockingStub kv() {
      return stub(KVGrpc.newBlockingStub(channel));
    }

    private LeaseGrpc.LeaseBlockingStub lease() {
      return stub(LeaseGrpc.newBlockingStub(channel));
    }

    private MaintenanceGrpc.MaintenanceBlockingStub maintenance() {
      return stub(MaintenanceGrpc.newBlockingStub(channel));
    }

    private <S extends AbstractBlockingStub<S>> S stub(S stub) {
      return shown(stub).withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    private <S extends AbstractStub<S>> S shown(S stub) {
      Metadata headers = new Metadata();
      token.ifPresent(
          value -> headers.put(Metadata.Key.of(header, Metadata.ASCII_STRING_MARSHALLER), value));
      return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    @Override
    public void close() {
      channel.shutdownNow();
    }
  }

  /** What a stream was told. */
  private static final class Told {
    private final BlockingQueue<Object> told = new LinkedBlockingQueue<>();

    <T> StreamObserver<T> of() {
      return new StreamObserver<>() {
        @Override
        public void onNext(T response) {
          told.add(response);
        }

        @Override
        public void onError(Throwable cause) {
          told.add(cause);
        }

        @Override
        public void onCompleted() {}
      };
    }

    Object take() throws InterruptedException {
      Object next = told.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("the stream was told nothing");
      }
      return next;
    }
  }
}
