package io.etcdregistry;

import io.etcdregistry.RegistryException.Reason;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * How a view chooses among instances: by a picker, over those that fit. Immutable: each setter
 * returns a changed copy. Equal if made of equal parts; filters are equal only if they are the same
 * object.
 *
 * <p>Each picker chooses among instances that are {@code up}; if there is none, among those that
 * are {@code draining}. An instance of {@linkplain Instance#weight() weight} 0 is chosen only if
 * all others have weight 0, too.
 */
public final class ViewOptions {
  /** How long an instance is first left out for failing, unless told otherwise. */
  public static final Duration DEFAULT_EJECTION = Duration.ofSeconds(10);

  private static final Duration MIN_EJECTION = Duration.ofMillis(100);
  private static final Duration MAX_EJECTION = Duration.ofMinutes(5);
  private static final Duration MAX_SLOW_START = Duration.ofHours(1);

  private final Settings settings;

  /** By which rule is chosen. */
  enum Picker {
    RANDOM,
    ROUND_ROBIN,
    WEIGHTED,
    LEAST_PENDING,
    POWER_OF_TWO_CHOICES
  }

  /** What is set; a subset of 0 is none, no zone is the registry's own. */
  record Settings(
      Picker picker,
      Optional<Predicate<Instance>> filter,
      Optional<String> zone,
      Duration slowStart,
      int subset,
      int client,
      Duration ejection) {}

  private ViewOptions(Settings settings) {
    this.settings = settings;
  }

  private static ViewOptions by(Picker picker) {
    return new ViewOptions(
        new Settings(
            picker, Optional.empty(), Optional.empty(), Duration.ZERO, 0, 0, DEFAULT_EJECTION));
  }

  /**
   * Independent draws, in proportion to the weights. What a view does unless told otherwise.
   *
   * @return options
   */
  public static ViewOptions random() {
    return by(Picker.RANDOM);
  }

  /**
   * Each in turn, whatever its weight. Clients begin at different instances.
   *
   * @return options
   */
  public static ViewOptions roundRobin() {
    return by(Picker.ROUND_ROBIN);
  }

  /**
   * Each in turn as often as its weight says, evenly spread: smooth weighted round robin.
   *
   * @return options
   */
  public static ViewOptions weighted() {
    return by(Picker.WEIGHTED);
  }

  /**
   * The instance with the fewest calls under way for its weight; needs {@link ServiceView#begin()}.
   * It knows this client's own calls only.
   *
   * @return options
   */
  public static ViewOptions leastPending() {
    return by(Picker.LEAST_PENDING);
  }

  /**
   * The better of two draws by weight: the one with the smaller product of its calls under way and
   * the decaying peak of its latency (P2C with peak EWMA); needs {@link ServiceView#begin()}. For
   * services whose instances are not equally fast at all times.
   *
   * @return options
   */
  public static ViewOptions powerOfTwoChoices() {
    return by(Picker.POWER_OF_TWO_CHOICES);
  }

  /**
   * Chooses only among instances that fit.
   *
   * @param filter what an instance must be, in addition to any filter before; asked once for each
   *     instance of each snapshot, on a thread of the registry's, so that the choice follows the
   *     snapshot a moment later. MUST be fast and depend on the instance alone; one that throws
   *     says no
   * @return changed options
   */
  public ViewOptions where(Predicate<Instance> filter) {
    Objects.requireNonNull(filter, "filter");
    Predicate<Instance> both = settings.filter.map(before -> before.and(filter)).orElse(filter);
    return new ViewOptions(
        new Settings(
            settings.picker,
            Optional.of(both),
            settings.zone,
            settings.slowStart,
            settings.subset,
            settings.client,
            settings.ejection));
  }

  /**
   * Prefers instances of a {@linkplain Instance#zone() zone}, as far as they can carry the callers
   * there, if callers are spread evenly over the zones: with a third of what one zone of three
   * would need, a third of the calls stays, and the rest goes to where there is more than needed.
   * {@link ServiceView#pick(String)} pays no heed to it.
   *
   * @param zone where the caller runs; empty for no preference. Default: the connection string's
   *     {@code zone}
   * @return changed options
   */
  public ViewOptions zone(String zone) {
    return new ViewOptions(
        new Settings(
            settings.picker,
            settings.filter,
            Optional.of(zone),
            settings.slowStart,
            settings.subset,
            settings.client,
            settings.ejection));
  }

  /**
   * Lets the share of an instance that is new, or {@code up} again, grow from a tenth to the whole,
   * so that it can warm up. What is there when the view is first loaded is not new.
   *
   * @param time how long it takes, up to 1 h; default: zero, for not at all
   * @return changed options
   * @throws RegistryException {@code INVALID} if it is out of range
   */
  public ViewOptions slowStart(Duration time) {
    check("slowStart", time, Duration.ZERO, MAX_SLOW_START);
    return new ViewOptions(
        new Settings(
            settings.picker,
            settings.filter,
            settings.zone,
            time,
            settings.subset,
            settings.client,
            settings.ejection));
  }

  /**
   * Chooses only among a few of the instances that fit, the same as long as they are there: for
   * fleets in which not every client should be connected with every instance. When one instance
   * comes or goes, at most one of the few is exchanged for another. An instance is used by as many
   * clients as if each drew its few, or if clients are numbered in a row, about twice as evenly.
   *
   * @param size how many, at least 1
   * @param client which client this is: a number that it keeps and that few others have; best 0, 1,
   *     2 and so on
   * @return changed options
   * @throws RegistryException {@code INVALID} if the size is not above 0
   */
  public ViewOptions subset(int size, int client) {
    if (size < 1) {
      throw new RegistryException(Reason.INVALID, "subset: " + size + " (expected: 1 or more)");
    }
    return new ViewOptions(
        new Settings(
            settings.picker,
            settings.filter,
            settings.zone,
            settings.slowStart,
            size,
            client,
            settings.ejection));
  }

  /**
   * Leaves out an instance to which five {@linkplain ServiceView#begin() calls} in a row failed, or
   * more of at least twenty than the failures of the others explain, or one where {@linkplain
   * Call#unreachable nobody is}; never more than half of all. After a time one call tries it: if
   * that succeeds it is chosen again, else it is left out for twice as long, at most 5 min. Where
   * nobody is, the first time is twice as long already: by then the lease of a process that was
   * killed has ended by default.
   *
   * @param first how long it is left out first, from 100 ms to 5 min; zero for never. Default:
   *     {@link #DEFAULT_EJECTION}
   * @return changed options
   * @throws RegistryException {@code INVALID} if it is out of range
   */
  public ViewOptions ejection(Duration first) {
    if (!first.isZero()) {
      check("ejection", first, MIN_EJECTION, MAX_EJECTION);
    }
    return new ViewOptions(
        new Settings(
            settings.picker,
            settings.filter,
            settings.zone,
            settings.slowStart,
            settings.subset,
            settings.client,
            first));
  }

  private static void check(String what, Duration found, Duration least, Duration most) {
    if (found.compareTo(least) < 0 || found.compareTo(most) > 0) {
      throw new RegistryException(
          Reason.INVALID, what + ": " + found + " (expected: " + least + " to " + most + ")");
    }
  }

  Settings settings() {
    return settings;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ViewOptions that && settings.equals(that.settings);
  }

  @Override
  public int hashCode() {
    return settings.hashCode();
  }

  @Override
  public String toString() {
    return "ViewOptions" + settings.toString().substring("Settings".length());
  }
}
