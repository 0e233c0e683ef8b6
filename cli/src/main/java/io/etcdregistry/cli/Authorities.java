package io.etcdregistry.cli;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The authorities that a file of certificates trusts. One that has been renewed may stand in it
 * twice, and of a long list only those count whose certificates etcd shows.
 *
 * @param file its name
 * @param trusted its certificates
 */
record Authorities(String file, List<X509Certificate> trusted) {
  /**
   * Judges how long they are good.
   *
   * @param shown what each member showed: its certificate, with what signed it; may be empty
   */
  List<Finding> findings(List<List<X509Certificate>> shown, Instant now) {
    Set<X509Certificate> needed = new LinkedHashSet<>();
    shown.forEach(
        chain ->
            best(trusted.stream().filter(one -> vouchesFor(one, chain)).toList(), now)
                .ifPresent(needed::add));
    if (shown.isEmpty()) {
      best(trusted, now).ifPresent(needed::add);
    }
    List<Finding> findings = new ArrayList<>();
    needed.forEach(one -> findings.add(validity(one).of(one, now)));
    List<X509Certificate> idle =
        trusted.stream()
            .filter(one -> !needed.contains(one) && Validity.isShort(one, now))
            .toList();
    if (!idle.isEmpty()) {
      findings.add(idle(idle, now));
    }
    return findings;
  }

  private Validity validity(X509Certificate authority) {
    return new Validity(
        "the authority " + name(authority) + " in " + file,
        "This program goes on trusting it. From then on etcdctl, etcd itself and most others take"
            + " no certificate that it signed.",
        "have it renewed, add its new certificate to "
            + file
            + " and to the file of etcd's --trusted-ca-file, and if its key is new, replace what it"
            + " signed");
  }

  private Finding idle(List<X509Certificate> idle, Instant now) {
    return Finding.note(
        "tls",
        idle.stream()
            .map(one -> name(one) + ", which " + Validity.ends(one, now))
            .collect(Collectors.joining("; ", file + " trusts ", "")),
        "No certificate that was seen needs it.",
        "remove it from " + file + " when no member that is away needs it");
  }

  private static String name(X509Certificate authority) {
    return authority.getSubjectX500Principal().getName();
  }

  /** Good now rather than later, and then for as long as may be. */
  private static Optional<X509Certificate> best(List<X509Certificate> some, Instant now) {
    return some.stream()
        .max(
            Comparator.comparing((X509Certificate one) -> Validity.hasBegun(one, now))
                .thenComparing(Validity::end));
  }

  private static boolean vouchesFor(X509Certificate authority, List<X509Certificate> chain) {
    return chain.stream().anyMatch(one -> one.equals(authority) || signed(authority, one));
  }

  private static boolean signed(X509Certificate authority, X509Certificate certificate) {
    if (!certificate.getIssuerX500Principal().equals(authority.getSubjectX500Principal())) {
      return false;
    }
    try {
      certificate.verify(authority.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
