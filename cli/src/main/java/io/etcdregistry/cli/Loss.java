package io.etcdregistry.cli;

import io.etcdregistry.Registration;
import io.etcdregistry.Registration.Status;
import io.etcdregistry.RegistryObserver;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a registration is or may be lost to those who look for it: its lease ended or was not
 * renewed for a TTL, or another owner took its key. Hears of it even where it is mended at once.
 */
final class Loss implements RegistryObserver {
  private final StopSignals signals;
  private volatile @Nullable String why;

  /**
   * @param signals woken by a loss
   */
  Loss(StopSignals signals) {
    this.signals = signals;
  }

  @Override
  public void leaseLost(long lease, Duration ttl, String why) {
    lost(why);
  }

  @Override
  public void registrationChanged(Registration registration, Status before, Status now) {
    switch (now.state()) {
      case SUSPECT, SUPERSEDED -> lost(now.why());
      case JOINING, JOINED, DRAINING, LEFT -> {}
    }
  }

  private void lost(String why) {
    this.why = why;
    signals.wake();
  }

  /** Why it is lost; empty if it is not. */
  Optional<String> why() {
    return Optional.ofNullable(why);
  }
}
