package io.etcdregistry.cli;

import io.etcdregistry.Instance;
import io.etcdregistry.JoinOptions;
import io.etcdregistry.RegistryException;
import java.io.UncheckedIOException;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * The readiness check of a join: lets nobody pass whose process does not run, and remembers how it
 * went. Thread-safe.
 */
final class Gate implements Predicate<Instance> {
  private final Predicate<Instance> check;
  private volatile BooleanSupplier running = () -> false;
  private volatile boolean passed;
  private volatile String failure = "";

  private Gate(Predicate<Instance> check) {
    this.check = check;
  }

  /**
   * @param text {@code tcp}, {@code http:/PATH} or {@code none}
   */
  static Gate of(String text) {
    JoinOptions options = JoinOptions.defaults();
    if (text.equals("tcp")) {
      return new Gate(options.readyWhenListening().readiness().orElseThrow());
    }
    if (text.equals("none")) {
      return new Gate(instance -> true);
    }
    if (text.startsWith("http:/") && !text.startsWith("http://")) {
      return new Gate(
          options.readyWhenHttp(text.substring("http:".length())).readiness().orElseThrow());
    }
    throw new CommandException(
        ExitCode.USAGE,
        "--check: '" + text + "' (expected: tcp, none, or http:/PATH such as http:/health)");
  }

  /** Lets pass what is ready as long as this holds. */
  void open(BooleanSupplier running) {
    this.running = running;
  }

  @Override
  public boolean test(Instance instance) {
    if (!running.getAsBoolean()) {
      return false;
    }
    try {
      boolean passes = check.test(instance);
      passed |= passes;
      return passes;
    } catch (IllegalStateException | UncheckedIOException | RegistryException e) {
      failure = String.valueOf(e.getMessage());
      throw e;
    }
  }

  /** Whether the check has passed once. */
  boolean passed() {
    return passed;
  }

  /** What was seen when it failed last; empty if there is nothing to say. */
  String failure() {
    return failure;
  }
}
