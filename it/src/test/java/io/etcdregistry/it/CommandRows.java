package io.etcdregistry.it;

import io.etcdregistry.it.PackagedCommand.Result;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.SoftAssertions;

/**
 * A table of command lines and of what each is to do. They run as processes, some at a time, and
 * all that are wrong are told together.
 */
final class CommandRows {
  private static final int AT_A_TIME = 3;

  private final Map<String, String> environment;
  private final List<Row> rows = new ArrayList<>();

  /**
   * @param end what ends a command that goes on, and when
   * @param out what it prints, if that is known to the letter
   * @param err what it says besides, in one line; empty for nothing
   */
  private record Row(
      List<String> arguments, Optional<End> end, int code, Optional<String> out, String err) {
    String line() {
      return String.join(" ", arguments);
    }

    boolean failed() {
      return code != 0 && end.isEmpty();
    }
  }

  /** A signal, once the output holds some text. */
  private record End(String after, String signal) {}

  /**
   * @param environment of the commands, beside this process's own
   */
  CommandRows(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  private static List<String> words(String line) {
    return line.isEmpty() ? List.of() : List.of(line.split(" "));
  }

  private CommandRows add(Row row) {
    rows.add(row);
    return this;
  }

  /** It succeeds, prints this and says nothing. */
  CommandRows prints(String out, String line) {
    return add(new Row(words(line), Optional.empty(), 0, Optional.of(out), ""));
  }

  /** It succeeds, prints nothing and says this. */
  CommandRows says(String err, String line) {
    return add(new Row(words(line), Optional.empty(), 0, Optional.of(""), err));
  }

  /** It fails, prints nothing and says why in one line. */
  CommandRows fails(int code, String why, String line) {
    return fails(code, why, words(line));
  }

  CommandRows fails(int code, String why, List<String> arguments) {
    return add(new Row(List.copyOf(arguments), Optional.empty(), code, Optional.of(""), why));
  }

  /** It ends so, whatever it prints. */
  CommandRows ends(int code, String line) {
    return add(new Row(words(line), Optional.empty(), code, Optional.empty(), ""));
  }

  /** It prints this and goes on, until SIGTERM. */
  CommandRows printsAndGoesOn(String out, String after, String line) {
    return add(
        new Row(words(line), Optional.of(new End(after, "TERM")), 143, Optional.of(out), ""));
  }

  /** It goes on until this signal. */
  CommandRows goesOn(String after, String signal, int code, String line) {
    return add(
        new Row(words(line), Optional.of(new End(after, signal)), code, Optional.empty(), ""));
  }

  /** Runs all. */
  void check() {
    ExecutorService pool = Executors.newFixedThreadPool(AT_A_TIME);
    try {
      Map<Row, Future<Result>> results = new LinkedHashMap<>();
      rows.forEach(row -> results.put(row, pool.submit(() -> run(row))));
      SoftAssertions softly = new SoftAssertions();
      for (Map.Entry<Row, Future<Result>> one : results.entrySet()) {
        check(softly, one.getKey(), one.getValue().get());
      }
      softly.assertAll();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (java.util.concurrent.ExecutionException e) {
      throw new AssertionError(e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }

  private Result run(Row row) {
    try (PackagedCommand command =
        PackagedCommand.start(environment, row.arguments().toArray(String[]::new))) {
      row.end().ifPresent(end -> command.awaitOut(end.after()).signal(end.signal()));
      return command.await();
    }
  }

  private static void check(SoftAssertions softly, Row row, Result result) {
    String told = row.line() + "\n" + result;
    softly.assertThat(result.code()).as(told).isEqualTo(row.code());
    row.out().ifPresent(out -> softly.assertThat(steady(result.out())).as(told).isEqualTo(out));
    if (row.failed() && row.out().isPresent()) {
      softly
          .assertThat(result.err())
          .as(told)
          .startsWith("etcd-registry")
          .contains(row.err())
          .doesNotContain("\tat ")
          .hasLineCount(1);
    } else if (row.out().isPresent() && row.end().isEmpty()) {
      softly.assertThat(result.err()).as(told).contains(row.err());
      softly
          .assertThat(result.err().lines().count())
          .as(told)
          .isEqualTo(row.err().isEmpty() ? 0 : 1);
    }
  }

  /** What changes with time, made equal: what is left of 600 s, and the revision of a sync. */
  private static String steady(String out) {
    return out.replaceAll("\\b[45]\\d\\ds\\b", "600s")
        .replaceAll("(\"sync\",\"revision\":|type: sync\nrevision: )\\d+", "$1R");
  }
}
