package io.etcdregistry.internal.registration;

import io.etcdregistry.internal.store.KeyValue;
import java.util.Arrays;
import java.util.Optional;

/**
 * What is known of a key in etcd.
 *
 * @param kind whether anything is known
 * @param asOf the revision that it was known at
 * @param pair what was found, if anything
 */
record Observed(Kind kind, long asOf, Optional<KeyValue> pair) {
  /** Whether anything is known. */
  enum Kind {
    /** Nothing is known: something may have changed, or an answer was lost. */
    UNKNOWN,
    /** There is no such key. */
    ABSENT,
    /** There is one. */
    FOUND
  }

  /** Nothing is known, and any news is news. */
  static final Observed NOTHING = new Observed(Kind.UNKNOWN, 0, Optional.empty());

  static Observed found(long asOf, KeyValue pair) {
    return new Observed(Kind.FOUND, asOf, Optional.of(pair));
  }

  static Observed absent(long asOf) {
    return new Observed(Kind.ABSENT, asOf, Optional.empty());
  }

  static Observed of(long asOf, Optional<KeyValue> pair) {
    return pair.map(found -> found(asOf, found)).orElseGet(() -> absent(asOf));
  }

  /** The same moment, but no longer trusted. */
  Observed doubted() {
    return new Observed(Kind.UNKNOWN, asOf, Optional.empty());
  }

  /** Takes in news, unless it is older than what is known. */
  Observed or(Observed news) {
    return news.asOf >= asOf ? news : this;
  }

  /**
   * Whether this is the same record, or absence, as was known before. Between two absences there
   * may have been a record.
   */
  boolean sameAs(Observed before) {
    return kind == before.kind()
        && pair.map(KeyValue::modRevision).equals(before.pair.map(KeyValue::modRevision))
        && (kind != Kind.ABSENT || asOf == before.asOf);
  }

  /** The lease that the record found hangs on, or 0. */
  long lease() {
    return pair.map(KeyValue::lease).orElse(0L);
  }

  boolean holds(byte[] document, long lease) {
    return pair.isPresent()
        && pair.get().lease() == lease
        && Arrays.equals(pair.get().value(), document);
  }
}
