package io.etcdregistry.internal.etcd;

import static io.etcdregistry.internal.etcd.ScriptedEtcd.fail;
import static io.etcdregistry.internal.etcd.ScriptedEtcd.say;
import static io.etcdregistry.internal.etcd.ScriptedNetwork.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.etcd.EtcdConfig.Login;
import io.etcdregistry.internal.store.KeepAliveLog;
import io.etcdregistry.internal.store.KeyRange;
import io.etcdregistry.internal.store.Listing;
import io.etcdregistry.internal.store.Store;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.StoreException.Failure;
import io.etcdregistry.internal.store.WatchLog;
import io.etcdregistry.protocol.AuthenticateResponse;
import io.etcdregistry.protocol.RangeResponse;
import io.etcdregistry.protocol.WatchResponse;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** User, password and token: scripted etcds, fake time. */
class LoginTest {
  private static final Status BAD_TOKEN =
      Status.UNAUTHENTICATED.withDescription("etcdserver: invalid auth token");
  private static final Status OLD_REVISION =
      Status.INVALID_ARGUMENT.withDescription("etcdserver: revision of auth store is old");
  private static final Status WRONG_PASSWORD =
      Status.INVALID_ARGUMENT.withDescription(
          "etcdserver: authentication failed, invalid user ID or password");
  private static final Status AUTH_OFF =
      Status.FAILED_PRECONDITION.withDescription("etcdserver: authentication is not enabled");
  private static final Status DENIED =
      Status.PERMISSION_DENIED.withDescription("etcdserver: permission denied");

  private final ScriptedNetwork network = new ScriptedNetwork();
  private final List<String> passwords = new ArrayList<>();
  private ScriptedEtcd a = network.listen("a", 1);
  private String password = "right";
  private int tokens;

  @BeforeEach
  void script() {
    a = network.listen("a", 1);
    script(a);
  }

  /** Gives out t1, t2… and takes only the last of them. */
  private void script(ScriptedEtcd etcd) {
    etcd.login =
        (request, answer) -> {
          passwords.add(request.getName() + ":" + request.getPassword());
          if (request.getPassword().equals("right")) {
            tokens++;
            say(answer, AuthenticateResponse.newBuilder().setToken("t" + tokens).build());
          } else {
            fail(answer, WRONG_PASSWORD);
          }
        };
    etcd.range =
        (request, answer) -> {
          String token = etcd.arrived.get(etcd.arrived.size() - 1).token();
          if (token.equals("t" + tokens)) {
            say(answer, RangeResponse.newBuilder().setHeader(etcd.header()).build());
          } else {
            fail(answer, BAD_TOKEN);
          }
        };
  }

  @AfterEach
  void close() {
    network.close();
  }

  private Store client(String... hosts) {
    EtcdConfig.Seed[] seeds = new EtcdConfig.Seed[hosts.length];
    for (int i = 0; i < hosts.length; i++) {
      seeds[i] = EtcdConfig.Seed.at(hosts[i], 1);
    }
    return network.client(
        EtcdConfig.of(seeds).withRefresh(Optional.empty()).with(new Login("user", () -> password)));
  }

  private static CompletableFuture<Listing> read(Store store) {
    return store.list(KeyRange.key("k"), TIMEOUT);
  }

