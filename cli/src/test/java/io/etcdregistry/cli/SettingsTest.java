package io.etcdregistry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
  @TempDir Path home;

  private Path file(String... lines) throws IOException {
    Path file = home.resolve("etcd-registry").resolve("config");
    Files.createDirectories(file.getParent());
    return Files.write(file, java.util.List.of(lines));
  }

  private Settings settings(String given, String... variables) {
    return new Settings(environment(variables), given);
  }

  private Map<String, String> environment(String... variables) {
    Map<String, String> environment = new HashMap<>();
    environment.put("XDG_CONFIG_HOME", home.toString());
    for (int i = 0; i < variables.length; i += 2) {
      environment.put(variables[i], variables[i + 1]);
    }
    return environment;
  }

  private static String origin(Settings settings, String name) {
    return settings.all().stream()
        .filter(setting -> setting.name().equals(name))
        .map(Settings.Setting::origin)
        .findFirst()
        .orElse("none");
  }

  @Test
  void etcd_order_isFlagEnvironmentFileDefault() throws IOException {
    assertThat(settings("").connection()).hasToString("127.0.0.1");
    assertThat(settings("").origin()).isEqualTo("default");
    Path file = file("# ours", "", "etcd = f/ns", " ttl=20s");
    assertThat(settings("").connection()).hasToString("f/ns?ttl=20s");
    assertThat(settings("").origin()).isEqualTo(file.toString());
    assertThat(settings("", "ETCDCTL_ENDPOINTS", "c").connection()).hasToString("c");
    assertThat(settings("", "ETCDCTL_ENDPOINTS", "c", "ETCD_REGISTRY", "r").origin())
        .isEqualTo("ETCD_REGISTRY");
    Settings given = settings("e?ttl=5s", "ETCD_REGISTRY", "r");
    assertThat(given.connection()).hasToString("e?ttl=5s");
    assertThat(origin(given, "ttl")).isEqualTo("-e");
    assertThat(origin(given, "timeout")).isEqualTo("default");
  }

  @Test
  void file_userOfItsEtcd_isNeverSentToAnother() throws IOException {
    Path file = file("etcd = https://f", "user = joe", "passwordFile = /run/p", "ca = /ca.pem");
    assertThat(settings("").connection())
        .hasToString("https://f?user=joe&passwordFile=%2Frun%2Fp&ca=%2Fca.pem");
    assertThat(origin(settings(""), "user")).isEqualTo(file.toString());
    assertThat(settings("https://elsewhere").connection()).hasToString("https://elsewhere");
  }

  @Test
  void file_withoutEtcd_fillsWhatIsOpen() throws IOException {
    file("user = joe", "passwordFile = /p", "ca = /ca.pem", "zone = eu");
    assertThat(settings("a?zone=us").connection())
        .hasToString("a?zone=us&user=joe&passwordFile=%2Fp");
    assertThat(settings("u:p@a").connection()).hasToString("u:p@a?zone=eu");
    assertThat(settings("a", "ETCD_REGISTRY_PASSWORD", "x y").connection())
        .hasToString("a?user=joe&password=x%20y&zone=eu");
  }

  @Test
  void file_files_areFoundFromWhereverACommandIsRun() throws IOException {
    Path folder = file("ca = tls/ca.pem", "passwordFile = ~/secret", "key = /etc/key").getParent();
    Settings found = settings("https://joe@a", "HOME", "/h/joe");
    assertThat(found.all())
        .extracting(Settings.Setting::value)
        .contains(folder.resolve("tls/ca.pem").toString(), "/h/joe/secret", "/etc/key");
  }

  @Test
  void password_environment_isForAUserWithoutOne() {
    assertThat(settings("joe@a/ns", "ETCD_REGISTRY_PASSWORD", "p@").connection())
        .hasToString("a/ns?user=joe&password=p%40");
    assertThat(settings("a", "ETCD_REGISTRY_PASSWORD", "p").connection()).hasToString("a");
    assertThat(settings("u:q@a", "ETCD_REGISTRY_PASSWORD", "p").connection()).hasToString("u:q@a");
    Settings etcdctl = settings("a", "ETCDCTL_USER", "root", "ETCDCTL_PASSWORD", "p");
    assertThat(origin(etcdctl, "password")).isEqualTo("ETCDCTL_PASSWORD");
  }

  @Test
  void show_secrets_areMasked() {
    for (String given :
        new String[] {"u:geheim@127.0.0.1/prod", "127.0.0.1/prod?user=u&password=geheim"}) {
      TestConsole console = new TestConsole(environment(), false, "");
      assertThat(console.run("config", "show", "-e", given)).isZero();
      assertThat(console.out()).contains("***", "prod", "-e").doesNotContain("geheim");
      TestConsole json = new TestConsole(environment(), false, "");
      assertThat(json.run("config", "show", "-o", "json", "-e", given)).isZero();
      assertThat(json.out())
          .contains("\"user\":{\"value\":\"u\",\"from\":\"-e\"}")
          .doesNotContain("geheim");
    }
  }

  @Test
  void show_table_saysWhereEachComesFrom() {
    TestConsole console =
        new TestConsole(environment("ETCD_REGISTRY", "joe@127.0.0.1/prod?ttl=20s"), false, "");
    assertThat(console.run("config", "show")).isZero();
    assertThat(console.out())
        .isEqualTo(
            """
            NAME        VALUE                             FROM
            etcd        127.0.0.1/prod?ttl=20s&user=joe   ETCD_REGISTRY
            namespace   prod                              ETCD_REGISTRY
            ttl         20s                               ETCD_REGISTRY
            user        joe                               ETCD_REGISTRY
            timeout     5s                                default
            refresh     5m                                default
            """);
    assertThat(console.err()).contains("there is no file");
  }

  @ParameterizedTest
  @CsvSource({
    "ttl, 'line 1: no = in it'",
    "frob = 1, 'expected: etcd, user'",
    "password = geheim, passwordFile",
    "ttl =, without a value",
    "ttl = 10x, ttl",
    "'ca = a\0b', 'ca: no name of a file'",
    "etcd = http://a:b:c, config: "
  })
  void file_wrong_isOneSentenceAndCode2(String line, String part) throws IOException {
    file(line);
    TestConsole console = new TestConsole(environment(), false, "");
    assertThat(console.run("list")).isEqualTo(2);
    assertThat(console.err()).contains(part).doesNotContain("geheim").hasLineCount(1);
  }
}
