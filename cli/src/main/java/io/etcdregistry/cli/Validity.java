package io.etcdregistry.cli;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;

/**
 * What is said of a certificate by the time it is good for.
 *
 * @param whose what it is, as a sentence begins
 * @param meaning what follows when it is good no more
 * @param mend what to do then
 */
record Validity(String whose, String meaning, String mend) {
  private static final String TLS = "tls";
  private static final Duration SOON = Duration.ofDays(14);

  /** Whether somebody should have it renewed. */
  static boolean isShort(X509Certificate certificate, Instant now) {
    return end(certificate).isBefore(now.plus(SOON));
  }

  static Instant end(X509Certificate certificate) {
    return certificate.getNotAfter().toInstant();
  }

  static boolean hasBegun(X509Certificate certificate, Instant now) {
    return !certificate.getNotBefore().toInstant().isAfter(now);
  }

  /** When its end was or will be, as a sentence goes on. */
  static String ends(X509Certificate certificate, Instant now) {
    Instant end = end(certificate);
    return (end.isBefore(now) ? "expired on " : "expires on ") + end;
  }

  Finding of(X509Certificate certificate, Instant now) {
    if (!hasBegun(certificate, now)) {
      return Finding.problem(
          TLS,
          whose + " is not good before " + certificate.getNotBefore().toInstant(),
          "Until then no connection comes about, unless it is this clock that is wrong.",
          "timedatectl set-ntp true; and if the clock was right, " + mend);
    }
    if (isShort(certificate, now)) {
      return Finding.problem(TLS, whose + " " + ends(certificate, now), meaning, mend);
    }
    long days = Duration.between(now, end(certificate)).toDays();
    return Finding.ok(TLS, whose + " is good for " + days + " days");
  }
}
