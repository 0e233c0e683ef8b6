package io.etcdregistry;

import io.etcdregistry.RegistryException.Reason;
import io.etcdregistry.Snapshot.Freshness;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a registry has done so far, and how it stands: see {@link Registry#stats()}. Each number is
 * exact; together they are not of one instant, as nothing is stopped to count.
 *
 * @param counts everything that is counted since the registry was made: never falls; holds every
 *     counter; unmodifiable
 * @param failures verbs that failed, by reason, as {@link RegistryObserver#operationFailed} is told
 *     of them: never falls; holds every reason; unmodifiable
 * @param registrations how many registrations stand where at present; holds every state, and is
 *     always zero for {@code LEFT}; unmodifiable
 * @param views how many views are how fresh at present; holds every freshness; unmodifiable
 * @param skipped how many keys in the views hold no record at present
 * @param unconfirmed how long etcd has not confirmed what the most outdated view shows; zero
 *     without a view
 */
public record RegistryStats(
    Map<Counter, Long> counts,
    Map<Reason, Long> failures,
    Map<Registration.State, Integer> registrations,
    Map<Freshness, Integer> views,
    int skipped,
    Duration unconfirmed) {
  /** Something that is counted. */
  public enum Counter {
    /** Registrations that were committed in etcd for the first time. */
    JOINS,
    /** Registrations that left, or whose join failed. */
    LEAVES,
    /** Registrations that lost their key to another owner. */
    SUPERSESSIONS,
    /** Records that had vanished from etcd and were put back. */
    RECORDS_RESTORED,
    /** Puts and deletes of single records that etcd committed. */
    WRITES_COMMITTED,
    /**
     * Puts and deletes whose guard did not hold: another write was first, or an earlier attempt.
     */
    WRITES_CONFLICTED,
    /** Puts and deletes that failed or whose answer was lost; they are tried again. */
    WRITES_FAILED,
    /** Records of this registry's that appeared after it had left them, and were deleted. */
    LATE_WRITES_REMOVED,
    /** Leases granted. */
    LEASES_GRANTED,
    /** Leases that etcd ended. */
    LEASES_LOST,
    /** Renewals of leases that etcd answered. */
    RENEWALS,
    /** Watch streams that were opened, or were to be. */
    WATCH_STREAMS,
    /** Changes of records that watches told the views of. */
    WATCH_EVENTS,
    /** Views that were read anew as a whole. */
    RESYNCS,
    /** Comparisons of a view with what etcd holds. */
    VERIFICATIONS,
    /** Records that a comparison found changed though the watch had never told. */
    MISMATCHES,
    /** Resets of the cluster. */
    RESETS,
    /** Keys that were skipped because they hold no record, each time they came to be so. */
    RECORDS_SKIPPED,
    /**
     * Fields of records that held what they cannot mean, as an unknown status, a negative weight or
     * a zone that is a number, and were taken for absent; each time such a record was read.
     */
    FIELDS_IGNORED,
    /** Times that an instance was left out because calls to it failed. */
    EJECTIONS,
    /** Turns from an endpoint that failed to another. */
    FAILOVERS,
    /** Times when no endpoint served. */
    OUTAGES,
    /** Calls of listeners, observers and filters that threw. */
    LISTENER_FAILURES,
    /** Events that were not told to an observer because it was too slow. */
    EVENTS_DROPPED
  }

  /** Makes the maps unmodifiable, and puts zero where a number is missing. */
  public RegistryStats {
    counts = all(Counter.class, counts, 0L);
    failures = all(Reason.class, failures, 0L);
    registrations = all(Registration.State.class, registrations, 0);
    views = all(Freshness.class, views, 0);
  }

  private static <K extends Enum<K>, V> Map<K, V> all(Class<K> keys, Map<K, V> known, V zero) {
    Map<K, V> all = new EnumMap<>(keys);
    Arrays.asList(keys.getEnumConstants()).forEach(key -> all.put(key, zero));
    all.putAll(known);
    return Collections.unmodifiableMap(all);
  }

  /**
   * One count.
   *
   * @param counter what
   * @return how often so far
   */
  public long count(Counter counter) {
    return counts.getOrDefault(counter, 0L);
  }
}
