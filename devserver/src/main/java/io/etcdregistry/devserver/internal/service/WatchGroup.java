package io.etcdregistry.devserver.internal.service;

import com.google.protobuf.ByteString;
import io.etcdregistry.devserver.internal.engine.Span;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Watches, found by key. Not thread-safe. */
final class WatchGroup {
  private final Map<ByteString, List<ActiveWatch>> byKey = new HashMap<>();
  private final Set<ActiveWatch> ranges = new LinkedHashSet<>();
  private int size;

  void add(ActiveWatch watch) {
    size++;
    if (watch.span().single()) {
      byKey.computeIfAbsent(watch.span().from(), key -> new ArrayList<>(1)).add(watch);
    } else {
      ranges.add(watch);
    }
  }

  /** Removes a watch, if it is here. */
  void remove(ActiveWatch watch) {
    Span span = watch.span();
    boolean removed;
    if (span.single()) {
      List<ActiveWatch> same = byKey.getOrDefault(span.from(), new ArrayList<>());
      removed = same.remove(watch);
      if (same.isEmpty()) {
        byKey.remove(span.from());
      }
    } else {
      removed = ranges.remove(watch);
    }
    if (removed) {
      size--;
    }
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Shows the watches of a key. */
  void of(ByteString key, Consumer<ActiveWatch> consumer) {
    byKey.getOrDefault(key, List.of()).forEach(consumer);
    for (ActiveWatch watch : ranges) {
      if (watch.span().contains(key)) {
        consumer.accept(watch);
      }
    }
  }
}