  @Test
  void login_isOnceForAllCalls_andGoesOutBare() {
    Store store = client("a");
    List<CompletableFuture<Listing>> calls = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      calls.add(read(store));
    }
    calls.forEach(network::get);
    assertThat(passwords).containsExactly("user:right");
    assertThat(a.arrived.get(0)).isEqualTo(new ScriptedEtcd.Arrived("Authenticate", "", false));
    assertThat(a.arrived.subList(1, 21))
        .containsOnly(new ScriptedEtcd.Arrived("Range", "t1", true));
  }

  @Test
  void tokenForgotten_isRenewedOnceForAll() {
    Store store = client("a");
    network.get(read(store));
    tokens = 5; // t1 is unknown from now on
    List<CompletableFuture<Listing>> calls = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      calls.add(read(store));
    }
    calls.forEach(network::get);
    assertThat(passwords).hasSize(2);
    assertThat(tokens).isEqualTo(6);
  }

  @Test
  void authChanged_isANewToken() {
    Store store = client("a");
    network.get(read(store));
    a.range =
        (request, answer) -> {
          if (tokens == 1) {
            fail(answer, OLD_REVISION);
          } else {
            say(answer, RangeResponse.newBuilder().setHeader(a.header()).build());
          }
        };
    network.get(read(store));
    assertThat(passwords).hasSize(2);
  }

  @Test
  void tokenRefusedForEver_isDeniedAfterAFewLogins() {
    a.range = (request, answer) -> fail(answer, BAD_TOKEN);
    assertThat(network.failure(read(client("a"))).failure()).isEqualTo(Failure.UNAUTHENTICATED);
    assertThat(passwords).hasSizeBetween(2, 5);
  }

  @Test
  void wrongPassword_isDeniedAtOnce_withoutThePassword_andNotTriedOverAndOver() {
    password = "wrong-secret";
    Store store = client("a");
    CompletableFuture<Listing> call = read(store);
    assertThat(network.timed(call)).isZero();
    StoreException failure = network.failure(call);
    assertThat(failure.failure()).isEqualTo(Failure.UNAUTHENTICATED);
    assertThat(failure.getMessage())
        .isEqualTo(
            "login at a:1: etcdserver: authentication failed, invalid user ID or password"
                + " (check user and password)");
    for (int i = 0; i < 10; i++) {
      assertThat(network.failure(read(store)).failure()).isEqualTo(Failure.UNAUTHENTICATED);
    }
    assertThat(passwords).hasSize(1);
    password = "right"; // the file was put right
    network.time.advance(Duration.ofSeconds(3));
    network.get(read(store));
  }

  @Test
  void passwordThatCannotBeRead_isDeniedAndSaysWhy() {
    Store store =
        network.client(
            EtcdConfig.of(EtcdConfig.Seed.at("a", 1))
                .with(
                    new Login(
                        "user",
                        () -> {
                          throw new IllegalStateException("passwordFile: gone");
                        })));
    StoreException failure = network.failure(read(store));
    assertThat(failure.failure()).isEqualTo(Failure.UNAUTHENTICATED);
    assertThat(failure).hasMessageContaining("passwordFile: gone");
  }

  @Test
  void loginNotAnswered_staysUnreachableOrTimedOut() {
    network.refuse("a", 1);
    Store store = client("a");
    StoreException unreachable = network.failure(read(store));
    assertThat(unreachable.failure()).isEqualTo(Failure.UNREACHABLE);
    assertThat(unreachable).hasMessageContaining("login failed; a:1: connection refused");
    network.time.advance(Duration.ofSeconds(5));
    network.listen("a", 1, a);
    a.login = (request, answer) -> {};
    StoreException timedOut = network.failure(read(store));
    assertThat(timedOut.failure()).isEqualTo(Failure.TIMED_OUT);
    assertThat(timedOut).hasMessageContaining("login failed; a:1: no answer for 5.0 s");
    script(a);
    network.time.advance(Duration.ofSeconds(10));
    network.get(read(store));
  }

  @Test
  void login_isHedgedToo() {
    ScriptedEtcd hung = network.listen("b", 1);
    hung.login = (request, answer) -> {};
    script(a);
    for (int client = 0; client < 6; client++) {
      assertThat(network.timed(read(client("a", "b")))).isLessThan(Duration.ofSeconds(4));
    }
  }

  @Test
  void authOff_goesWithout_untilItIsOn() {
    a.login = (request, answer) -> fail(answer, AUTH_OFF);
    a.range =
        (request, answer) -> say(answer, RangeResponse.newBuilder().setHeader(a.header()).build());
    Store store = client("a");
    network.get(read(store));
    assertThat(a.arrived.get(1).token()).isEmpty();
    script(a);
    tokens = 3;
    network.get(read(store));
    assertThat(a.arrived.get(a.arrived.size() - 1).token()).isEqualTo("t4");
  }

  @Test
  void withoutLogin_aTokenAskedFor_isDenied() {
    a.range =
        (request, answer) ->
            fail(answer, Status.INVALID_ARGUMENT.withDescription("etcdserver: user name is empty"));
    StoreException failure = network.failure(read(network.client("a")));
    assertThat(failure.failure()).isEqualTo(Failure.UNAUTHENTICATED);
    assertThat(failure).hasMessageContaining("give a user and a password");
  }

  @Test
  void streams_carryTheToken_andBreakWhenItIsRefused() {
    Store store = client("a");
    KeepAliveLog log = new KeepAliveLog();
    store.keepAlive(log).renew(1);
    assertThat(a.arrived.get(1)).isEqualTo(new ScriptedEtcd.Arrived("LeaseKeepAlive", "t1", true));
    a.renewals.get(0).onError(BAD_TOKEN.asRuntimeException());
    assertThat(log.broken().orElseThrow().failure().passing()).isTrue();
    store.keepAlive(new KeepAliveLog()).renew(1);
    assertThat(a.arrived.get(a.arrived.size() - 1).token()).isEqualTo("t2");
  }

  private void refuseWatches(String reason) {
    a.watch =
        (request, answer) ->
            answer.onNext(
                WatchResponse.newBuilder()
                    .setHeader(a.header())
                    .setWatchId(-1)
                    .setCreated(true)
                    .setCanceled(true)
                    .setCancelReason(reason)
                    .build());
  }

  @Test
  void watchRefusedForAnOldToken_breaksTheStream_soThatItIsOpenedWithANewOne() {
    refuseWatches("rpc error: code = PermissionDenied desc = etcdserver: permission denied");
    Store store = client("a");
    network.get(read(store));
    tokens = 5; // t1 is forgotten, which etcd 3.4 calls "permission denied" on a watch
    WatchLog log = new WatchLog();
    store.watch(log).create(1, KeyRange.prefix("k/"), 0);
    assertThat(log.canceled(1)).isEmpty();
    assertThat(log.broken().orElseThrow().failure().passing()).isTrue();
    store.watch(new WatchLog()).create(1, KeyRange.prefix("k/"), 0);
    assertThat(a.arrived.stream().filter(call -> call.method().equals("Watch")))
        .extracting(ScriptedEtcd.Arrived::token)
        .containsExactly("t1", "t6");
  }

  @Test
  void watchRefusedForARight_isCancelled() {
    refuseWatches("etcdserver: permission denied");
    Store store = client("a");
    network.get(read(store));
    a.range = (request, answer) -> fail(answer, DENIED);
    WatchLog log = new WatchLog();
    store.watch(log).create(1, KeyRange.prefix("k/"), 0);
    assertThat(log.canceled(1).orElseThrow().cause().failure()).isEqualTo(Failure.DENIED);
    assertThat(log.canceled(1).orElseThrow().cause()).hasMessageContaining("k/");
    log.verify();
    assertThat(passwords).hasSize(1);
  }
}
