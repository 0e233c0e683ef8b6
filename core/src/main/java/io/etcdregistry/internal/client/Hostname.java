package io.etcdregistry.internal.client;

import io.etcdregistry.internal.net.LocalAddress;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * The hostname of instances that name none. Looked for anew each time, since machines change
 * networks; which one and why is logged once for each answer. Thread-safe.
 */
final class Hostname implements Supplier<String> {
  private static final Logger LOG = System.getLogger("io.etcdregistry");

  private final LocalAddress.Wish wish;
  private final AtomicReference<String> told = new AtomicReference<>("");

  Hostname(LocalAddress.Wish wish) {
    this.wish = wish;
  }

  @Override
  public String get() {
    LocalAddress.Choice choice = LocalAddress.find(wish);
    if (!choice.address().equals(told.getAndSet(choice.address()))) {
      LOG.log(Level.INFO, "Advertising {0}, because {1}", choice.address(), choice.why());
    }
    return choice.address();
  }
}
