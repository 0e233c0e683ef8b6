package io.etcdregistry.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.Instance;
import io.etcdregistry.Registry;
import io.etcdregistry.internal.etcd.GrpcAdmin;
import io.etcdregistry.it.PackagedCommand.Result;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Every command of the packaged command line in every form, and with every code it can end with.
 */
abstract class CommandLineContract {
  private static final String SLOW = "?timeout=60s";

  /** Whatever talks to etcd, so that it fails if that cannot be done. */
  static final List<String> TALKATIVE =
      List.of(
          "list",
          "list --watch",
          "lookup orders",
          "watch",
          "wait orders --timeout 1s",
          "join orders -p 1",
          "leave orders",
          "drain orders",
          "disable orders",
          "undrain orders");

  private static final String SOLO_TABLE =
      """
      NAME   ID   HOST            STATUS   ZONE   VERSION   WEIGHT
      solo   s1   10.0.0.1:8080   up       eu     1.4.2     1
      """;

  private static final String SOLO_YAML =
      """
      name: solo
      version: "1.4.2"
      zone: eu
      port: 8080
      hostname: "10.0.0.1"
      host: "10.0.0.1:8080"
      url: http://10.0.0.1:8080
      """;

  private Registry services;
  private String connection;
  private Instance solo;
  private Instance one;
  private Instance two;

  /** Where an etcd is that anybody may use. */
  abstract String open();

  /** Where an etcd is that wants a user. */
  abstract String guarded();

  @BeforeEach
  void start() {
    // the tests of a class share an etcd, and each has its own namespace in it
    connection = open() + "/n" + System.nanoTime() + SLOW;
    services = Registry.connect(connection + "&hostname=10.0.0.1&ttl=600s");
    solo = join(Instance.named("solo").version("1.4.2").zone("eu").id("s1").port(8080));
    one = join(Instance.named("pair").id("p1").port(81).hostname("a.b"));
    two = join(Instance.named("pair").id("p2").port(82).hostname("a.b").weight(2.5));
  }

  private Instance join(Instance.Builder instance) {
    Instance joined = services.join(instance).instance();
    return services.list(joined.name()).stream()
        .filter(now -> now.id().equals(joined.id()))
        .findFirst()
        .orElseThrow();
  }

  @AfterEach
  void stop() {
    services.close();
  }

  private CommandRows rows() {
    return new CommandRows(Map.of("ETCD_REGISTRY", connection));
  }

  private static String meta(Instance of) {
    return "{\"key\":\"%s\",\"revision\":%d,\"lease\":\"%x\",\"instance\":%s}"
        .formatted(of.key(), of.revision(), of.lease(), of.json());
  }

  private static String metaYaml(Instance of, String document) {
    String lease = Long.toHexString(of.lease());
    boolean word = Character.isLetter(lease.charAt(0)); // which no parser takes for a number
    return "key: %s\nrevision: %d\nlease: %s\ninstance:\n%s"
        .formatted(of.key(), of.revision(), word ? lease : '"' + lease + '"', document.indent(2));
  }

  /** As an element of a list. */
  private static String item(String yaml) {
    return "- " + yaml.indent(2).substring(2);
  }

  /** A table of one record with what only the wide one has; a lease has 15 digits, or 16. */
  private static String wide(String table, Instance of) {
    List<String> lines = table.lines().toList();
    String lease = Long.toHexString(of.lease());
    String key = of.key();
    String row =
        "%%-%ds   %%-4s   %%-%ds   %%-8s   %%-%ds   %%s\n"
            .formatted(lines.get(0).length(), lease.length(), key.length());
    return row.formatted(lines.get(0), "TTL", "LEASE", "REVISION", "KEY", "OVERRIDE")
        + row.formatted(lines.get(1), "600s", lease, of.revision(), key, "<none>");
  }

  @Test
  void lookup_everyForm_isTheRecord() {
    rows()
        .prints(solo.json() + "\n", "lookup solo")
        .prints(solo.json() + "\n", "lookup solo -o json")
        .prints(solo.json() + "\n", "lookup solo -o jsonl")
        .prints(SOLO_YAML, "lookup solo -o yaml")
        .prints(SOLO_TABLE, "lookup solo -o table")
        .prints(wide(SOLO_TABLE, solo), "lookup solo -o wide")
        .prints("solo\n", "lookup solo -o name")
        .prints("http://10.0.0.1:8080\n", "lookup solo -o url")
        .prints("10.0.0.1:8080\n", "lookup solo -o hostport")
        .prints("solo\ts1\t10.0.0.1:8080\tup\teu\t1.4.2\t1\n", "lookup solo -o table --no-headers")
        .prints(meta(solo) + "\n", "lookup solo --meta")
        .prints(meta(solo) + "\n", "lookup solo -o jsonl --meta")
        .prints(metaYaml(solo, SOLO_YAML), "lookup solo -o yaml --meta")
        .check();
  }

