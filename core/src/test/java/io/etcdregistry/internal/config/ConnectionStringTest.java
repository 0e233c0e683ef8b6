package io.etcdregistry.internal.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.net.Cidr;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ConnectionStringTest {
  private static Seed seed(String host, int port) {
    return new Seed(host, port == 0 ? OptionalInt.empty() : OptionalInt.of(port));
  }

  @Test
  void parse_hostAlone_takesEveryDefault() {
    ConnectionString read = ConnectionString.parse("127.0.0.1");

    assertThat(read.seeds()).containsExactly(seed("127.0.0.1", 0));
    assertThat(read.namespace()).isEmpty();
    assertThat(read.timing().ttl()).isEqualTo(Duration.ofSeconds(10));
    assertThat(read.timing().timeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(read.timing().refresh()).hasValue(Duration.ofMinutes(5));
    assertThat(read.security().tls()).isFalse();
    assertThat(read.security().login()).isEmpty();
    assertThat(read.security().insecure()).isFalse();
    assertThat(read.self().zone()).isEmpty();
    assertThat(read.self().hostname()).isEmpty();
  }

  @Test
  void parse_everything_isRead() {
    ConnectionString read =
        ConnectionString.parse(
            "https://ro%3Aot:p%40s%2Fs+%C3%BC:x@h-1.example:2379, https://10.0.0.2, [fd00::3]:99"
                + "/team/eu.1/?ttl=30s&timeout=500ms&refresh=1m&ca=/etc/c%26a.pem&cert=c.pem&key=k.pem"
                + "&zone=eu%201&hostname=fd00::9&insecure=true&x-new=%zz&x-new");

    assertThat(read.seeds())
        .containsExactly(seed("h-1.example", 2379), seed("10.0.0.2", 0), seed("fd00::3", 99));
    assertThat(read.namespace()).isEqualTo("team/eu.1");
    assertThat(read.timing().ttl()).isEqualTo(Duration.ofSeconds(30));
    assertThat(read.timing().timeout()).isEqualTo(Duration.ofMillis(500));
    assertThat(read.timing().refresh()).hasValue(Duration.ofMinutes(1));
    assertThat(read.security().tls()).isTrue();
    assertThat(read.security().files().ca()).hasValue(Path.of("/etc/c&a.pem"));
    assertThat(read.security().files().cert()).hasValue(Path.of("c.pem"));
    assertThat(read.security().files().key()).hasValue(Path.of("k.pem"));
    assertThat(read.security().login().orElseThrow().user()).isEqualTo("ro:ot");
    assertThat(read.security().login().orElseThrow().password().reveal()).isEqualTo("p@s/s+ü:x");
    assertThat(read.security().insecure()).isTrue();
    assertThat(read.self().zone()).hasValue("eu 1");
    assertThat(read.self().hostname()).hasValue("fd00::9");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " 10.0.0.1\n",
        "10.0.0.1/",
        "http://10.0.0.1",
        "HTTP://10.0.0.1",
        "10.0.0.1, http://10.0.0.1",
        "10.0.0.1?refresh=true",
        "10.0.0.1?x-a=1&x-a=2&x-"
      })
  void parse_otherSpellings_areTheSame(String text) {
    assertThat(ConnectionString.parse(text)).isEqualTo(ConnectionString.parse("10.0.0.1"));
  }

  @Test
  void parse_addressOptions_areRead() {
    ConnectionString read =
        ConnectionString.parse("h?interface=eth0.1&cidr=10.0.0.0/8&refresh=false");

    assertThat(read.self().networkInterface()).hasValue("eth0.1");
    assertThat(read.self().cidr()).isEqualTo(Cidr.parse("10.0.0.0/8"));
    assertThat(read.timing().refresh()).isEmpty();
  }

  @Test
  void parse_loginAsOptions_isRead() {
    ConnectionString read =
        ConnectionString.parse("https://h?password=a%26b%3Dc&user=me%40corp.example");

    assertThat(read.security().login().orElseThrow().user()).isEqualTo("me@corp.example");
    assertThat(read.security().login().orElseThrow().password().reveal()).isEqualTo("a&b=c");
    assertThat(
            ConnectionString.parse("https://h?user=me&passwordFile=/run/secrets/etcd")
                .security()
                .login()
                .orElseThrow()
                .password()
                .file())
        .hasValue(Path.of("/run/secrets/etcd"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "u:p@127.0.0.1",
        "u:p@localhost:1,127.9.9.9,[::1]:2",
        "u:p@[::ffff:127.0.0.1]",
        "https://u:p@10.0.0.1",
        "u:p@10.0.0.1?insecure=true",
        "127.0.0.1?user=u&password=p"
      })
  void parse_passwordThatStaysPrivate_isTaken(String text) {
    assertThat(ConnectionString.parse(text).security().login()).isPresent();
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:2379, http://127.0.0.1:2379",
    "'https://root:se%20cret@h1, [fd00::1]:2/a/b/?ttl=60s&timeout=1500ms&refresh=false',"
        + "'https://root:***@h1,[fd00::1]:2/a/b?ttl=1m&timeout=1500ms&refresh=false'",
    "https://h?user=a%26b&passwordFile=/p%20q&ca=c.pem,"
        + "https://h?ca=c.pem&user=a%26b&passwordFile=/p%20q",
    "h?user=a&password=hush&insecure=true&x-y=hush, http://a:***@h?insecure=true",
    "h?interface=eth0&cidr=fd00::/8&zone=%C3%BC,"
        + "http://h?zone=%C3%BC&interface=eth0&cidr=fd00::/8",
    "h?hostname=a.b, http://h?hostname=a.b",
  })
  void masked_isTheSameWithStars(String text, String masked) {
    ConnectionString read = ConnectionString.parse(text);

    assertThat(read.masked()).isEqualTo(masked);
    assertThat(read).hasToString(masked);
    assertThat(ConnectionString.parse(masked).masked()).isEqualTo(masked);
  }

  @Test
  void toString_ofNoPart_showsASecret() {
    ConnectionString read = ConnectionString.parse("https://root:s3cr3t@h");

    assertThat(read.toString() + read.security() + read.security().login())
        .doesNotContain("s3cr3t")
        .contains("***");
  }

  @Test
  void percent_anyText_comesBack() {
    long seed = System.currentTimeMillis();
    Random random = new Random(seed);
    for (int i = 0; i < 500; i++) {
      String password =
          random
              .ints(1 + random.nextInt(8), 0x20, random.nextBoolean() ? 0x7f : 0xd7ff)
              .filter(c -> !Character.isISOControl(c))
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .append('x')
              .toString();
      String encoded = Percent.encode(password, "");
      assertThat(encoded).as("seed %d", seed).matches("[A-Za-z0-9%]+");
      for (String text :
          List.of("https://u:" + encoded + "@h", "https://h?user=u&password=" + encoded)) {
        assertThat(ConnectionString.parse(text).security().login().map(l -> l.password().reveal()))
            .as("seed %d", seed)
            .isEqualTo(Optional.of(password));
      }
    }
  }

  @Test
  void parse_onlyWhatRefuses_isThrownForAnyText() {
    long seed = System.currentTimeMillis();
    Random random = new Random(seed);
    String alphabet = "ab1.:@/?&=,%[]- \u00fc+httpspassword";
    for (int i = 0; i < 5_000; i++) {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "https://u:p@h" : "");
      for (int n = random.nextInt(12); n >= 0; n--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      try {
        ConnectionString read = ConnectionString.parse(text.toString());
        assertThat(ConnectionString.parse(read.masked()).masked()).isEqualTo(read.masked());
      } catch (io.etcdregistry.RegistryException refused) {
        assertThat(refused)
            .as("%s, seed %d", text, seed)
            .hasMessageMatching("(?s)Connection string: .+ \\(expected: .+\\)");
      }
    }
  }
}
