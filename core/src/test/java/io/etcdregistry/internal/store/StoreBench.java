package io.etcdregistry.internal.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.store.Write.Guard;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;

/** What the parts of the {@link StoreContract} stand on: stores, an operator, and time. */
public interface StoreBench {
  /** How long the suite gives a call. */
  Duration CALL = Duration.ofSeconds(20);

  /** The store under test, the same one throughout a test. */
  Store store();

  /** Another client of the same etcd. */
  Store another();

  /** Connects a client to the etcd of this test; the suite closes it. */
  Store connect();

  /** Asserts that etcd knows of no stream any more; called at the very end. */
  void verifyNothingLeft();

  /** Someone who acts behind the stores' backs. */
  Admin admin();

  /** What all keys of this test begin with; ends in a slash. */
  String prefix();

  /** Lets time pass for etcd's leases. */
  void passTime(Duration time);

  /**
   * Waits until a condition holds, and fails if it does not within a generous time.
   *
   * @param what the condition in words
   * @param condition what to wait for
   */
  void await(String what, BooleanSupplier condition);

  /** To what this etcd raises smaller TTLs. */
  default Duration minTtl() {
    return Duration.ofSeconds(2);
  }

  /** Waits for an answer. */
  default <T> T get(CompletableFuture<T> answer) {
    await("an answer", answer::isDone);
    return answer.join();
  }

  /** Waits for an answer that must be a failure. */
  default StoreException failure(CompletableFuture<?> answer) {
    await("an answer", answer::isDone);
    try {
      Object unexpected = answer.join();
      throw new AssertionError("succeeded with " + unexpected);
    } catch (CompletionException e) {
      assertThat(e.getCause()).isInstanceOf(StoreException.class);
      return (StoreException) e.getCause();
    }
  }

  /** Commits and waits. */
  default Commit commit(Write... writes) {
    return get(store().commit(List.of(writes), CALL));
  }

  /** Puts whatever is there, and returns the revision. */
  default long put(String key, String value) {
    return commit(Write.put(key, Guard.ALWAYS, 0, bytes(value), 0)).header().revision();
  }

  /** Puts under a lease whatever is there. */
  default long put(String key, String value, long lease) {
    return commit(Write.put(key, Guard.ALWAYS, 0, bytes(value), lease)).header().revision();
  }

  /** Deletes whatever is there, and returns the revision. */
  default long delete(String key) {
    return commit(Write.delete(key, Guard.ALWAYS, 0)).header().revision();
  }

  /** All pairs of this test. */
  default List<KeyValue> pairs() {
    return get(store().list(KeyRange.prefix(prefix()), CALL)).pairs();
  }

  /** The pairs of this test as {@code key=value}, keys without the prefix. */
  default List<String> content() {
    return pairs().stream().map(this::text).toList();
  }

  /** A pair as {@code key=value}, the key without the prefix. */
  default String text(KeyValue pair) {
    return pair.key().substring(prefix().length()) + "=" + new String(pair.value(), ISO_8859_1);
  }

  /** A lease of its own id. */
  default long grant(Duration ttl) {
    long lease = newLease();
    get(store().grant(lease, ttl, CALL));
    return lease;
  }

  /** An id that no lease has. */
  default long newLease() {
    return ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
  }

  /** A text as bytes. */
  static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  /** A value of a size, told apart by its number. */
  static byte[] big(int number, int size) {
    byte[] value = new byte[size];
    for (int i = 0; i < size; i++) {
      value[i] = (byte) (31 * number + i);
    }
    return value;
  }

  /** Someone with all rights who acts behind the stores' backs. */
  interface Admin {
    /** Puts, and returns the revision. */
    long put(String key, byte[] value, long lease);

    /** Deletes, and returns the revision. */
    long delete(String key);

    /** Compacts to a revision. */
    void compact(long revision);

    /** Revokes a lease. */
    void revoke(long lease);
  }
}
