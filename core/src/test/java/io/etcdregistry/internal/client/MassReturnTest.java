package io.etcdregistry.internal.client;

import static io.etcdregistry.Registration.State.JOINED;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.Instance;
import io.etcdregistry.Registration;
import io.etcdregistry.ServiceView;
import io.etcdregistry.Snapshot.Freshness;
import io.etcdregistry.internal.store.FakeLink.Lost;
import io.etcdregistry.internal.store.Faults.Call;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many clients come back at once, after longer than their leases lasted. */
class MassReturnTest {
  private static final int CLIENTS = 1000;
  private static final int CALLS = 3;

  /** Where the stream that a list was for turns out to be dead, there is another. */
  private static final int MOST = 4;

  private final World world = new World();

  @AfterEach
  void nothingIsLeft() {
    world.close();
  }

  /** A client, what it joined and what it reads. */
  private record Member(World.Client client, Registration joined, ServiceView view) {
    boolean ready() {
      return joined.state() == JOINED
          && view.snapshot().freshness() == Freshness.LIVE
          && view.snapshot().instances().stream().map(Instance::key).anyMatch(this::isMine);
    }

    /** What the client asked, but for the audit that is due once a minute anyhow. */
    List<Call> sentSince(int before) {
      List<Call> sent = client.store.sent();
      return sent.subList(before, sent.size()).stream()
          .filter(call -> call != Call.LEASE_KEYS)
          .toList();
    }

    private boolean isMine(String key) {
      return key.equals(joined.instance().key());
    }
  }

  private Member member(int number) {
    World.Client client = world.client();
    String name = "orders-" + number % 50;
    ServiceView view = client.view(name);
    return new Member(client, client.join(name, 1 + number), view);
  }

  @Test
  void ready_afterThreeCallsAtMost() {
    List<Member> members = IntStream.range(0, CLIENTS).mapToObj(this::member).toList();
    members.forEach(member -> member.client().store.link().partition(Lost.FOR_GOOD));
    world.pass(Duration.ofMinutes(1));
    assertThat(world.held()).isEmpty();
    assertThat(members).noneMatch(Member::ready);

    Map<Member, Integer> before = new HashMap<>();
    members.forEach(member -> before.put(member, member.client().store.sent().size()));
    members.forEach(member -> member.client().store.link().heal());
    Map<Member, List<Call>> calls = new HashMap<>();
    for (int i = 0; i < 1000 && calls.size() < CLIENTS; i++) {
      world.pass(Duration.ofMillis(10));
      members.stream()
          .filter(member -> !calls.containsKey(member) && member.ready())
          .forEach(member -> calls.put(member, member.sentSince(before.get(member))));
    }
    assertThat(calls).hasSize(CLIENTS);
    assertThat(calls.values()).as("calls until ready").allMatch(sent -> sent.size() <= MOST);
    long more = calls.values().stream().filter(sent -> sent.size() > CALLS).count();
    assertThat(more).as("clients that needed more").isLessThanOrEqualTo(CLIENTS / 20);
  }
}
