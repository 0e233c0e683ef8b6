package io.etcdregistry.benchmarks.peers;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Values measured of one thing. */
final class Samples {
  private final List<Double> sorted = new ArrayList<>();

  /** Adds one. */
  synchronized void add(double value) {
    int at = Collections.binarySearch(sorted, value);
    sorted.add(at < 0 ? -at - 1 : at, value);
  }

  void addAll(Samples others) {
    others.values().forEach(this::add);
  }

  private synchronized List<Double> values() {
    return List.copyOf(sorted);
  }

  synchronized int size() {
    return sorted.size();
  }

  /** The value that so much of all, 0 to 1, is not above. */
  synchronized double quantile(double part) {
    if (sorted.isEmpty()) {
      throw new IllegalStateException("nothing was measured");
    }
    return sorted.get((int) Math.min(sorted.size() - 1L, (long) (part * sorted.size())));
  }

  double median() {
    return quantile(0.5);
  }

  /** The median, and the least and the greatest in parentheses; a dash if there are none. */
  String text(int decimals) {
    return text(decimals, 0, 1);
  }

  /** The median, and two quantiles in parentheses; a dash if there are none. */
  String text(int decimals, double low, double high) {
    if (size() == 0) {
      return "-";
    }
    String number = "%." + decimals + "f";
    String format = number + " (" + number + " to " + number + ")";
    return String.format(Locale.ROOT, format, median(), quantile(low), quantile(high));
  }
}
