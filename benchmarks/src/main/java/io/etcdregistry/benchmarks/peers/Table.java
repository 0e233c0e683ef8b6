package io.etcdregistry.benchmarks.peers;

import java.util.ArrayList;
import java.util.List;

/** Rows of cells in columns: the first column to the left, the others to the right. */
final class Table {
  private final List<String[]> rows = new ArrayList<>();

  /** The head. */
  Table(String... head) {
    rows.add(head);
  }

  void row(String... cells) {
    rows.add(cells);
  }

  /** Prints it to the standard output. */
  void print() {
    int[] widths = new int[rows.get(0).length];
    for (String[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.length; i++) {
        String blanks = " ".repeat(widths[i] - row[i].length());
        line.append(i == 0 ? row[i] + blanks : "   " + blanks + row[i]);
      }
      System.out.println(line.toString().stripTrailing());
    }
  }
}
