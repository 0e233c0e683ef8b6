package io.etcdregistry.internal.store;

import java.util.List;

/**
 * A member of etcd, as the cluster lists it.
 *
 * @param id which member
 * @param name what an operator called it; empty if it has not started
 * @param urls where it says that clients find it
 */
public record Member(long id, String name, List<String> urls) {
  /** Freezes the URLs. */
  public Member {
    urls = List.copyOf(urls);
  }
}
