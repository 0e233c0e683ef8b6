package io.etcdregistry.benchmarks;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;

/** What was measured of one thing in several rounds. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Rounds(double[] sorted) {
  static Rounds of(Collection<? extends Number> values) {
    double[] all = values.stream().mapToDouble(Number::doubleValue).toArray();
    Arrays.sort(all);
    return new Rounds(all);
  }

  double median() {
    return sorted[sorted.length / 2];
  }

  Rounds map(DoubleUnaryOperator change) {
    return new Rounds(Arrays.stream(sorted).map(change).sorted().toArray());
  }

  /** The median, and the least and the most. */
  String shown(String number) {
    return String.format(
        Locale.ROOT,
        number + " (" + number + " to " + number + ")",
        median(),
        sorted[0],
        sorted[sorted.length - 1]);
  }

  static void say(String format, Object... arguments) {
    System.out.println(String.format(Locale.ROOT, format, arguments));
  }
}
