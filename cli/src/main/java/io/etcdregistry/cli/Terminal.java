package io.etcdregistry.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel knows of this process and its terminal. */
final class Terminal {
  private static final int GROUP = 2;
  private static final int TERMINAL = 4;
  private static final int FOREGROUND = 5;

  private static final int USUAL_ROWS = 24;

  private Terminal() {}

  /** How many lines it shows; the usual number where it cannot be told. */
  static int rows() {
    try {
      Process stty =
          new ProcessBuilder("/bin/sh", "-c", "stty size </dev/tty")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return rows(size);
    } catch (IOException e) {
      return USUAL_ROWS;
    }
  }

  /** The same of what {@code stty size} says. */
  static int rows(String size) {
    String rows = size.strip().split(" ", -1)[0];
    return rows.matches("[1-9]\\d{0,4}") ? Integer.parseInt(rows) : USUAL_ROWS;
  }

  /**
   * Whether this process and those of its group are what Ctrl-C at their terminal interrupts, all
   * at once. False where it cannot be told.
   */
  static boolean isForeground() {
    try {
      return isForeground(
          Files.readString(Path.of("/proc/self/stat"), StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return false;
    }
  }

  /** The same of what stands in {@code /proc/PID/stat}; the name of a program may hold anything. */
  static boolean isForeground(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
    return fields.length > FOREGROUND
        && !fields[TERMINAL].equals("0")
        && fields[FOREGROUND].equals(fields[GROUP]);
  }
}
