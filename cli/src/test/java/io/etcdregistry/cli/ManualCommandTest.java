package io.etcdregistry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManualCommandTest {
  @TempDir Path folder;

  @Test
  void manual_pages_sayWhatHelpSays() throws IOException {
    TestConsole console = new TestConsole();
    assertThat(console.run("manual", folder.toString())).isZero();
    assertThat(console.out() + console.err()).isEmpty();
    String all = Files.readString(folder.resolve("etcd-registry.1"));
    assertThat(all).startsWith(".TH ETCD\\-REGISTRY 1\n").contains(".B doctor\n");
    assertThat(all).doesNotContain("manual\n", "%n", "%%");
    String join = Files.readString(folder.resolve("etcd-registry-join.1"));
    assertThat(join)
        .contains(".SH OPTIONS\n", ".B \\-w, \\-\\-wait DURATION\n", ".SH EXAMPLES\n.nf\n")
        .contains("  etcd\\-registry join orders \\-\\- node server.js\n")
        .doesNotContain("\\-\\-parent");
    assertThat(folder.resolve("etcd-registry-manual.1")).doesNotExist();
  }
}
