package io.etcdregistry.internal.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.RegistryStats.Counter;
import io.etcdregistry.ServiceView;
import io.etcdregistry.Snapshot.Freshness;
import io.etcdregistry.protocol.Event;
import io.etcdregistry.protocol.WatchResponse;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a reader sees when etcd's watch stream does what it may do, and real clusters do too rarely:
 * nothing is lost, nothing comes twice, all in order and at the right revision.
 */
class ScriptedWatchTest {
  private final ScriptedScene scene = new ScriptedScene();
  private final ScriptedState state = scene.state;

  @BeforeEach
  void followOrders() {
    state.put("services/orders/a");
    scene.follow("orders");
    assertThat(scene.take()).containsExactly("101 LIVE +a");
    assertThat(scene.lastCreate().getStartRevision()).isEqualTo(101);
  }

  @AfterEach
  void close() {
    scene.close();
  }

  /** Puts b, deletes a, puts c: three revisions. */
  private List<Event> threeChanges() {
    List<Event> all = new ArrayList<>(state.put("services/orders/b"));
    all.addAll(state.delete("services/orders/a"));
    all.addAll(state.put("services/orders/c"));
    return all;
  }

  @Test
  void createdAheadOfTheBacklog_thenABreak_losesNothing() {
    scene.created();
    scene.muteLists();
    scene.breakStream();
    List<Event> backlog = threeChanges();
    for (int flap = 0; flap < 3; flap++) {
      assertThat(scene.lastCreate().getStartRevision()).isEqualTo(101);
      scene.created(); // its header says 104, the backlog has not come
      scene.pass(Duration.ofSeconds(6)); // a stream that breaks sooner is not resumed from
      scene.say(answerOfTheStream());
      scene.breakStream();
    }
    assertThat(scene.lastCreate().getStartRevision()).isEqualTo(101);
    scene.created();
    scene.take();
    scene.events(backlog);
    assertThat(scene.take()).containsExactly("104 LIVE +bc -a");
    scene.pass(Duration.ofSeconds(6));
    scene.say(answerOfTheStream());
    scene.breakStream();
    assertThat(scene.lastCreate().getStartRevision()).isEqualTo(104);
  }

  @Test
  void backlogThatTellsWhatIsKnownAgain_isToldOnce() {
    scene.created();
    scene.muteLists();
    List<Event> changes = threeChanges();
    scene.events(changes.subList(0, 2));
    assertThat(scene.take()).containsExactly("103 LIVE +b -a");
    scene.breakStream();
    assertThat(scene.lastCreate().getStartRevision()).isEqualTo(103);
    scene.created();
    scene.take();
    scene.events(changes.subList(1, 3)); // from 103 on, as asked: the delete comes again
    scene.events(changes.subList(2, 3));
    assertThat(scene.take()).containsExactly("104 LIVE +c");
    scene.events(changes.subList(0, 1));
    assertThat(scene.registry.service("orders").snapshot().revision()).isEqualTo(104);
    assertThat(scene.registry.stats().count(Counter.WATCH_EVENTS)).isEqualTo(3);
  }

  @Test
  void progressAheadOfEvents_thenTheEvents_losesNothing() {
    scene.created();
    scene.muteLists();
    List<Event> changes = threeChanges();
    scene.say(answerOfTheStream());
    scene.say(scene.answer()); // a progress notice of the watch itself
    assertThat(scene.take()).isEmpty();
    scene.events(changes);
    assertThat(scene.take()).containsExactly("104 LIVE +bc -a");
  }

  @Test
  void progressAheadOfEvents_thenABreak_losesNothing() {
    scene.created();
    scene.muteLists();
    List<Event> changes = threeChanges();
    scene.say(answerOfTheStream());
    scene.say(scene.answer());
    scene.breakStream();
    assertThat(scene.lastCreate().getStartRevision()).isEqualTo(101);
    scene.created();
    scene.take();
    scene.events(changes);
    assertThat(scene.take()).containsExactly("104 LIVE +bc -a");
  }

  private WatchResponse.Builder answerOfTheStream() {
    return WatchResponse.newBuilder().setHeader(state.header()).setWatchId(-1);
  }

