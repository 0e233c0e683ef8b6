package io.etcdregistry.cli;

import io.etcdregistry.Instance;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Records in columns for a person, a line each. */
final class Table {
  private static final String NONE = "<none>";
  private static final String GAP = "   ";
  private static final String STATUS = "STATUS";
  private static final String LEASE = "LEASE";
  private static final int SHORT_ID = 12;

  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{40}");

  private record Column(String title, Function<Instance, String> text) {}

  private final List<Column> columns = new ArrayList<>();
  private final Console console;
  private final boolean headers;

  /** The widths so far: rows that come later, in a watch, keep to them where they fit. */
  private int[] widths = new int[0];

  private final String leading;

  /**
   * @param wide whether to show everything that is known
   * @param headers false: no titles, and columns separated by tabs
   * @param leading the title of a column in front, empty for none
   */
  Table(Console console, boolean wide, boolean headers, String leading) {
    this.console = console;
    this.headers = headers;
    this.leading = leading;
    columns.add(new Column("NAME", Instance::name));
    columns.add(new Column("ID", instance -> shortId(instance.id())));
    columns.add(new Column("HOST", Instance::host));
    columns.add(new Column(STATUS, Overridden::status));
    columns.add(new Column("ZONE", instance -> instance.zone().orElse("")));
    columns.add(new Column("VERSION", instance -> instance.version().orElse("")));
    columns.add(new Column("WEIGHT", instance -> weight(instance.weight())));
    if (wide) {
      columns.add(new Column(LEASE, Table::lease));
      columns.add(new Column("REVISION", instance -> Long.toString(instance.revision())));
      columns.add(new Column("KEY", Instance::key));
      columns.add(new Column("OVERRIDE", Overridden::by));
    }
  }

  /** Adds a column that says how long leases have to live. */
  Table withRemaining(Map<Long, Duration> byLease) {
    int lease = columns.stream().map(Column::title).toList().indexOf(LEASE);
    columns.add(lease, new Column("TTL", instance -> left(byLease.get(instance.lease()))));
    return this;
  }

  /** A record, with what stands in the leading column. */
  record Row(String lead, Instance instance) {}

  /** Prints the titles, unless there are to be none, and the rows. */
  void begin(List<Row> rows) {
    lines(rows).forEach(console::data);
  }

  /** The titles, unless there are to be none, and the rows, as lines. */
  List<String> lines(List<Row> rows) {
    List<List<String>> cells = new ArrayList<>();
    if (headers) {
      List<String> titles = new ArrayList<>(columns.stream().map(Column::title).toList());
      if (!leading.isEmpty()) {
        titles.add(0, leading);
      }
      cells.add(titles);
    }
    rows.forEach(row -> cells.add(cells(row)));
    return format(cells);
  }

  /** Prints rows that came later. */
  void more(List<Row> rows) {
    format(rows.stream().map(this::cells).toList()).forEach(console::data);
  }

  private List<String> cells(Row row) {
    List<String> cells = new ArrayList<>();
    if (!leading.isEmpty()) {
      cells.add(row.lead());
    }
    for (Column column : columns) {
      String text = TerminalText.escape(column.text().apply(row.instance()));
      cells.add(text.isEmpty() ? NONE : text);
    }
    return cells;
  }

  private List<String> format(List<List<String>> rows) {
    if (!headers) {
      return rows.stream().map(cells -> String.join("\t", cells)).toList();
    }
    for (List<String> cells : rows) {
      widths = Arrays.copyOf(widths, cells.size());
      for (int i = 0; i < cells.size(); i++) {
        widths[i] = Math.max(widths[i], TerminalText.width(cells.get(i)));
      }
    }
    return rows.stream().map(this::line).toList();
  }

  private String line(List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      String cell = cells.get(i);
      boolean word = (i == 0 && !leading.isEmpty()) || i == statusColumn();
      line.append(word && console.color() ? paint(cell) : cell);
      if (i < cells.size() - 1) {
        line.append(" ".repeat(widths[i] - TerminalText.width(cell))).append(GAP);
      }
    }
    return line.toString();
  }

  private int statusColumn() {
    return (leading.isEmpty() ? 0 : 1)
        + columns.stream().map(Column::title).toList().indexOf(STATUS);
  }

  private static String paint(String word) {
    String color =
        switch (Overridden.unmarked(word)) {
          case "joined", "up" -> "32";
          case "starting", "draining", "updated", "reset" -> "33";
          case "down", "left" -> "31";
          default -> "";
        };
    return color.isEmpty() ? word : "\u001b[" + color + "m" + word + "\u001b[0m";
  }

  private static String lease(Instance instance) {
    return instance.lease() == 0 ? "" : RecordJson.lease(instance);
  }

  private static String left(@Nullable Duration left) {
    return left == null ? "" : DurationConverter.format(left);
  }

  private static String weight(double weight) {
    return BigDecimal.valueOf(weight).stripTrailingZeros().toPlainString();
  }

  /** A digest is known by its beginning; an id that a person chose is shown as it is. */
  private static String shortId(String id) {
    return DIGEST.matcher(id).matches() ? id.substring(0, SHORT_ID) : id;
  }
}
