package io.etcdregistry.devserver;

import static io.etcdregistry.devserver.TestClient.ZERO;
import static io.etcdregistry.devserver.TestClient.bytes;
import static io.etcdregistry.devserver.TestClient.limited;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcdregistry.Instance;
import io.etcdregistry.Registry;
import io.etcdregistry.RegistryException;
import io.etcdregistry.RegistryException.Reason;
import io.etcdregistry.protocol.AuthGrpc;
import io.etcdregistry.protocol.AuthenticateRequest;
import io.etcdregistry.protocol.LeaseGrpc;
import io.etcdregistry.protocol.LeaseKeepAliveRequest;
import io.etcdregistry.protocol.MaintenanceGrpc;
import io.etcdregistry.protocol.RangeRequest;
import io.etcdregistry.protocol.StatusRequest;
import io.etcdregistry.protocol.WatchCreateRequest;
import io.etcdregistry.protocol.WatchRequest;
import io.etcdregistry.protocol.WatchResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server with a user. */
class AuthTest {
  private static final String EMPTY = "INVALID_ARGUMENT: etcdserver: user name is empty";
  private static final String INVALID = "UNAUTHENTICATED: etcdserver: invalid auth token";

  private final DevServer server =
      DevServer.builder()
          .user("root", "s3cret")
          .tokenTtl(Duration.ofSeconds(10))
          .manualTime()
          .start();
  private final TestClient client = new TestClient(server);

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void onlyWhoKnowsThePassword_getsAToken() {
    for (List<String> wrong :
        List.of(
            List.of("", ""),
            List.of("root", ""),
            List.of("root", "s3cre"),
            List.of("joe", "s3cret"))) {
      assertThatThrownBy(() -> authenticate(wrong.get(0), wrong.get(1)))
          .hasMessage(
              "INVALID_ARGUMENT: etcdserver: authentication failed, invalid user ID or password");
    }
    String token = authenticate("root", "s3cret");
    assertThat(token).matches("[a-zA-Z]{16}\\.1");
    assertThat(authenticate("root", "s3cret")).isNotEqualTo(token);
  }

  @Test
  void withoutAToken_nothingIsSaid() {
    assertThatThrownBy(() -> read(client)).hasMessage(EMPTY);
    assertThatThrownBy(() -> client.put("a", "1")).hasMessage(EMPTY);
    assertThatThrownBy(() -> client.grant(1, 10)).hasMessage(EMPTY);
    assertThatThrownBy(() -> status(client)).hasMessage(EMPTY);
    client.showing("nonsense");
    assertThatThrownBy(() -> read(client)).hasMessage(INVALID);
    assertThatThrownBy(() -> status(client)).hasMessage(INVALID);
    client.showing(authenticate("root", "s3cret"));
    client.put("a", "1");
    assertThat(client.keys()).containsExactly("a");
  }

  @Test
  void token_isGoodUntilItWasNotShownForItsTime() {
    client.showing(authenticate("root", "s3cret"));
    for (int i = 0; i < 5; i++) {
      server.faults().advance(Duration.ofMillis(9_999));
      read(client);
    }
    server.faults().advance(Duration.ofSeconds(10));
    assertThatThrownBy(() -> read(client)).hasMessage(INVALID);
  }

  @Test
  void tokens_canBeMadeToExpire() {
    client.showing(authenticate("root", "s3cret"));
    assertThat(server.faults().expireTokens()).isEqualTo(1);
    assertThat(server.faults().expireTokens()).isZero();
    assertThatThrownBy(() -> read(client)).hasMessage(INVALID);
    client.showing(authenticate("root", "s3cret"));
    server.faults().loseData();
    assertThatThrownBy(() -> read(client)).hasMessage(INVALID);
  }

  @Test
  void tokens_thatAreMany_pushOutTheOnesThatAreNotShown() {
    String first = authenticate("root", "s3cret");
    String second = authenticate("root", "s3cret");
    for (int i = 2; i < 10_000; i++) {
      authenticate("root", "s3cret");
    }
    client.showing(first);
    read(client);
    authenticate("root", "s3cret");
    read(client);
    client.showing(second);
    assertThatThrownBy(() -> read(client)).hasMessage(INVALID);
    assertThat(server.faults().expireTokens()).isEqualTo(10_000);
  }