  @Test
  void list_everyForm_isTheRecords() {
    String array = "[\n%s,\n%s\n]\n";
    String lines = "%s\n%s\n";
    rows()
        .prints(array.formatted(one.json(), two.json()), "list pair")
        .prints(lines.formatted(one.json(), two.json()), "list pair -o jsonl")
        .prints(item(yaml("81", "")) + item(yaml("82", "weight: 2.5\n")), "list pair -o yaml")
        .prints(
            """
            NAME   ID   HOST     STATUS   ZONE     VERSION   WEIGHT
            pair   p1   a.b:81   up       <none>   <none>    1
            pair   p2   a.b:82   up       <none>   <none>    2.5
            """,
            "list pair -o table")
        .prints(wide(SOLO_TABLE, solo), "list -l zone=eu -o wide")
        .prints("pair\nsolo\n", "list -o name")
        .prints("http://a.b:81\nhttp://a.b:82\n", "list pair -o url")
        .prints("a.b:81\na.b:82\n", "list pair -o hostport")
        .prints(array.formatted(meta(one), meta(two)), "list pair -o json --meta")
        .prints(lines.formatted(meta(one), meta(two)), "list pair -o jsonl --meta")
        .prints(item(metaYaml(solo, SOLO_YAML)), "list solo -o yaml --meta")
        .prints("[]\n", "list nobody")
        .prints("[]\n", "list nobody -o yaml")
        .prints("", "list nobody -o url")
        .says("no instances", "list nobody -o table")
        .check();
  }

  private static String yaml(String port, String more) {
    return """
    name: pair
    port: %s
    hostname: a.b
    %shost: a.b:%s
    url: http://a.b:%s
    """
        .formatted(port, more, port, port);
  }

  @Test
  void wait_everyForm_isWhoIsUp() {
    rows()
        .prints("", "wait pair --count 2")
        .prints("[\n" + solo.json() + "\n]\n", "wait solo -o json")
        .prints(solo.json() + "\n", "wait solo -o jsonl")
        .prints(wide(SOLO_TABLE, solo), "wait solo -o wide")
        .prints("10.0.0.1:8080\n", "wait solo -o hostport")
        .fails(6, "1 of 2", "wait solo --count 2 --timeout 500ms")
        .fails(6, "solo", "wait solo -l zone=us --timeout 500ms")
        .goesOn("", "INT", 130, "wait nobody -v")
        .check();
  }

  @Test
  void watch_everyForm_isTheStateAndSync() {
    String joined =
        "{\"type\":\"joined\",\"revision\":%d,\"service\":\"solo\",".formatted(solo.revision());
    String sync = "{\"type\":\"sync\",\"revision\":R,\"service\":\"solo\"}\n";
    String lines = joined + "\"instance\":" + solo.json() + "}\n" + sync;
    String yaml =
        "---\ntype: joined\nrevision: %d\nservice: solo\ninstance:\n%s---\ntype: sync\nrevision: R\nservice: solo\n"
            .formatted(solo.revision(), SOLO_YAML.indent(2));
    String table = "EVENT    NAME" + SOLO_TABLE.substring(4).replace("\nsolo", "\njoined   solo");
    rows()
        .printsAndGoesOn(lines, "sync", "watch solo -o jsonl")
        .printsAndGoesOn(lines, "sync", "watch solo -o json")
        .printsAndGoesOn(lines, "sync", "watch solo")
        .printsAndGoesOn(yaml, "sync", "watch solo -o yaml")
        .printsAndGoesOn(table, "joined", "watch solo -o table")
        .printsAndGoesOn(lines, "sync", "list solo --watch")
        .printsAndGoesOn(table, "joined", "list solo --watch -o table")
        .goesOn("sync", "INT", 130, "watch")
        .goesOn("sync", "HUP", 129, "watch")
        .check();
  }

