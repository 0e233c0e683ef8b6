package io.etcdregistry.internal.registration;

import io.etcdregistry.Registration.State;
import io.etcdregistry.RegistryException;
import io.etcdregistry.RegistryException.Reason;
import io.etcdregistry.internal.lease.LeaseKeeper;
import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.store.KeyRange;
import io.etcdregistry.internal.store.StoreException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** What is wanted of which key. In the reconciler's serial context. */
final class OwnWishes {
  private final Environment env;
  private final Map<String, OwnKey> keys;
  private final LeaseKeeper leases;
  private final Handles handles;
  private final Consumer<OwnKey> touch;
  private boolean ended;

  /**
   * No wishes.
   *
   * @param env what the parts of the client share
   * @param keys those of the reconciler, to which wanted ones are added
   * @param leases keeps leases for what is wanted
   * @param handles what callers see
   * @param touch hears of keys of which something else is wanted now
   */
  OwnWishes(
      Environment env,
      Map<String, OwnKey> keys,
      LeaseKeeper leases,
      Handles handles,
      Consumer<OwnKey> touch) {
    this.env = env;
    this.keys = keys;
    this.leases = leases;
    this.handles = handles;
    this.touch = touch;
  }

  void add(OwnRegistration owner) {
    if (ended) {
      handles.fail(owner, gone("The registry is closed"));
      owner.left = true;
      return;
    }
    OwnKey key = keys.computeIfAbsent(owner.key, OwnKey::new);
    key.owners.addLast(owner);
    key.tombstone = false;
    key.farewell = Optional.empty();
    env.telemetry().registered(owner.status().state());
    leases.want(owner.asked);
    owner.check.ifPresent(
        check -> {
          Readiness readiness = new Readiness(env, owner, check, new Judged(key, owner));
          owner.readiness = Optional.of(readiness);
          readiness.start();
        });
    changed(key);
  }

  void remove(OwnRegistration owner, CompletableFuture<Void> done) {
    OwnKey key = keys.get(owner.key);
    owner.readiness.ifPresent(Readiness::close);
    if (!owner.left) {
      owner.left = true;
      owner.show(State.LEFT, "left", env);
      handles.fail(owner, gone("\"" + owner.instance().name() + "\" left"));
    }
    if (key == null) {
      done.complete(null);
      return;
    }
    if (key.owners.remove(owner)) {
      key.releasing.add(owner.asked);
      key.farewell = owner.taking ? Optional.empty() : owner.farewell();
    }
    key.leavers.add(done);
    changed(key);
  }

  void update(OwnRegistration owner, CompletableFuture<Void> done) {
    OwnKey key = keys.get(owner.key);
    if (owner.left || key == null) {
      done.completeExceptionally(gone("\"" + owner.instance().name() + "\" left"));
      return;
    }
    owner.renew();
    owner.updates.add(done);
    changed(key);
  }

  void drain(OwnRegistration owner) {
    owner.draining = true;
  }

  /** Wants nothing new from now on. */
  void end() {
    ended = true;
    for (OwnKey key : keys.values()) {
      key.owners.forEach(owner -> owner.readiness.ifPresent(Readiness::close));
    }
  }

  List<OwnRegistration> owners(String name) {
    List<OwnRegistration> found = new ArrayList<>();
    for (OwnKey key : keys.values()) {
      for (OwnRegistration owner : key.owners) {
        if (name.isEmpty() || owner.instance().name().equals(name)) {
          found.add(owner);
        }
      }
    }
    return found;
  }

  /** Keys of a range that nobody wants, and that held, or may hold, something of ours. */
  List<OwnKey> tombstones(KeyRange range) {
    return keys.values().stream()
        .filter(key -> key.owners.isEmpty() && range.contains(key.key))
        .toList();
  }

  /** Has somebody hear when nothing of ours is left at a key that nobody wants. */
  void awaitGone(OwnKey key, CompletableFuture<Void> done) {
    key.leavers.add(done);
    changed(key);
  }

  /** Why a registration is not where it should be, if etcd is to blame. */
  Optional<StoreException> failure(OwnRegistration owner) {
    return Optional.ofNullable(keys.get(owner.key))
        .flatMap(key -> key.failure)
        .or(handles::leaseFailure);
  }

  private static RegistryException gone(String message) {
    return new RegistryException(Reason.CLOSED, message);
  }

  /** Something else is wanted: a pause after a refusal was about what was wanted before. */
  private void changed(OwnKey key) {
    key.notBefore = 0;
    touch.accept(key);
  }

  /** What a readiness check comes to. */
  private final class Judged implements Readiness.Listener {
    private final OwnKey key;
    private final OwnRegistration owner;

    Judged(OwnKey key, OwnRegistration owner) {
      this.key = key;
      this.owner = owner;
    }

    @Override
    public void waiting(String why) {
      owner.show(State.JOINING, "not ready yet: " + why, env);
    }

    @Override
    public void up() {
      if (!owner.ready) {
        owner.ready = true;
        key.owners.remove(owner); // who becomes ready last is the latest join
        key.owners.addLast(owner);
      } else {
        note(Level.INFO, "is ready again");
      }
      mark(false);
    }

    @Override
    public void down(String why) {
      note(Level.WARNING, "is not ready, and marked down: " + why);
      mark(true);
    }

    private void mark(boolean down) {
      owner.down = down;
      owner.renew();
      changed(key);
    }

    private void note(Level level, String what) {
      env.telemetry().note("ready " + key.key, level, owner.instance().key() + " " + what);
    }
  }
}