  @Test
  void fragmentsCutByABreak_areNotShown_andLoseNothing() {
    scene.created();
    scene.muteLists();
    List<Event> before = state.put("services/orders/b");
    List<Event> one = state.put("services/orders/c", "services/orders/d"); // at one revision
    scene.say(scene.answer().setFragment(true).addAllEvents(before).addEvents(one.get(0)));
    assertThat(scene.take()).isEmpty();
    scene.breakStream();
    assertThat(scene.lastCreate().getStartRevision()).isEqualTo(101);
    scene.created();
    scene.take();
    scene.say(scene.answer().setFragment(true).addAllEvents(before).addEvents(one.get(0)));
    assertThat(scene.take()).isEmpty();
    scene.say(scene.answer().addEvents(one.get(1)));
    assertThat(scene.take()).containsExactly("103 LIVE +bcd");
  }

  @Test
  void piecesOfAStreamThatBroke_areNotJoinedToThoseOfTheNext() {
    scene.created();
    scene.muteLists();
    List<Event> made = state.put("services/orders/b");
    List<Event> removed = state.delete("services/orders/b");
    scene.say(scene.answer().setFragment(true).addAllEvents(made));
    scene.breakStream();
    scene.created();
    scene.take();
    scene.events(removed); // as if the first had never been
    assertThat(scene.take()).isEmpty();
    assertThat(scene.registry.service("orders").snapshot().revision()).isEqualTo(103);
    assertThat(scene.registry.stats().count(Counter.WATCH_EVENTS)).isEqualTo(1);
  }

  @Test
  void canceledAsCompacted_isReadAnew_andTheDifferenceTold() {
    scene.created();
    threeChanges();
    scene.say(scene.answer().setCanceled(true).setCompactRevision(104));
    assertThat(scene.take()).containsExactly("101 STALE");
    scene.await("the list", () -> !scene.told.isEmpty());
    assertThat(scene.take()).containsExactly("104 STALE +bc -a", "104 LIVE");
    assertThat(scene.lastCreate().getStartRevision()).isEqualTo(104);
    scene.created();
    scene.events(state.put("services/orders/d"));
    assertThat(scene.take()).containsExactly("105 LIVE +d");
    assertThat(scene.network.log.lines())
        .containsExactly(
            "INFO The view of \"orders\" is read anew: watch of services/orders/: compacted up"
                + " to revision 104");
  }

  @Test
  void canceledAtItsCreation_asCompacted_isReadAnew() {
    scene.created();
    scene.breakStream();
    threeChanges();
    scene.take();
    scene.say(scene.answer().setCreated(true));
    scene.say(scene.answer().setCanceled(true).setCompactRevision(103));
    scene.await("the list", () -> scene.told.stream().anyMatch(line -> line.contains("+")));
    assertThat(scene.take()).endsWith("104 STALE +bc -a", "104 LIVE");
  }

  @Test
  void canceledWithoutAReason_isReadAnew_andTheDifferenceTold() {
    scene.created();
    threeChanges();
    scene.say(scene.answer().setCanceled(true));
    assertThat(scene.take()).containsExactly("101 STALE");
    scene.pass(Duration.ofMillis(100)); // it is no refusal, so there is nothing to wait for
    assertThat(scene.take()).containsExactly("104 STALE +bc -a", "104 LIVE");
    assertThat(scene.lastCreate().getStartRevision()).isEqualTo(104);
    assertThat(scene.network.log.lines())
        .containsExactly(
            "INFO The view of \"orders\" is read anew: watch of services/orders/: etcd ended the"
                + " watch");
  }

  @Test
  void refusedAtItsCreation_isSaid_andReadAnewLater() {
    scene.created();
    scene.breakStream();
    threeChanges();
    scene.take();
    scene.say(
        scene
            .answer()
            .setWatchId(-1)
            .setCreated(true)
            .setCanceled(true)
            .setCancelReason("etcdserver: permission denied"));
    assertThat(scene.take()).isEmpty(); // stale already, and nothing else is known
    scene.await("the list", () -> scene.told.size() == 2);
    assertThat(scene.take()).containsExactly("104 STALE +bc -a", "104 LIVE");
    scene.created();
    assertThat(scene.network.log.lines())
        .filteredOn(line -> line.contains("read services/orders/"))
        .hasSize(2)
        .first()
        .asString()
        .startsWith(
            "WARNING etcd does not let this client read services/orders/: watch of"
                + " services/orders/: etcdserver: permission denied");
  }