  @Test
  void codes_ofReading() {
    join(Instance.named("broken").port(1).status(Instance.Status.DOWN));
    join(Instance.named("my-service-name").port(2));
    rows()
        .fails(3, "no instance of 'nobody'", "lookup nobody")
        .fails(3, "no instance of 'broken' is up: 1 down", "lookup broken")
        .fails(6, "broken", "wait broken --timeout 500ms")
        .ends(1, "doctor")
        .ends(1, "doctor -o json")
        .ends(0, "doctor --no-connect")
        .ends(1, "demo -e " + connection)
        .check();
  }

  @Test
  void codes_ofJoining() {
    rows()
        .goesOn("}", "INT", 130, "join a -p 1")
        .goesOn("}", "HUP", 129, "join b -p 1 -w 60s -s 60s")
        .goesOn("}", "TERM", 143, "join c -p 1 -w 0 -s 0")
        .ends(0, "join d --check none -- true")
        .ends(1, "join e --check none -- false")
        .fails(127, "/nowhere", "join f -- /nowhere")
        .fails(126, "/dev/null", "join g -- /dev/null")
        .fails(6, "was not ready", "join h --ready-timeout 500ms -s 0 -- sleep 600")
        .fails(6, "was not ready", "join i -p 1 --check tcp --ready-timeout 500ms")
        .check();
    assertThat(services.list()).hasSize(3);
  }

  @Test
  void join_failOnLoss_isCode7() {
    try (PackagedCommand held =
        PackagedCommand.start(
            Map.of("ETCD_REGISTRY", connection),
            "join",
            "lost",
            "-p",
            "1",
            "--hostname",
            "h",
            "--fail-on-loss")) {
      held.awaitOut("}");
      join(Instance.named("lost").port(1).hostname("h").zone("eu"));
      Result result = held.await();
      assertThat(result.code()).isEqualTo(7);
      assertThat(result.err()).contains("etcd-registry join: the registration was lost");
    }
  }

  /** One after the other: each changes what the next finds. */
  @Test
  void codes_ofChangingByHand() {
    write("bad/u", "{\"name\":\"bad\",\"url\":\"-o/etc/passwd\"}");
    changes(
        rows ->
            rows.fails(2, "2 instances", "leave pair")
                .fails(2, "2 instances", "drain pair")
                .fails(2, "2 instances", "disable pair")
                .fails(3, "with the ID 'x'", "leave pair x")
                .fails(3, "no instance of 'nobody'", "leave nobody")
                .fails(3, "no instance of 'nobody'", "drain nobody")
                .fails(3, "no instance of 'nobody'", "disable nobody")
                .fails(3, "no override of 'solo'", "undrain solo")
                .says("no instance of 'nobody'", "leave nobody --all")
                .says("no instance of 'nobody'", "drain nobody --all")
                .says("no override of 'solo'", "undrain solo --all")
                .fails(1, "no absolute URI", "lookup bad -o url")
                .fails(1, "no host", "lookup bad -o hostport")
                .says("no absolute URI", "list bad -o url")
                .says("no host", "list bad -o hostport"));
    changes(
        rows ->
            rows.prints("solo/s1 is draining for 10m\n", "drain solo --for 10m")
                .prints("removed " + prefix() + "bad/u\n", "leave bad")
                .ends(1, "leave pair --all"));
    changes(rows -> rows.prints("solo\n", "lookup solo -o name"));
    changes(rows -> rows.prints("solo/s1 is as it says itself\n", "undrain solo s"));
    changes(rows -> rows.prints("solo/s1 is down\n", "disable solo s1"));
    changes(rows -> rows.fails(3, "is up: 1 down", "lookup solo"));
    assertThat(services.list("pair")).hasSize(2);
  }

  private void changes(Consumer<CommandRows> some) {
    CommandRows rows = rows();
    some.accept(rows);
    rows.check();
  }

  private String prefix() {
    return solo.key().replace("solo/s1", "");
  }

  /** A record that no client of ours would join. */
  private void write(String key, String value) {
    try (GrpcAdmin admin = new GrpcAdmin(open())) {
      admin.put(prefix() + key, value.getBytes(UTF_8), 0);
    }
  }

  @Test
  void etcd_unwilling_isCode5() {
    CommandRows rows = rows();
    String unknown = " -e " + guarded() + SLOW;
    TALKATIVE.forEach(line -> rows.fails(5, "user name is empty", line + unknown));
    rows.ends(5, "demo" + unknown).ends(1, "doctor" + unknown).check();
  }
}
