package io.etcdregistry.internal.telemetry;

import static io.etcdregistry.internal.telemetry.LogLines.said;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.etcdregistry.Instance;
import io.etcdregistry.RegistryStats.Counter;
import java.time.Duration;

/** What is reported of choosing. Thread-safe. */
public final class ChoiceReports {
  private static final int MOST = 300;

  private final Telemetry telemetry;

  /** Reports as a client does. */
  public ChoiceReports(Telemetry telemetry) {
    this.telemetry = telemetry;
  }

  /**
   * An instance is left out.
   *
   * @param service the view's name
   * @param instance which
   * @param length how long at least
   * @param why what its calls told
   */
  public void ejected(String service, Instance instance, Duration length, String why) {
    telemetry.count(Counter.EJECTIONS);
    String line =
        instance.key() + " is not chosen for " + said(length) + ", then tried by one call: " + why;
    telemetry.note("ejected", WARNING, printable(line));
    telemetry.tell(observer -> observer.instanceEjected(service, instance, length, why));
  }

  /** The call that tried an instance failed: counted only, as nothing changes for callers. */
  public void ejectedAgain() {
    telemetry.count(Counter.EJECTIONS);
  }

  /** An instance is chosen again. */
  public void readmitted(String service, Instance instance, Duration after) {
    String line = instance.key() + " is chosen again, after " + said(after);
    telemetry.note("readmitted", INFO, printable(line));
    telemetry.tell(observer -> observer.instanceReadmitted(service, instance, after));
  }

  /** A view's filter threw: the first time it is written to the log. */
  public void filterFailed(Throwable failure, boolean first) {
    telemetry.count(Counter.LISTENER_FAILURES);
    if (first) {
      telemetry.note(
          "filter",
          WARNING,
          "The filter of a view threw "
              + printable(failure.toString())
              + "; an instance that it throws for is not chosen, and further failures of it are"
              + " only counted");
    }
  }

  private static String printable(String text) {
    String shown = text.length() > MOST ? text.substring(0, MOST) + "..." : text;
    return shown.replaceAll("[^ -~]", "?");
  }
}
