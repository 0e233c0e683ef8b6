package io.etcdregistry.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.etcdregistry.cli.Finding.Level;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AuthoritiesTest {
  private static final X509Certificate FIRST = read("first");
  private static final X509Certificate RENEWED = read("renewed");
  private static final X509Certificate OTHER = read("other");
  private static final X509Certificate SERVER = read("server");

  private static X509Certificate read(String name) {
    try (InputStream in = AuthoritiesTest.class.getResourceAsStream("/pem/" + name + ".pem")) {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509").generateCertificate(Objects.requireNonNull(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (CertificateException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Instant daysBeforeTheEndOf(X509Certificate certificate, int days) {
    return certificate.getNotAfter().toInstant().minus(Duration.ofDays(days));
  }

  /** What is found where a member shows a certificate of the first authority. */
  private static List<Finding> findings(Instant now, X509Certificate... trusted) {
    return new Authorities("ca.pem", List.of(trusted)).findings(List.of(List.of(SERVER)), now);
  }

  @Test
  void findings_longGood_saysHowLong() {
    assertThat(findings(daysBeforeTheEndOf(FIRST, 14), FIRST))
        .containsExactly(Finding.ok("tls", "the authority CN=first in ca.pem is good for 14 days"));
  }

  @Test
  void findings_endsSoonOrEnded_isAProblemWithAMend() {
    assertThat(findings(daysBeforeTheEndOf(FIRST, 13), FIRST))
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.level()).isEqualTo(Level.PROBLEM);
              assertThat(found.found())
                  .isEqualTo("the authority CN=first in ca.pem expires on " + end(FIRST));
              assertThat(found.meaning()).contains("etcdctl");
              assertThat(found.mend()).contains("renewed", "ca.pem", "--trusted-ca-file");
            });
    assertThat(findings(daysBeforeTheEndOf(FIRST, -1), FIRST))
        .extracting(Finding::level, Finding::found)
        .containsExactly(
            tuple(Level.PROBLEM, "the authority CN=first in ca.pem expired on " + end(FIRST)));
  }

  private static Instant end(X509Certificate certificate) {
    return Validity.end(certificate);
  }

  @Test
  void findings_notYetGood_isAProblem() {
    assertThat(findings(FIRST.getNotBefore().toInstant().minusSeconds(1), FIRST))
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.level()).isEqualTo(Level.PROBLEM);
              assertThat(found.found()).contains("is not good before ");
              assertThat(found.mend()).contains("timedatectl");
            });
  }

  @Test
  void findings_renewed_oldOneMayGo() {
    Instant now = daysBeforeTheEndOf(FIRST, -1);
    assertThat(findings(now, FIRST, RENEWED))
        .extracting(Finding::level, Finding::found)
        .containsExactly(
            tuple(
                Level.OK,
                "the authority CN=first in ca.pem is good for "
                    + Duration.between(now, end(RENEWED)).toDays()
                    + " days"),
            tuple(Level.NOTE, "ca.pem trusts CN=first, which expired on " + end(FIRST)));
  }

  @Test
  void findings_ofOneThatNobodyNeeds_areANote() {
    Instant now = daysBeforeTheEndOf(OTHER, 1);
    assertThat(findings(now, OTHER, FIRST))
        .extracting(Finding::level, Finding::found)
        .contains(tuple(Level.NOTE, "ca.pem trusts CN=other, which expires on " + end(OTHER)))
        .extracting(found -> found.toList().get(0))
        .containsExactly(Level.OK, Level.NOTE);
    // whom nobody here trusts: why there is no answer is said elsewhere
    assertThat(findings(FIRST.getNotBefore().toInstant(), OTHER)).isEmpty();
  }

  @Test
  void findings_nothingSeen_goByTheOneThatLastsLongest() {
    Instant now = daysBeforeTheEndOf(OTHER, -1);
    Stream<List<X509Certificate>> files = Stream.of(List.of(OTHER, FIRST), List.of(OTHER));
    assertThat(files.map(file -> new Authorities("ca.pem", file).findings(List.of(), now)))
        .satisfiesExactly(
            both ->
                assertThat(both).extracting(Finding::level).containsExactly(Level.OK, Level.NOTE),
            alone -> assertThat(alone).extracting(Finding::level).containsExactly(Level.PROBLEM));
  }
}
