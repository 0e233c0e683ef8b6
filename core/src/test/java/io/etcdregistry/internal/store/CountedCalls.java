package io.etcdregistry.internal.store;

import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;

/** Counts the calls of a store, by the names of its methods. */
public final class CountedCalls {
  private final Map<String, Integer> counts = new HashMap<>();

  /** The same store, whose calls count here. */
  public Store of(Store store) {
    return (Store)
        Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (proxy, method, arguments) -> {
              counts.merge(method.getName(), 1, Integer::sum);
              return method.invoke(store, arguments);
            });
  }

  /** How often a method was called. */
  public int of(String method) {
    return counts.getOrDefault(method, 0);
  }
}
