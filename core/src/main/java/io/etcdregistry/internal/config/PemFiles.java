package io.etcdregistry.internal.config;

import io.etcdregistry.RegistryException;
import io.etcdregistry.RegistryException.Reason;
import io.etcdregistry.internal.config.ConnectionString.Files;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks into PEM files before anything depends on them, so that what is wrong with one is a
 * sentence and not a failed handshake.
 */
final class PemFiles {
  private static final int MAX_BYTES = 1 << 20;

  private static final Pattern KEY =
      Pattern.compile(
          "-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

  private PemFiles() {}

  static void check(Files files) {
    files.ca().ifPresent(ca -> certificate("ca", ca));
    if (files.cert().isPresent() && files.key().isPresent()) {
      Path cert = files.cert().get();
      PublicKey ours = certificate("cert", cert).getPublicKey();
      checkPair(ours, files.key().get(), cert);
    }
  }

  /** The first certificate of a file. */
  private static Certificate certificate(String option, Path file) {
    byte[] bytes = read(option, file, "PEM certificates");
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      Collection<? extends Certificate> found =
          factory.generateCertificates(new ByteArrayInputStream(bytes));
      if (!found.isEmpty()) {
        return found.iterator().next();
      }
    } catch (CertificateException e) {
      // Said below: what the parser saw inside is of no use to anyone.
    }
    throw refused(option, file, "holds no certificate that can be read", "PEM certificates");
  }

  private static void checkPair(PublicKey ours, Path file, Path cert) {
    String expected = "the PEM private key of " + cert + ", in PKCS #8 and without a passphrase";
    String text = new String(read("key", file, expected), StandardCharsets.ISO_8859_1);
    Matcher matcher = KEY.matcher(text);
    if (!matcher.find()) {
      boolean encrypted = text.contains("Proc-Type: 4,ENCRYPTED");
      throw refused(
          "key", file, encrypted ? "needs a passphrase" : "holds no private key", expected);
    }
    switch (matcher.group(1)) {
      case "PRIVATE KEY" -> {}
      case "ENCRYPTED PRIVATE KEY" -> throw refused("key", file, "needs a passphrase", expected);
      default ->
          throw refused(
              "key",
              file,
              "holds a " + matcher.group(1),
              expected + "; openssl pkcs8 -topk8 -nocrypt converts it");
    }
    try {
      byte[] der = Base64.getMimeDecoder().decode(matcher.group(2));
      KeyFactory factory = KeyFactory.getInstance(ours.getAlgorithm());
      if (!belong(factory.generatePrivate(new PKCS8EncodedKeySpec(der)), ours)) {
        throw refused("key", file, "is the key of another certificate", expected);
      }
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw refused("key", file, "holds a key that cannot be read or is of another kind", expected);
    }
  }

  private static boolean belong(PrivateKey mine, PublicKey ours) throws GeneralSecurityException {
    String algorithm =
        switch (ours.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> ours.getAlgorithm();
        };
    byte[] probe = "etcd-registry".getBytes(StandardCharsets.US_ASCII);
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(mine);
    signature.update(probe);
    byte[] signed = signature.sign();
    signature.initVerify(ours);
    signature.update(probe);
    return signature.verify(signed);
  }

  private static byte[] read(String option, Path file, String expected) {
    try {
      return SmallFile.read(file, MAX_BYTES);
    } catch (IOException e) {
      throw refused(option, file, SmallFile.why(e), expected);
    }
  }

  private static RegistryException refused(
      String option, Path file, String found, String expected) {
    return new RegistryException(
        Reason.INVALID, option + ": " + file + " " + found + " (expected: " + expected + ")");
  }
}
