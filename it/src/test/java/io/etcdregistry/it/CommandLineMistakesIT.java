package io.etcdregistry.it;

import com.google.gson.JsonParser;
import io.etcdregistry.it.harness.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The packaged command where there is no etcd, or nothing is asked of it. */
class CommandLineMistakesIT {
  private static final int USAGE = 2;
  private static final int UNREACHABLE = 4;

  /** What the command line's own tests hold to be wrong: what is said of it, then the arguments. */
  private static final Path MISTAKES =
      Path.of("../cli/src/test/resources/io/etcdregistry/cli/mistakes.jsonl");

  private static CommandRows rows() {
    return new CommandRows(Map.of());
  }

  @Test
  void mistakes_each_isOneLineAndCode2() throws IOException {
    CommandRows rows = rows();
    for (String line : Files.readAllLines(MISTAKES)) {
      List<String> words = new ArrayList<>();
      JsonParser.parseString(line).getAsJsonArray().forEach(word -> words.add(word.getAsString()));
      rows.fails(USAGE, words.get(0), words.subList(1, words.size()));
    }
    rows.check();
  }

  @Test
  void etcd_away_isCode4() {
    CommandRows rows = rows();
    String away = " -e 127.0.0.1:" + Ports.free() + "?timeout=5s";
    CommandLineContract.TALKATIVE.forEach(
        line -> rows.fails(UNREACHABLE, "connection refused", line + away));
    rows.ends(UNREACHABLE, "demo" + away).ends(1, "doctor" + away).check();
  }

  @Test
  void about_itself_isCode0() {
    rows()
        .ends(0, "help")
        .ends(0, "version")
        .ends(0, "completion bash")
        .ends(0, "completion zsh")
        .ends(0, "config show")
        .ends(0, "config show -o json")
        .goesOn(":", "INT", 130, "dev --port 0")
        .goesOn(":", "HUP", 129, "dev --port 0")
        .check();
  }
}
