package io.etcdregistry.internal.client;

import io.etcdregistry.internal.store.FakeChange;
import io.etcdregistry.internal.store.FakeStore;
import io.etcdregistry.internal.store.KeyValue;
import io.etcdregistry.internal.store.WatchStream.Event;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** What must be true of each change in etcd, judged when it is made. */
final class WriteLaws {
  private final Function<FakeStore, SimulatedClient> clients;
  private final Map<Integer, SimulatedClient> owners;
  private final Consumer<String> complaints;

  /** What stands in etcd before the change that is judged. */
  private final Map<String, KeyValue> state = new HashMap<>();

  /**
   * Laws for what some clients do.
   *
   * @param clients who a store belongs to
   * @param owners whose wish a number is
   */
  WriteLaws(
      Function<FakeStore, SimulatedClient> clients,
      Map<Integer, SimulatedClient> owners,
      Consumer<String> complaints) {
    this.clients = clients;
    this.owners = owners;
    this.complaints = complaints;
  }

  void judge(FakeChange change) {
    if (change.cause() == FakeChange.Cause.RESET) {
      state.clear(); // no client's doing
      change.events().forEach(this::take);
      return;
    }
    for (Event event : change.events()) {
      Optional<KeyValue> before = take(event);
      if (event.pair().key().startsWith("services/")) { // operators override as they like
        judge(change, event, before);
      }
    }
  }

  private Optional<KeyValue> take(Event event) {
    String key = event.pair().key();
    return Optional.ofNullable(event.deleted() ? state.remove(key) : state.put(key, event.pair()));
  }

  private void judge(FakeChange change, Event event, Optional<KeyValue> before) {
    switch (change.cause()) {
      case WRITTEN -> change.by().ifPresent(by -> written(clients.apply(by), event, before));
      case REVOKED -> change.by().ifPresent(by -> revoked(clients.apply(by), event, before));
      default -> expired(event, before);
    }
  }

  private void written(SimulatedClient client, Event event, Optional<KeyValue> before) {
    if (event.deleted()) {
      before.ifPresent(pair -> deleted(client, event, pair));
      return;
    }
    Optional<Wish> known = client.wish(Wish.numberOf(event.pair()));
    if (known.isEmpty()) {
      complain(client, event, "writes what it was never told to");
      return;
    }
    Wish wish = known.get();
    if (event.pair().lease() == 0) {
      complain(client, event, "writes without a lease");
    }
    if (wish.left() && !client.zombie(event.pair().lease())) {
      complain(client, event, "writes what it has said to have left");
    }
    boolean taken = before.isPresent() && !isOf(client, before.get());
    if (taken && wish.joined()) {
      complain(client, event, "takes a key that it has lost already, from " + before);
    }
  }

  private void deleted(SimulatedClient client, Event event, KeyValue before) {
    if (!isOf(client, before)) {
      complain(client, event, "deletes what is not its own: " + before);
    } else if (wanted(client, before)) {
      complain(client, event, "deletes what it wants: " + before);
    }
  }

  private void revoked(SimulatedClient client, Event event, Optional<KeyValue> was) {
    for (KeyValue before : was.stream().toList()) {
      if (!isOf(client, before)) {
        complain(client, event, "revokes a lease that is not its own, of " + before);
      } else if (wanted(client, before)) {
        complain(client, event, "gives back the lease of what it wants: " + before);
      }
    }
  }

  private void expired(Event event, Optional<KeyValue> was) {
    for (KeyValue before : was.stream().toList()) {
      SimulatedClient client = owners.get(Wish.numberOf(before));
      if (client != null && client.undisturbed() && wanted(client, before)) {
        complain(client, event, "lets the lease end of what it wants: " + before);
      }
    }
  }

  private boolean isOf(SimulatedClient client, KeyValue pair) {
    return client == owners.get(Wish.numberOf(pair));
  }

  private static boolean wanted(SimulatedClient client, KeyValue pair) {
    return client.wish(Wish.numberOf(pair)).filter(Wish::wanted).isPresent();
  }

  private void complain(SimulatedClient client, Event event, String what) {
    complaints.accept(client + " " + what + "; event " + event);
  }
}
