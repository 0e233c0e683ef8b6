package io.etcdregistry.internal.etcd;

import static io.etcdregistry.internal.etcd.ScriptedEtcd.fail;
import static io.etcdregistry.internal.etcd.ScriptedEtcd.say;
import static io.etcdregistry.internal.etcd.ScriptedNetwork.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.etcd.EtcdConfig.Login;
import io.etcdregistry.internal.etcd.EtcdConfig.Seed;
import io.etcdregistry.internal.store.KeyRange;
import io.etcdregistry.internal.store.Listing;
import io.etcdregistry.internal.store.Store;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.StoreException.Failure;
import io.etcdregistry.protocol.AuthenticateResponse;
import io.etcdregistry.protocol.Member;
import io.etcdregistry.protocol.MemberListResponse;
import io.etcdregistry.protocol.WatchResponse;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which endpoints there are: seeds with and without a port, and members found. */
class MembersTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Duration LATER = Duration.ofMinutes(7);

  private final ScriptedNetwork network = new ScriptedNetwork();
  private final ScriptedEtcd a = network.listen("a", 1);
  private final ScriptedEtcd b = network.listen("b", 1);
  private final MemberListResponse.Builder members = MemberListResponse.newBuilder();

  @AfterEach
  void close() {
    network.close();
  }

  private void member(String name, String... urls) {
    Member.Builder member = Member.newBuilder().setName(name);
    for (String url : urls) {
      member.addClientURLs(url);
    }
    members.addMembers(member);
  }

  private Store client() {
    a.members = (request, answer) -> say(answer, members.setHeader(a.header()).build());
    b.members = a.members;
    return network.client(EtcdConfig.of(Seed.at("a", 1)));
  }

  private static CompletableFuture<Listing> read(Store store) {
    return store.list(KeyRange.key("k"), TIMEOUT);
  }

  /** Whether the client still has an etcd when its seed is gone. */
  private boolean survives(Store store) {
    network.refuse("a", 1);
    CompletableFuture<Listing> call = read(store);
    network.timed(call);
    return !call.isCompletedExceptionally();
  }

  @Test
  void members_areFoundAndUsedWhenTheSeedDies() {
    member("a", "http://a:1");
    member("b", "http://b:1");
    Store store = client();
    network.get(read(store));
    network.time.advance(SOON);
    assertThat(b.arrived).containsExactly(new ScriptedEtcd.Arrived("Status", "", false));
    assertThat(survives(store)).isTrue();
  }

  @Test
  void shortLivedClient_doesNotAskForMembers() {
    Store store = client();
    for (int i = 0; i < 3; i++) {
      network.get(read(store));
    }
    assertThat(a.methods()).containsOnly("Range");
  }

  @Test
  void whileNobodyAnswers_membersAreAskedForLessAndLess() {
    Store store = client();
    network.get(read(store));
    a.range = (request, answer) -> {};
    a.members = (request, answer) -> {};
    for (int i = 0; i < 600; i++) {
      network.timed(read(store));
      network.time.advance(Duration.ofSeconds(1));
    }
    assertThat(a.methods().stream().filter(each -> each.equals("MemberList")).count())
        .as("at 10, 20, 40 s and so on, each tried for some seconds")
        .isBetween(5L, 60L);
  }

  @Test
  void otherCluster_isNotUsed_andGetsNoToken() {
    b.cluster = 99;
    member("a", "http://a:1");
    member("b", "http://b:1");
    a.login =
        (request, answer) -> say(answer, AuthenticateResponse.newBuilder().setToken("t").build());
    a.members = (request, answer) -> say(answer, members.setHeader(a.header()).build());
    Store store =
        network.client(EtcdConfig.of(Seed.at("a", 1)).with(new Login("user", () -> "secret")));
    network.get(read(store));
    network.time.advance(SOON);
    assertThat(b.arrived).containsExactly(new ScriptedEtcd.Arrived("Status", "", false));
    assertThat(survives(store)).isFalse();
    assertThat(b.arrived).hasSize(1);
  }

  @Test
  void memberThatAsksForAToken_isKnownByTheRefusalOfAWatch() {
    Status bare = Status.INVALID_ARGUMENT.withDescription("etcdserver: user name is empty");
    b.status = (request, answer) -> fail(answer, bare);
    b.watch =
        (request, answer) ->
            answer.onNext(
                WatchResponse.newBuilder()
                    .setHeader(b.header())
                    .setWatchId(-1)
                    .setCreated(true)
                    .setCanceled(true)
                    .build());
    member("b", "http://b:1");
    Store store = client();
    network.get(read(store));
    network.time.advance(SOON);
    assertThat(b.methods()).containsExactly("Status", "Watch");
    assertThat(survives(store)).isTrue();
  }

  @Test
  void memberReplacedByAnotherCluster_isDroppedBeforeItIsUsed() {
    member("a", "http://a:1");
    member("b", "http://b:1");
    Store store = client();
    network.get(read(store));
    network.time.advance(SOON);
    network.refuse("b", 1);
    assertThat(survives(store)).isFalse(); // both gone
    ScriptedEtcd stranger = network.listen("b", 1);
    stranger.cluster = 99;
    StoreException failure = network.failure(read(store));
    assertThat(failure.failure()).isEqualTo(Failure.UNREACHABLE);
    assertThat(stranger.methods()).containsOnly("Status");
  }

  @Test
  void learnersUnstartedAndOtherSchemes_areNotUsed() {
    member("a", "http://a:1");
    member("", "http://b:1");
    member("tls", "https://b:1");
    member("odd", "unix://b:1", "http://b", "::");
    members.addMembers(
        Member.newBuilder().setName("learner").setIsLearner(true).addClientURLs("http://b:1"));
    Store store = client();
    network.get(read(store));
    network.time.advance(SOON);
    assertThat(b.arrived).isEmpty();
    assertThat(survives(store)).isFalse();
  }

  @Test
  void memberRemoved_isNoLongerUsed() {
    member("a", "http://a:1");
    member("b", "http://b:1");
    Store store = client();
    network.get(read(store));
    network.time.advance(SOON);
    members.removeMembers(1);
    network.time.advance(LATER);
    assertThat(survives(store)).isFalse();
  }

  @Test
  void emptyList_isNotInstalled() {
    member("b", "http://b:1");
    Store store = client();
    network.get(read(store));
    network.time.advance(SOON);
    members.clearMembers();
    network.time.advance(LATER);
    assertThat(survives(store)).isTrue();
  }

  @Test
  void addressesThatLeadNowhere_switchItOff() {
    member("x", "http://10.0.0.1:2379");
    Store store = client();
    network.get(read(store));
    network.time.advance(Duration.ofHours(1));
    assertThat(a.methods().stream().filter(each -> each.equals("MemberList"))).hasSize(1);
    network.get(read(store));
    assertThat(network.time.pending()).isEmpty();
  }

  @Test
  void members_areAskedForAgain_regularlyAndAfterFailures() {
    member("a", "http://a:1");
    Store store = client();
    network.get(read(store));
    network.time.advance(Duration.ofHours(1));
    assertThat(a.methods().stream().filter(each -> each.equals("MemberList")).count())
        .isBetween(9L, 17L);
    a.arrived.clear();
    network.refuse("a", 1);
    network.failure(read(store));
    network.listen("a", 1, a);
    network.time.advance(Duration.ofSeconds(40));
    assertThat(a.methods()).contains("MemberList");
  }

  @Test
  void proxyThatTellsOfItself_andOfNoCluster_isNoOtherCluster() {
    member("host", "127.0.0.1:23790");
    Store store = client();
    a.members = (request, answer) -> say(answer, members.clearHeader().build());
    network.get(read(store));
    network.time.advance(Duration.ofHours(1));
    network.get(read(store));
    assertThat(network.log.lines()).isEmpty();
    assertThat(a.methods()).contains("MemberList");
  }

  @Test
  void addressThatDoesNotSayItsCluster_isNotUsed() {
    member("b", "http://b:1");
    b.cluster = 0;
    Store store = client();
    network.get(read(store));
    network.time.advance(SOON);
    assertThat(survives(store)).isFalse();
    assertThat(b.methods()).containsOnly("Status");
  }

  @Test
  void seedsOfANewCluster_dropWhatTheOldOneTold() {
    member("a", "http://a:1");
    member("b", "http://b:1");
    Store store = client();
    network.get(read(store));
    network.time.advance(SOON);
    a.cluster = 8; // set up anew, b is not in it
    network.get(read(store));
    assertThat(survives(store)).isFalse();
  }

  @Test
  void close_inTheMidstOfAProbe_leavesNothing() {
    member("b", "http://b:1");
    b.status = (request, answer) -> {};
    Store store = client();
    network.get(read(store));
    network.time.advanceUntil(() -> !b.arrived.isEmpty(), SOON);
    store.close(); // what is left is looked for after each test
  }

  private Store portless() {
    return network.client(
        EtcdConfig.of(new Seed("p", OptionalInt.empty())).withRefresh(Optional.empty()));
  }

  @Test
  void seedWithoutPort_is2379() {
    ScriptedEtcd p = network.listen("p", 2379);
    network.get(read(portless()));
    assertThat(p.methods()).containsExactly("Range");
  }

  @Test
  void seedWithoutPort_refused_is4001_onceThatAnsweredAsEtcd() {
    ScriptedEtcd old = network.listen("p", 4001);
    Store store = portless();
    CompletableFuture<Listing> call = read(store);
    assertThat(network.timed(call)).isZero();
    network.get(read(store));
    assertThat(old.methods()).containsExactly("Status", "Range", "Range");
    assertThat(network.dialed).containsExactly(new Address("p", 2379), new Address("p", 4001));
  }

  @Test
  void seedWithoutPort_keptOneFails_bothAreTriedAgain() {
    network.listen("p", 4001);
    Store store = portless();
    network.get(read(store));
    network.refuse("p", 4001);
    ScriptedEtcd p = network.listen("p", 2379);
    network.get(read(store));
    assertThat(p.methods()).containsExactly("Range");
    network.refuse("p", 2379);
    network.listen("p", 4001);
    network.get(read(store));
  }

  @Test
  void seedWithoutPort_nothingListens_namesBoth_andDoesNotSpin() {
    StoreException failure = network.failure(read(portless()));
    assertThat(failure.failure()).isEqualTo(Failure.UNREACHABLE);
    assertThat(failure)
        .hasMessageContaining("p:2379: connection refused")
        .hasMessageContaining("p:4001: connection refused");
    assertThat(network.dialed.size()).isLessThan(40);
  }

  @Test
  void seedWithoutPort_somethingElseOn4001_isNotUsed() {
    network.fail("p", 4001, Status.UNIMPLEMENTED);
    StoreException failure = network.failure(read(portless()));
    assertThat(failure)
        .hasMessageContaining("p:4001: something answers, but not an etcd")
        .hasMessageContaining("p:2379: connection refused");
  }
}