  @Test
  void watch_isCancelled_whereATokenIsMissing_andGoesOn_whereItExpiresLater() {
    TestClient.WatchCall stranger = client.watch();
    stranger.send(create("a"));
    WatchResponse refused = stranger.take();
    assertThat(refused.getCreated() && refused.getCanceled()).isTrue();
    assertThat(refused.getWatchId()).isEqualTo(-1);
    assertThat(refused.getCancelReason())
        .isEqualTo("rpc error: code = InvalidArgument desc = etcdserver: user name is empty");

    client.showing(authenticate("root", "s3cret"));
    TestClient.WatchCall friend = client.watch();
    friend.send(create("a"));
    assertThat(friend.take().getCanceled()).isFalse();
    server.faults().expireTokens();
    friend.send(create("b"));
    assertThat(friend.take().getCancelReason())
        .isEqualTo("rpc error: code = Unauthenticated desc = etcdserver: invalid auth token");
    client.showing(authenticate("root", "s3cret"));
    client.put("a", "1");
    assertThat(friend.take().getEventsCount()).isEqualTo(1);
  }

  @Test
  void keepAlive_endsWithTheToken() throws Exception {
    client.showing(authenticate("root", "s3cret"));
    client.grant(1, 60);
    KeepAliveCall answers = new KeepAliveCall();
    var stream = client.showing(LeaseGrpc.newStub(client.channel())).leaseKeepAlive(answers);
    stream.onNext(LeaseKeepAliveRequest.newBuilder().setID(1).build());
    assertThat(answers.first.get(TestClient.LIMIT_SECONDS, TimeUnit.SECONDS).getTTL())
        .isEqualTo(60);
    server.faults().expireTokens();
    stream.onNext(LeaseKeepAliveRequest.newBuilder().setID(1).build());
    assertThatThrownBy(() -> answers.end.get(TestClient.LIMIT_SECONDS, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasRootCauseMessage(INVALID);
  }

  @Test
  void registry_joinsWithThePassword_andFollowsWhenItsTokensExpire() {
    String place = "http://root:s3cret@" + server.endpoint() + "?timeout=30s";
    try (Registry registry = Registry.connect(place)) {
      registry.join(Instance.named("orders").port(8080));
      server.faults().expireTokens();
      registry.join(Instance.named("stock").port(8081));
      server.faults().expireTokens();
      assertThat(registry.list()).hasSize(2);
    }
    String wrong = "http://root:guess@" + server.endpoint() + "?timeout=30s";
    try (Registry registry = Registry.connect(wrong)) {
      assertThatThrownBy(() -> registry.list("orders"))
          .isInstanceOfSatisfying(
              RegistryException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DENIED));
    }
  }

  @Test
  void user_wantsANameAndAPassword() {
    assertThatIllegalArgumentException().isThrownBy(() -> DevServer.builder().user("", "x"));
    assertThatIllegalArgumentException().isThrownBy(() -> DevServer.builder().user("root", ""));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DevServer.builder().tokenTtl(Duration.ZERO));
    assertThat(server.connectionString()).doesNotContain("s3cret");
  }

  private String authenticate(String name, String password) {
    return limited(AuthGrpc.newBlockingStub(client.channel()))
        .authenticate(AuthenticateRequest.newBuilder().setName(name).setPassword(password).build())
        .getToken();
  }

  private static void read(TestClient client) {
    assertThat(client.kv().range(RangeRequest.newBuilder().setKey(ZERO).build()).hasHeader())
        .isTrue();
  }

  private static void status(TestClient client) {
    assertThat(
            client
                .showing(limited(MaintenanceGrpc.newBlockingStub(client.channel())))
                .status(StatusRequest.getDefaultInstance())
                .hasHeader())
        .isTrue();
  }

  private static WatchRequest.Builder create(String key) {
    return WatchRequest.newBuilder()
        .setCreateRequest(WatchCreateRequest.newBuilder().setKey(bytes(key)));
  }
}
