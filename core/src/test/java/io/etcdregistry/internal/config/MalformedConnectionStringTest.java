package io.etcdregistry.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcdregistry.RegistryException;
import io.etcdregistry.RegistryException.Reason;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MalformedConnectionStringTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // the string
        "``|empty",
        "` `|empty",
        "ho\u0007st|the control character U+0007 at position 3",
        // protocols
        "ftp://h|protocol: \"ftp\" (expected: http or https)",
        "h1,https://h2|protocol: https for host 2 after http",
        "https://h1,http://h2|protocol: http for host 2 after https",
        "h1,gopher://h2|protocol: \"gopher\"",
        "u:p@https://h|protocol: after the user",
        "http://|host 1: empty",
        // hosts
        "h1,,h2|host 2: empty (expected: host[:port], separated by single commas)",
        "h1,|host 2: empty",
        ",h1|host 1: empty",
        "/ns|host 1: empty",
        ":2379|host 1: only a port",
        "h1 ,h2|host 1: the character \" \"",
        "b\u00fccher|host 1: the character \"\u00fc\"",
        "h#1|host 1: the character \"#\"",
        "2379|host 1: a number that is no IPv4 address (expected: host[:port], such as 127.0.0.1:2379)",
        "256.0.0.1|host 1: a number that is no IPv4 address",
        "10.0.0.1.2|host 1: a number that is no IPv4 address",
        "::1|host 1: more than one : (expected: an IPv6 address in brackets, such as [fd00::1]:2379)",
        "h:1:2|host 1: more than one :",
        "[::1|host 1: no IPv6 address in [ ]",
        "[10.0.0.1]|host 1: no IPv6 address in [ ]",
        "[fe80::1%eth0]|host 1: no IPv6 address in [ ] (expected: one without a zone",
        "[::1]2379|port of host 1: no port",
        "h:|port of host 1: nothing (expected: 1 to 65535, or no colon for 2379)",
        "h:0|port of host 1: 0 (expected: 1 to 65535",
        "h1,h2:65536|port of host 2: 65536",
        "h:http|port of host 1: no port",
        "h:-1|port of host 1: no port",
        // user and password
        "user@h|user: without a password",
        "user:@h|user and password: one of them is empty",
        ":p@h|user and password: one of them is empty",
        "u:p@ss@h|user and password: more than one raw @ (expected: %40",
        "u:p/ss@h|user and password: a raw / (expected: %2F",
        "u:p,ss@h|user and password: a raw , (expected: %2C",
        "u:p?ss@h|a raw @ after the ? (expected: %40 for an @, and in a password %3F for a ?)",
        "h1,u:p@h2|user and password: a raw ,",
        "u:p%4@h|password: a % that begins no escape of UTF-8 text (expected: %25 for a %)",
        "u:p%zz@h|password: a % that begins no escape",
        "u:p%ff@h|password: a % that begins no escape of UTF-8",
        "u%:p@h|user: a % that begins no escape",
        "u:p@10.0.0.1|password: it would go to 10.0.0.1 in the clear (expected: https, a loopback host, or insecure=true",
        "u:p@127.0.0.1,h2|password: it would go to h2 in the clear",
        "h?user=u&password=p|password: it would go to h in the clear",
        "u:p@h?user=u|user and password: before the host and as options",
        "u:p@h?passwordFile=f|user and password: before the host and as options",
        "h?password=p|password: without user",
        "h?passwordFile=p|passwordFile: without user",
        "h?user=u|user: with no password",
        "h?user=u&password=p&passwordFile=f|user: with password and passwordFile",
        // namespace
        "h//a|namespace: an empty segment (expected: segments joined by single /)",
        "h/a//b|namespace: an empty segment",
        "h//|namespace: an empty segment",
        "h/a b|namespace: the character \" \" (expected: only A-Z a-z 0-9 . _ - between /)",
        "h/a%2Fb|namespace: the character \"/\"",
        "h/%C3%BC|namespace: the character \"\u00fc\"",
        "h/a%|namespace: a % that begins no escape",
        "h1/a,h2|host 1: a / after it (expected: the namespace once, after the last host)",
        // what is gone
        "https://discovery.etcd.io/3e86b59982e49066c5d813af1c2e2579cbf573de|a discovery.etcd.io token",
        "discovery.etcd.io:443|a discovery.etcd.io token: that service has ended and is not asked",
        "h?discovery=x|option discovery (expected: none: discovery.etcd.io has ended",
        "h/v2/keys/services|namespace: v2/keys, the v2 API, which is not spoken",
        "h?v2=true|option v2 (expected: none: the v2 API is not spoken",
        "h?cache=false|option cache (expected: none: lookups are always answered from memory",
        // options
        "h?|option number 1: empty",
        "h?ttl=5s&|option number 2: empty",
        "h?ttl=5s&&zone=a|option number 2: empty",
        "h?ttl|option number 1: without =",
        "h?=5s|option number 1: unknown",
        "h?ttl=|option ttl: no value",
        "h?tll=5s|option tll: unknown (expected: one of ttl, timeout, refresh, ca, cert, key, user,",
        "h?TTL=5s|option TTL: unknown",
        "h?ttl=5s&ttl=5s|option ttl: given twice",
        "h?zone=%|option zone: a % that begins no escape",
        "h?zone=a%00|option zone: a control character",
        "h?ttl=10|ttl: \"10\", which has no unit (expected: 10s for seconds or 10ms for milliseconds)",
        "h?timeout=5000|timeout: \"5000\", which has no unit (expected: 5000s for seconds or 5000ms",
        "h?ttl=ten|ttl: \"ten\" (expected: a whole number with its unit, such as 500ms, 10s or 2m)",
        "h?ttl=1.5s|ttl: \"1.5s\" (expected: a whole number",
        "h?ttl=-5s|ttl: \"-5s\" (expected: a whole number",
        "h?ttl=99999999999s|ttl: \"99999999999s\" (expected: a whole number",
        "h?ttl=0s|ttl: 0s (expected: whole seconds from 1s to 24h)",
        "h?ttl=500ms|ttl: 500ms (expected: whole seconds from 1s to 24h)",
        "h?ttl=1500ms|ttl: 1500ms (expected: whole seconds",
        "h?ttl=25h|ttl: 25h (expected: whole seconds",
        "h?timeout=99ms|timeout: 99ms (expected: from 100ms to 10m)",
        "h?refresh=maybe|refresh: \"maybe\" (expected: true, false or a whole number with its unit",
        "h?refresh=0s|refresh: 0s (expected: true, false or from 1s to 24h)",
        "h?ca=ca.pem|ca: without https (expected: https:// before the hosts)",
        "https://h?cert=c.pem|cert: without key (expected: both or neither)",
        "https://h?key=k.pem|key: without cert",
        "h?insecure=yes|insecure: \"yes\" (expected: true or false)",
        "h?hostname=a%20b|hostname: \"a b\" (expected: a DNS name",
        "h?hostname=fe80::1%25eth0|hostname: \"fe80::1%eth0\"",
        "h?interface=a%20b|interface: \"a b\" (expected: its name, such as eth0)",
        "h?cidr=10.0.0.0|cidr: \"10.0.0.0\" (expected: such as 10.0.0.0/8 or fd00::/8)",
        "h?cidr=10.0.0.0/33|cidr: \"10.0.0.0/33\"",
        "h?cidr=host/8|cidr: \"host/8\"",
        "h?hostname=a&cidr=10.0.0.0/8|hostname: together with cidr",
        "h?hostname=a&interface=eth0|hostname: together with interface",
      })
  void parse_malformed_saysWhatAndWhatInstead(String text, String message) {
    assertThatThrownBy(() -> ConnectionString.parse(text))
        .hasMessageStartingWith("Connection string: " + message)
        .hasMessageMatching(".+ \\(expected: .+\\)")
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "root:hunter2",
        "https://root:hunter2",
        "root:hunter2/ns",
        "root:hunter2:hunter2",
        "root:hunter2@",
        "root:hunter2@h:x",
        "root:hunter2@hunter2@h",
        "root:x/hunter2@h",
        "root:x?hunter2@h",
        "root:x?hunter2=1@h",
        "root:x,hunter2@h",
        "root:x%hunter2@h",
        "root:hunter2@h",
        "root:hunter2@h?user=a",
        "h?password=hunter2",
        "h?user=u&password=hunter2",
        "h?user=u&password=a&hunter2",
        "h?user=u&password=a&hunter2=1",
        "h?user=u&password=hunter2&password=hunter2",
        "h?user=u&password=%hunter2",
        "h?user=u&password=%00hunter2",
        "h?user=u&passwort=hunter2"
      })
  void parse_malformed_neverQuotesAPassword(String text) {
    assertThatThrownBy(() -> ConnectionString.parse(text))
        .isInstanceOf(RegistryException.class)
        .hasMessageNotContaining("hunter2")
        .hasNoCause();
  }

  @ParameterizedTest
  @ValueSource(ints = {8193, 100_000})
  void parse_endless_isRefused(int length) {
    assertThatThrownBy(() -> ConnectionString.parse("h".repeat(length)))
        .hasMessage("Connection string: " + length + " characters (expected: at most 8192)");
  }
}
