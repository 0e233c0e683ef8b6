package io.etcdregistry.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcdregistry.Instance;
import io.etcdregistry.StoredInstances;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordPrinterTest {
  private static final String ID = "5f0c2d3e4b5a69788796a5b4c3d2e1f00f1e2d3c";

  private static final String PLAIN =
      "{\"name\":\"orders\",\"port\":8080,\"hostname\":\"10.0.0.1\",\"host\":\"10.0.0.1:8080\","
          + "\"url\":\"http://10.0.0.1:8080\"}";

  private static final Instance ORDERS =
      StoredInstances.of("services/orders/" + ID, PLAIN, 12, 0x694d8c1fab23ac1L);

  private static final Instance ODD =
      StoredInstances.of(
          "services/odd/a",
          "{ \"name\" : \"odd\",\n  \"n\": 1.50e400, \"status\":\"draining\", \"version\":\"1\\u001b[2J\","
              + " \"zone\":\"\u202e\", \"url\":\"-o/etc/passwd\", \"host\":\"h\\nx\" }",
          13,
          0);

  private static String print(
      boolean terminal, OutputFormat format, boolean meta, Instance... all) {
    TestConsole console = new TestConsole(Map.of("NO_COLOR", "1"), terminal, "");
    OutputOptions options = new OutputOptions();
    options.chosen = format;
    options.meta = meta;
    new RecordPrinter(console.console(), options).all(List.of(all));
    return console.out();
  }

  @Test
  void all_json_isEachDocumentByteForByte() {
    assertThat(print(false, OutputFormat.JSON, false, ORDERS, ODD))
        .isEqualTo("[\n" + PLAIN + ",\n" + ODD.json() + "\n]\n");
    assertThat(print(false, OutputFormat.JSON, false)).isEqualTo("[]\n");
  }

  @Test
  void all_jsonOnTerminal_isTheSameValueWithEscapes() {
    assertThat(print(true, OutputFormat.JSON, false, ODD))
        .doesNotContain("\u202e")
        .contains("\"zone\":\"\\u202e\"");
  }

  @Test
  void all_jsonl_isALineEach() {
    assertThat(print(false, OutputFormat.JSONL, false, ORDERS, ODD).lines())
        .containsExactly(PLAIN, ODD.json().replace('\n', ' '));
  }

  @Test
  void all_meta_wrapsTheDocument() {
    assertThat(print(false, OutputFormat.JSONL, true, ORDERS))
        .isEqualTo(
            "{\"key\":\"services/orders/"
                + ID
                + "\",\"revision\":12,\"lease\":\"694d8c1fab23ac1\",\"instance\":"
                + PLAIN
                + "}\n");
  }

  @Test
  void all_table_isAlignedAndEscaped() {
    assertThat(print(true, OutputFormat.TABLE, false, ORDERS, ODD))
        .isEqualTo(
            """
            NAME     ID             HOST            STATUS     ZONE     VERSION      WEIGHT
            orders   5f0c2d3e4b5a   10.0.0.1:8080   up         <none>   <none>       1
            odd      a              h\\nx            draining   \\u202e   1\\u001b[2J   1
            """);
  }

  @Test
  void all_wide_hasEverything() {
    assertThat(print(false, OutputFormat.WIDE, false, ORDERS).lines().skip(1))
        .singleElement()
        .asString()
        .contains(ID, "10.0.0.1:8080", "694d8c1fab23ac1", "12", "1");
  }

  @Test
  void all_noHeaders_isTabSeparated() {
    TestConsole console = new TestConsole();
    OutputOptions options = new OutputOptions();
    options.chosen = OutputFormat.TABLE;
    options.noHeaders = true;
    new RecordPrinter(console.console(), options).all(List.of(ORDERS));
    assertThat(console.out())
        .isEqualTo("orders\t5f0c2d3e4b5a\t10.0.0.1:8080\tup\t<none>\t<none>\t1\n");
  }

  @Test
  void all_color_onlyOnATerminalThatWantsIt() {
    TestConsole console = new TestConsole(Map.of(), true, "");
    new RecordPrinter(console.console(), new OutputOptions()).all(List.of(ODD));
    assertThat(console.out()).contains("\u001b[33mdraining\u001b[0m");
    assertThat(print(true, OutputFormat.TABLE, false, ODD)).doesNotContain("\u001b");
  }

  @Test
  void all_lines_areEscapedAndUnusableUrlsSkipped() {
    assertThat(print(false, OutputFormat.NAME, false, ORDERS, ODD, ORDERS))
        .isEqualTo("orders\nodd\n");
    assertThat(print(false, OutputFormat.URL, false, ORDERS, ODD))
        .isEqualTo("http://10.0.0.1:8080\n");
    assertThat(print(false, OutputFormat.HOSTPORT, false, ORDERS, ODD))
        .isEqualTo("10.0.0.1:8080\nh\\nx\n");
  }

  @Test
  void one_yaml_isAMapping() {
    TestConsole console = new TestConsole();
    OutputOptions options = new OutputOptions();
    options.chosen = OutputFormat.YAML;
    new RecordPrinter(console.console(), options).one(ORDERS);
    assertThat(console.out())
        .isEqualTo(
            """
            name: orders
            port: 8080
            hostname: "10.0.0.1"
            host: "10.0.0.1:8080"
            url: http://10.0.0.1:8080
            """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-o/etc/passwd", "orders", "/x", "http://a b", "http://h/\\u202e"})
  void one_urlThatIsNoAbsoluteUri_isRefused(String url) {
    TestConsole console = new TestConsole();
    OutputOptions options = new OutputOptions();
    options.chosen = OutputFormat.URL;
    Instance instance =
        StoredInstances.of("services/a/b", "{\"name\":\"a\",\"url\":\"" + url + "\"}", 1, 0);
    assertThatThrownBy(() -> new RecordPrinter(console.console(), options).one(instance))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("services/a/b");
    assertThat(console.out()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = OutputFormat.class,
      names = {"JSON", "JSONL"},
      mode = EnumSource.Mode.EXCLUDE)
  void all_anyFormButJson_showsNoControlCharacter(OutputFormat format) {
    assertThat(print(false, format, true, ODD)).matches("[^\\p{Cc}\\p{Cf}&&[^\\n\\t]]*");
  }
}
