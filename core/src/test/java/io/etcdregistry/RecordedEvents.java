package io.etcdregistry;

import io.etcdregistry.Snapshot.Freshness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An observer that keeps what it is told as lines. Thread-safe. */
public final class RecordedEvents implements RegistryObserver {
  private final List<String> events = new CopyOnWriteArrayList<>();

  /** Everything told so far. */
  public List<String> all() {
    return List.copyOf(events);
  }

  /** What was told since the last time this was asked for. */
  public List<String> take() {
    List<String> taken = new ArrayList<>(events);
    events.clear();
    return taken;
  }

  private void add(String event) {
    events.add(event);
  }

  @Override
  public void registrationChanged(
      Registration registration, Registration.Status before, Registration.Status now) {
    add(registration.instance().name() + " " + before.state() + " -> " + now.state());
  }

  @Override
  public void leaseGranted(long lease, Duration ttl, Duration without) {
    add("lease granted" + (without.isZero() ? "" : " again"));
  }

  @Override
  public void leaseLost(long lease, Duration ttl, String why) {
    add("lease lost: " + why);
  }

  @Override
  public void recordRestored(Registration registration, Duration absent) {
    add(registration.instance().name() + " restored");
  }

  @Override
  public void freshnessChanged(
      String service, Freshness before, Freshness now, Duration unconfirmed) {
    add(service + " " + before + " -> " + now);
  }

  @Override
  public void instanceEjected(String service, Instance instance, Duration time, String why) {
    add(instance.id() + " ejected for " + time.toSeconds() + " s: " + why);
  }

  @Override
  public void instanceReadmitted(String service, Instance instance, Duration after) {
    add(instance.id() + " readmitted after " + after.toSeconds() + " s");
  }

  @Override
  public void resyncing(String service, String why) {
    add(service + " resyncing: " + why);
  }

  @Override
  public void mismatchFound(String service, int records) {
    add(service + " mismatch: " + records);
  }

  @Override
  public void clusterReset(String why) {
    add("reset: " + why);
  }

  @Override
  public void recordSkipped(String key, String why) {
    add("skipped " + key + ": " + why);
  }

  @Override
  public void endpointFailed(String endpoint, String why) {
    add(endpoint + " failed: " + why);
  }

  @Override
  public void endpointRecovered(String endpoint, Duration after) {
    add(endpoint + " recovered");
  }

  @Override
  public void failedOver(String from, String to) {
    add("failed over from " + from + " to " + to);
  }

  @Override
  public void outageBegan(String why) {
    add("outage began: " + why);
  }

  @Override
  public void outageEnded(Duration lasted) {
    add("outage ended");
  }

  @Override
  public void accessDenied(String what, String why) {
    add("denied to " + what + ": " + why);
  }

  @Override
  public void accessGranted(String what, Duration after) {
    add("granted to " + what);
  }

  @Override
  public void operationFailed(String operation, RegistryException failure) {
    add(operation + " failed: " + failure.reason());
  }

  @Override
  public void missed(long missing) {
    add("missed " + missing);
  }
}
