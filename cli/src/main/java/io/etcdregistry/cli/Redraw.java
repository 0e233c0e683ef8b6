package io.etcdregistry.cli;

import io.etcdregistry.Instance;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A list that is drawn anew in its place on a terminal whenever it changes. What does not fit the
 * terminal is counted instead of shown.
 */
final class Redraw {
  private static final String CLEAR_BELOW = "\r\u001b[J";

  /**
   * While a frame is drawn, long lines are cut by the terminal: wrapped ones would be miscounted.
   */
  private static final String CUT_LINES = "\u001b[?7l";

  private static final String WRAP_LINES = "\u001b[?7h";

  private final Console console;
  private final OutputOptions options;
  private final Map<String, Instance> shown = new TreeMap<>();
  private int drawn;

  Redraw(Console console, OutputOptions options) {
    this.console = console;
    this.options = options;
  }

  /** Takes changes in, and draws the list as it is now. */
  void show(List<Event> events) {
    for (Event event : events) {
      event
          .instance()
          .ifPresent(
              instance -> {
                if (event.type() == Event.Type.LEFT) {
                  shown.remove(instance.key());
                } else {
                  shown.put(instance.key(), instance);
                }
              });
    }
    draw();
  }

  private void draw() {
    List<String> lines = new ArrayList<>(lines());
    int rows = Math.max(2, Terminal.rows() - 1);
    if (lines.size() > rows) {
      int hidden = lines.size() - rows + 1;
      lines.subList(rows - 1, lines.size()).clear();
      lines.add("... and " + hidden + " more");
    }
    StringBuilder frame = new StringBuilder();
    if (drawn > 0) {
      frame.append(String.format("\u001b[%dA", drawn));
    }
    frame.append(CLEAR_BELOW).append(CUT_LINES).append(String.join("\n", lines));
    console.data(frame.append(WRAP_LINES).toString());
    console.flush();
    drawn = lines.size();
  }

  private List<String> lines() {
    if (shown.isEmpty()) {
      return List.of("no instances");
    }
    Table table = new Table(console, options.chosen == OutputFormat.WIDE, !options.noHeaders, "");
    return table.lines(
        shown.values().stream().map(instance -> new Table.Row("", instance)).toList());
  }
}
