package io.etcdregistry.it.harness;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority made for one test, and what it signs, as PEM files in one folder. */
public final class TestCertificates {
  private final Path folder;
  private final X500Principal authorityName;
  private final KeyPair authorityKeys;
  private final Path authority;

  private TestCertificates(Path folder, String name) {
    this.folder = folder;
    this.authorityName = new X500Principal("CN=" + name);
    this.authorityKeys = newKeys();
    this.authority = folder.resolve(name + ".pem");
    renew(-1, 1);
  }

  private void renew(int from, int until) {
    Path fresh = folder.resolve(random() + ".pem");
    write(fresh, certificate(authorityName, authorityKeys, from, until, true));
    move(fresh, authority);
  }

  /** Puts another certificate of the same key in the authority's place: it ran out yesterday. */
  public void expire() {
    renew(-2, -1);
  }

  /** A new authority of this name; its files go to the folder. */
  public static TestCertificates create(Path folder, String name) {
    return new TestCertificates(folder, name);
  }

  /** The authority's own certificate. */
  public Path authority() {
    return authority;
  }

  /** A new file of all these authorities' certificates, for who trusts any of them. */
  public static Path bundle(TestCertificates... authorities) {
    TestCertificates first = authorities[0];
    Path file = first.folder.resolve("trusted-" + random() + ".pem");
    try {
      for (TestCertificates each : authorities) {
        Files.write(file, Files.readAllBytes(each.authority), CREATE, APPEND);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  /** A certificate for a server or a client: valid for a day, with the host names or addresses. */
  public Pair issue(String commonName, String... hosts) {
    return issue(commonName, -1, 1, hosts);
  }

  /** As {@link #issue(String, String...)}, but one that ran out yesterday. */
  public Pair issueExpired(String commonName, String... hosts) {
    return issue(commonName, -2, -1, hosts);
  }

  /** As {@link #issue(String, String...)}, but one that is good from tomorrow on. */
  public Pair issueForLater(String commonName, String... hosts) {
    return issue(commonName, 1, 2, hosts);
  }

  /**
   * @param from in days from now
   * @param until in days from now
   */
  private Pair issue(String commonName, int from, int until, String... hosts) {
    KeyPair keys = newKeys();
    X500Principal subject = new X500Principal("CN=" + commonName);
    String file = commonName + "-" + random();
    Pair pair = new Pair(folder.resolve(file + ".pem"), folder.resolve(file + ".key"));
    write(pair.certificate(), certificate(subject, keys, from, until, false, hosts));
    try {
      write(pair.key(), new JcaPKCS8Generator(keys.getPrivate(), null));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return pair;
  }

  private X509Certificate certificate(
      X500Principal subject,
      KeyPair keys,
      int from,
      int until,
      boolean isAuthority,
      String... hosts) {
    Instant now = Instant.now();
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            authorityName,
            new BigInteger(64, new SecureRandom()),
            Date.from(now.plus(Duration.ofDays(from))),
            Date.from(now.plus(Duration.ofDays(until))),
            subject,
            keys.getPublic());
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
      if (hosts.length > 0) {
        builder.addExtension(Extension.subjectAlternativeName, false, names(hosts));
      }
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA")
                      .build(authorityKeys.getPrivate())));
    } catch (CertIOException | OperatorCreationException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String random() {
    return Long.toHexString(new SecureRandom().nextLong());
  }

  /** Replaces a file at one stroke, so that nobody reads half of it. */
  static void move(Path from, Path to) {
    try {
      Files.move(from, to, ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static GeneralNames names(String... hosts) {
    GeneralName[] names = new GeneralName[hosts.length];
    for (int i = 0; i < hosts.length; i++) {
      boolean isAddress = hosts[i].matches("[0-9.]+|.*:.*");
      names[i] = new GeneralName(isAddress ? GeneralName.iPAddress : GeneralName.dNSName, hosts[i]);
    }
    return new GeneralNames(names);
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void write(Path file, Object pem) {
    try (Writer writer = Files.newBufferedWriter(file);
        JcaPEMWriter pemWriter = new JcaPEMWriter(writer)) {
      pemWriter.writeObject(pem);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The PEM files of a certificate and its unencrypted PKCS #8 key. */
  public record Pair(Path certificate, Path key) {
    /**
     * Puts these in the place of other files, the certificate last; in between the two do not fit,
     * as when an operator does it.
     */
    public void moveTo(Pair other) {
      move(key, other.key);
      move(certificate, other.certificate);
    }
  }
}
