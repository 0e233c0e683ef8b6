package io.etcdregistry.internal.balance;

import java.util.function.DoubleSupplier;

/** Says whether the last calls to an instance failed too often. */
final class Verdict {
  private Verdict() {}

  /**
   * Judges an instance.
   *
   * @param outcomes of its last calls
   * @param others gives the rate at which calls to the others fail, 0 to 1
   * @param why the last of its calls failed
   * @return what it is left out for, for a person; empty if it is not
   */
  static String on(long outcomes, DoubleSupplier others, String why) {
    String last = ", the last with: " + why;
    if (Outcomes.tooManyInARow(outcomes)) {
      return Outcomes.inARow(outcomes) + " calls in a row failed" + last;
    }
    if (Outcomes.tooManyFailures(outcomes, others.getAsDouble())) {
      long failed = Outcomes.failures(outcomes);
      long calls = Outcomes.successes(outcomes) + failed;
      return failed + " of the last " + calls + " calls failed" + last;
    }
    return "";
  }
}
