package io.etcdregistry.internal.client;

import io.etcdregistry.internal.net.LocalAddress;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * The address of this machine to advertise. Looked for whenever an instance is joined without one,
 * so that a machine that moved to another network is found there; said whenever it is another than
 * before. Thread-safe.
 */
final class Hostname implements Supplier<String> {
  private static final Logger LOG = System.getLogger("io.etcdregistry");

  private final LocalAddress.Wish wish;
  private final AtomicReference<LocalAddress.Choice> said = new AtomicReference<>();

  Hostname(LocalAddress.Wish wish) {
    this.wish = wish;
  }

  @Override
  public String get() {
    LocalAddress.Choice choice = LocalAddress.find(wish);
    if (!choice.equals(said.getAndSet(choice))) {
      LOG.log(
          choice.reachable() ? Level.INFO : Level.WARNING,
          "Advertising " + choice.address() + " because " + choice.why());
    }
    return choice.address();
  }
}
