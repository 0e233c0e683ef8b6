package io.etcdregistry.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcdregistry.RegistryException;
import io.etcdregistry.RegistryException.Reason;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PemFilesTest {
  @TempDir Path dir;

  private static Path made(String file) {
    try {
      return Path.of(PemFilesTest.class.getResource("/pem/" + file).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static ConnectionString with(Path ca, Path cert, Path key) {
    return ConnectionString.parse("https://h?ca=" + ca + "&cert=" + cert + "&key=" + key);
  }

  private void refused(ConnectionString connection, String message) {
    assertThatThrownBy(connection::checkFiles)
        .hasMessage(message.replace("$", dir + "/"))
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ec", "rsa"})
  void checkFiles_pairThatBelongsTogether_passes(String name) {
    Path cert = made(name + ".crt");
    assertThatCode(with(cert, cert, made(name + ".key"))::checkFiles).doesNotThrowAnyException();
  }

  @Test
  void checkFiles_keyOfAnotherCertificate_isRefused() {
    Path ec = made("ec.crt");
    String expected =
        " (expected: the PEM private key of " + ec + ", in PKCS #8 and without a passphrase)";
    Path other = made("other.key");
    refused(with(ec, ec, other), "key: " + other + " is the key of another certificate" + expected);
    Path rsa = made("rsa.key");
    refused(
        with(ec, ec, rsa),
        "key: " + rsa + " holds a key that cannot be read or is of another kind" + expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nothing here -> holds no private key",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA==\n-----END ENCRYPTED PRIVATE KEY-----"
            + " -> needs a passphrase",
        "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----"
            + " -> holds a key that cannot be read or is of another kind",
        "-----BEGIN PRIVATE KEY-----\nA\n-----END PRIVATE KEY-----"
            + " -> holds a key that cannot be read or is of another kind"
      })
  void checkFiles_keyThatIsNone_isRefused(String row) throws IOException {
    String[] parts = row.split(" -> ", -1);
    Files.writeString(dir.resolve("k"), parts[0]);
    Path ec = made("ec.crt");
    refused(
        with(ec, ec, dir.resolve("k")),
        "key: $k "
            + parts[1]
            + " (expected: the PEM private key of "
            + ec
            + ", in PKCS #8 and without a passphrase)");
  }

  @Test
  void checkFiles_keyOfTheOldKind_namesTheConversion() throws IOException {
    Files.writeString(
        dir.resolve("k"), "-----BEGIN EC PRIVATE KEY-----\nAA==\n-----END EC PRIVATE KEY-----\n");
    Path ec = made("ec.crt");
    refused(
        with(ec, ec, dir.resolve("k")),
        "key: $k holds a EC PRIVATE KEY (expected: the PEM private key of "
            + ec
            + ", in PKCS #8 and without a passphrase; openssl pkcs8 -topk8 -nocrypt converts it)");
  }

  @Test
  void checkFiles_certificateThatIsNone_isRefused() throws IOException {
    Files.writeString(dir.resolve("empty"), "");
    Files.writeString(dir.resolve("text"), "not a certificate\n");
    Files.writeString(dir.resolve("large"), "x".repeat((1 << 20) + 1));
    Files.createDirectory(dir.resolve("d"));
    String expected = " (expected: PEM certificates)";
    String none = " holds no certificate that can be read" + expected;
    refused(ca("empty"), "ca: $empty" + none);
    refused(ca("text"), "ca: $text" + none);
    refused(ca("large"), "ca: $large cannot be read: longer than 1048576 bytes" + expected);
    refused(ca("d"), "ca: $d cannot be read: a directory" + expected);
    refused(ca("missing"), "ca: $missing does not exist" + expected);
  }

  private ConnectionString ca(String file) {
    return ConnectionString.parse("https://h?ca=" + dir.resolve(file));
  }

  private ConnectionString password(String file) {
    return ConnectionString.parse("https://h?user=u&passwordFile=" + dir.resolve(file));
  }

  @Test
  void checkFiles_passwordFileThatIsNone_isRefused() throws IOException {
    Files.writeString(dir.resolve("empty"), "\n");
    Files.writeString(dir.resolve("two"), "a\nb\n");
    Files.write(dir.resolve("binary"), new byte[] {(byte) 0xff});
    Files.writeString(dir.resolve("large"), "x".repeat(4097));
    String expected = " (expected: one line that is the password)";
    refused(password("empty"), "passwordFile: $empty is empty" + expected);
    refused(password("two"), "passwordFile: $two holds more than one line" + expected);
    refused(password("binary"), "passwordFile: $binary is not UTF-8" + expected);
    refused(
        password("large"),
        "passwordFile: $large cannot be read: longer than 4096 bytes" + expected);
    refused(password("missing"), "passwordFile: $missing does not exist" + expected);
  }

  @Test
  void reveal_passwordFile_isReadAgainEachTime() throws IOException {
    Path file = dir.resolve("p");
    Files.writeString(file, "öne +\r\n");
    ConnectionString connection = password("p");
    connection.checkFiles();
    Secret secret = connection.security().login().orElseThrow().password();
    assertThat(secret.reveal()).isEqualTo("öne +");
    Files.writeString(file, "two");
    assertThat(secret.reveal()).isEqualTo("two");
    assertThat(secret).hasToString("***");
  }
}