  @Test
  void refusedAtEveryCreation_thoughListsWork_isSaidOnce() {
    scene.created();
    scene.etcd.watch =
        (request, answers) -> {
          if (request.hasCreateRequest()) {
            answers.onNext(
                WatchResponse.newBuilder()
                    .setHeader(state.header())
                    .setWatchId(-1)
                    .setCreated(true)
                    .setCanceled(true)
                    .setCancelReason("etcdserver: permission denied")
                    .build());
          }
        };
    scene.breakStream();
    scene.pass(Duration.ofHours(1));
    threeChanges();
    scene.pass(Duration.ofMinutes(1));
    assertThat(scene.take()).last().asString().startsWith("104 STALE"); // lists go on, at least
    scene.etcd.watch = (request, answers) -> {};
    int before = scene.creates().size();
    scene.await("another watch", () -> scene.creates().size() > before);
    scene.created();
    assertThat(scene.network.log.lines())
        .filteredOn(line -> line.contains("read services/orders/"))
        .hasSize(2);
  }

  @Test
  void canceledOverAndOver_isNotAsked_overAndOver() {
    long begun = scene.network.time.nanoTime();
    for (int i = 0; i < 30; i++) {
      int before = scene.creates().size();
      scene.say(scene.answer().setCreated(true));
      scene.say(scene.answer().setCanceled(true).setCancelReason("etcdserver: something new"));
      scene.await("another watch", () -> scene.creates().size() > before);
    }
    // with a pause that did not grow it would be some three seconds
    assertThat(scene.network.time.nanoTime() - begun)
        .isGreaterThan(Duration.ofSeconds(10).toNanos());
  }

  @Test
  void canceledWatch_endsNoOtherOnItsStream() {
    scene.created();
    ServiceView stock = scene.registry.service("stock");
    scene.await("both watches", () -> scene.creates().size() == 2);
    scene.created();
    long orders = scene.creates().get(0).getWatchId();
    scene.say(
        WatchResponse.newBuilder()
            .setHeader(state.header())
            .setWatchId(orders)
            .setCanceled(true)
            .setCompactRevision(90));
    scene.events(state.put("services/stock/s"));
    assertThat(stock.snapshot().instances()).hasSize(1);
    assertThat(stock.snapshot().freshness()).isEqualTo(Freshness.LIVE);
    assertThat(scene.etcd.watches).hasSize(1);
  }

  @Test
  void eventsOfAWatchThatWasCanceled_areDropped() {
    scene.created();
    long old = scene.lastCreate().getWatchId();
    scene.say(scene.answer().setCanceled(true).setCompactRevision(90));
    scene.await("another watch", () -> scene.creates().size() == 2);
    scene.created();
    scene.take();
    List<Event> late = state.put("services/orders/late");
    scene.say(
        WatchResponse.newBuilder().setHeader(state.header()).setWatchId(old).addAllEvents(late));
    assertThat(scene.take()).isEmpty();
    scene.events(late);
    assertThat(scene.take()).containsExactly("102 LIVE +late");
  }

  @Test
  void endOfTheStreamWithoutAnError_isABreak() {
    scene.created();
    scene.muteLists();
    int before = scene.creates().size();
    scene.stream().onCompleted();
    scene.await("another watch", () -> scene.creates().size() > before);
    scene.created();
    scene.take();
    scene.events(threeChanges());
    assertThat(scene.take()).containsExactly("104 LIVE +bc -a");
  }

  @Test
  void watchThatIsNeverCreated_isAskedForOnAnotherStream() {
    scene.await("another stream", () -> scene.etcd.watches.size() > 1);
    assertThat(scene.lastCreate().getStartRevision()).isEqualTo(101);
    scene.created();
    scene.muteLists();
    scene.take();
    scene.events(threeChanges());
    assertThat(scene.take()).containsExactly("104 LIVE +bc -a");
  }

  @Test
  void messageTooLarge_isReadAnew() {
    scene.created();
    threeChanges();
    int before = scene.creates().size();
    scene.stream()
        .onError(
            Status.RESOURCE_EXHAUSTED
                .withDescription("gRPC message exceeds maximum size 16777216: 20000000")
                .asException());
    scene.take();
    scene.await("another watch", () -> scene.creates().size() > before);
    assertThat(scene.lastCreate().getStartRevision()).as("not what was too large").isEqualTo(104);
    assertThat(scene.take().get(0)).contains("+bc -a");
  }
}
