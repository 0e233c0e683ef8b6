package io.etcdregistry.cli;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The signals that ask this process to stop, in the order in which they came. An interrupt of the
 * waiting thread counts as SIGINT.
 *
 * <p>The platform's only way to tell signals apart, {@code sun.misc.Signal}, is no part of its
 * documented API, and compilers warn of it: it is reached by name. Where it is missing, signals end
 * the process as they would anyway, and the registry leaves from its shutdown hook.
 */
final class StopSignals implements AutoCloseable {
  /** What to do. */
  enum Stop {
    /** SIGINT: at once. */
    NOW("INT", ExitCode.INTERRUPTED),
    /** SIGTERM: gently. */
    GENTLY("TERM", ExitCode.TERMINATED),
    /** SIGHUP, the terminal was closed: at once. */
    HANGUP("HUP", ExitCode.HUNG_UP);

    private final String signal;
    private final ExitCode exitCode;

    Stop(String signal, ExitCode exitCode) {
      this.signal = signal;
      this.exitCode = exitCode;
    }

    /** The signal's name, without SIG. */
    String signal() {
      return signal;
    }

    ExitCode exitCode() {
      return exitCode;
    }
  }

  /** Signals, and empty ones for {@link #wake}. */
  private final BlockingQueue<Optional<Stop>> received = new LinkedBlockingQueue<>();

  private final Map<Stop, Object> previous = new LinkedHashMap<>();

  private volatile @Nullable Thread interrupted;

  private StopSignals() {}

  /** Signals that are delivered by {@link #send} alone. */
  static StopSignals none() {
    return new StopSignals();
  }

  /** The signals of this process, from now until {@link #close}. */
  static StopSignals ofProcess() {
    StopSignals signals = new StopSignals();
    for (Stop stop : Stop.values()) {
      Object before = signals.handle(stop, null);
      if (before != null) {
        signals.previous.put(stop, before);
      }
    }
    return signals;
  }

  /**
   * @param handler what is to handle it; null for this object
   * @return what handled it before; null if signals are out of reach
   */
  private @Nullable Object handle(Stop stop, @Nullable Object handler) {
    try {
      Class<?> signalType = Class.forName("sun.misc.Signal");
      Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
      Object signal = signalType.getConstructor(String.class).newInstance(stop.signal);
      Object actual =
          handler != null
              ? handler
              : Proxy.newProxyInstance(
                  StopSignals.class.getClassLoader(),
                  new Class<?>[] {handlerType},
                  (proxy, method, args) ->
                      switch (method.getName()) {
                        case "handle" -> {
                          send(stop);
                          yield null;
                        }
                        case "hashCode" -> System.identityHashCode(proxy);
                        case "equals" -> args != null && proxy == args[0];
                        default -> "handler of SIG" + stop.signal;
                      });
      return signalType.getMethod("handle", signalType, handlerType).invoke(null, signal, actual);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      return null;
    }
  }

  /** Delivers a signal as if it came from outside. */
  void send(Stop stop) {
    received.add(Optional.of(stop));
    Thread thread = interrupted;
    if (thread != null) {
      thread.interrupt();
    }
  }

  /** Has a thread interrupted when a signal comes; null for none any more. */
  void interrupt(@Nullable Thread thread) {
    interrupted = thread;
    if (thread != null && !received.isEmpty()) {
      thread.interrupt();
    }
  }

  /** Has a wait end, as something else than a signal came to pass. */
  void wake() {
    received.add(Optional.empty());
  }

  /** Waits for the next signal, at most so long; empty also when woken. */
  Optional<Stop> await(Duration atMost) {
    try {
      return Objects.requireNonNullElse(
          received.poll(atMost.toNanos(), TimeUnit.NANOSECONDS), Optional.empty());
    } catch (InterruptedException e) {
      Optional<Stop> next = received.poll();
      return next != null && next.isPresent() ? next : Optional.of(Stop.NOW);
    }
  }

  /**
   * Waits for the next signal as long as something goes on, whatever else wakes it.
   *
   * @param atMost how long
   * @param goesOn asked again whenever something wakes it
   */
  Optional<Stop> await(Duration atMost, BooleanSupplier goesOn) {
    long end = System.nanoTime() + atMost.toNanos();
    Optional<Stop> stop = Optional.empty();
    for (long left = atMost.toNanos();
        left > 0 && stop.isEmpty() && goesOn.getAsBoolean();
        left = end - System.nanoTime()) {
      stop = await(Duration.ofNanos(left));
    }
    return stop;
  }

  @Override
  public void close() {
    previous.forEach(this::handle);
  }
}
