package io.etcdregistry;

import java.nio.charset.StandardCharsets;

/** Records as if they were read from etcd, for tests that need no etcd. */
public final class StoredInstances {
  private StoredInstances() {}

  /** The record that a key with this document would give. */
  public static Instance of(String key, String json, long revision, long lease) {
    return Instance.stored(
            new Instance.Stored(key, json.getBytes(StandardCharsets.UTF_8), revision, lease),
            new Alike(),
            why -> {
              throw new AssertionError(why);
            })
        .orElseThrow();
  }
}
