package io.etcdregistry.internal.etcd;

import io.etcdregistry.spi.Time;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Tells TLS from plain text where the transport cannot: a listener that closes the connection
 * before it says a word is asked again the other way. Of the loop.
 */
final class Diagnosis {
  private final Loop loop;
  private final Dialer dialer;
  private final Duration limit;
  private boolean over;

  Diagnosis(Loop loop, Dialer dialer, Duration limit) {
    this.loop = loop;
    this.dialer = dialer;
    this.limit = limit;
  }

  /**
   * Asks.
   *
   * @param first what is known without asking
   * @param then told in the loop, once
   */
  void begin(Address address, Fault first, Consumer<Fault> then) {
    Link other = new Link(address, dialer.dialOtherwise(address), loop, false);
    Time.Scheduled timer = loop.after(limit, () -> end(other, first, then));
    new Probe(loop, other)
        .begin(
            (cluster, fault) -> {
              timer.cancel();
              end(other, fault == null || speaksTls(fault) ? opposite() : first, then);
            });
  }

  /** Whether a refusal came from beyond the TLS handshake, or from within it. */
  private boolean speaksTls(Fault fault) {
    return !dialer.tls() && fault.kind() == Fault.Kind.MISMATCH;
  }

  private Fault opposite() {
    return new Fault(
        Fault.Kind.MISMATCH,
        dialer.tls()
            ? "speaks plain text, not TLS (use http://)"
            : "expects TLS (use https://, with ca= unless the JVM trusts its certificate)");
  }

  private void end(Link other, Fault fault, Consumer<Fault> then) {
    if (!over) {
      over = true;
      other.kill();
      then.accept(fault);
    }
  }
}
