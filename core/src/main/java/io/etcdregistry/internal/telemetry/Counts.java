package io.etcdregistry.internal.telemetry;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** A number for each constant, which many threads may change at once. Thread-safe. */
final class Counts<K extends Enum<K>> {
  private final Class<K> keys;
  private final Map<K, LongAdder> numbers; // not changed any more, only what it holds

  Counts(Class<K> keys) {
    this.keys = keys;
    this.numbers = new EnumMap<>(keys);
    Arrays.asList(keys.getEnumConstants()).forEach(key -> numbers.put(key, new LongAdder()));
  }

  void add(K key, long number) {
    LongAdder adder = numbers.get(key);
    if (adder != null) {
      adder.add(number);
    }
  }

  Map<K, Long> now() {
    Map<K, Long> now = new EnumMap<>(keys);
    numbers.forEach((key, number) -> now.put(key, number.sum()));
    return now;
  }
}
