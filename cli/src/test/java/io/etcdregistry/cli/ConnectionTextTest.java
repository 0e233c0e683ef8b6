package io.etcdregistry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "http://a:1,b:2/ns/x?ttl=5s&user=u&password=p",
        "https://u:p%40@a,https://b:2379/ns",
        "u:p@a?",
        "a?&x=1&&",
        "[::1]:2379/ns?x",
        "a, b/ns",
        "u:p?x@a",
        "http://",
        "?",
        ""
      })
  void parse_anything_rendersAsItWas(String text) {
    assertThat(ConnectionText.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @CsvSource({
    "https://u:p@a/ns?ttl=5s, https://a/ns?ttl=5s&user=u, https://a/ns?ttl=5s",
    "a?user=u&password=p&x=1, a?user=u&x=1, a?x=1",
    "a, a, a",
  })
  void withoutPassword_secrets_areGone(String text, String noPassword, String noCredentials) {
    ConnectionText connection = ConnectionText.parse(text);
    assertThat(connection.withoutPassword()).hasToString(noPassword);
    assertThat(connection.withoutCredentials()).hasToString(noCredentials);
  }

  @Test
  void encodedPassword_eitherPlace_isFound() {
    assertThat(ConnectionText.parse("u:p%2F@a").encodedPassword()).isEqualTo("p%2F");
    assertThat(ConnectionText.parse("a?password=q").encodedPassword()).isEqualTo("q");
    assertThat(ConnectionText.parse("a").encodedPassword()).isEmpty();
  }

  @Test
  void with_value_isEncoded() {
    assertThat(ConnectionText.parse("a").with("ca", "/my dir/+&ü"))
        .hasToString("a?ca=%2Fmy%20dir%2F%2B%26%C3%BC");
  }

  private static String completed(String given, Map<String, String> environment) {
    EtcdctlVariables etcdctl = new EtcdctlVariables(environment);
    return etcdctl
        .complete(ConnectionText.parse(given.isEmpty() ? etcdctl.endpoints() : given))
        .toString();
  }

  @Test
  void etcdctl_endpoints_becomeHosts() {
    assertThat(completed("", Map.of("ETCDCTL_ENDPOINTS", "http://a:1/, http://b:2,")))
        .isEqualTo("http://a:1,http://b:2");
    assertThat(completed("", Map.of("ETCDCTL_ENDPOINTS", "a:1,b:2", "ETCDCTL_CACERT", "ca.pem")))
        .isEqualTo("https://a:1,b:2?ca=ca.pem");
    assertThat(new EtcdctlVariables(Map.of("ETCDCTL_CACERT", "x")).endpoints()).isEmpty();
  }

  @Test
  void etcdctl_user_fillsWhatIsOpen() {
    assertThat(completed("a", Map.of("ETCDCTL_USER", "root:p:q")))
        .isEqualTo("a?user=root&password=p%3Aq");
    assertThat(completed("a", Map.of("ETCDCTL_USER", "root", "ETCDCTL_PASSWORD", "p")))
        .isEqualTo("a?user=root&password=p");
    assertThat(completed("u:p@a", Map.of("ETCDCTL_USER", "root:x"))).isEqualTo("u:p@a");
    assertThat(completed("a", Map.of("ETCDCTL_USER", "root"))).isEqualTo("a?user=root");
  }

  @Test
  void etcdctl_files_onlyWithTlsAndNeverMixed() {
    Map<String, String> files =
        Map.of("ETCDCTL_CACERT", "ca", "ETCDCTL_CERT", "c", "ETCDCTL_KEY", "k");
    assertThat(completed("http://a", files)).isEqualTo("http://a");
    assertThat(completed("https://a", files)).isEqualTo("https://a?ca=ca&cert=c&key=k");
    assertThat(completed("https://a?cert=x&key=y&ca=z", files))
        .isEqualTo("https://a?cert=x&key=y&ca=z");
  }
}
