package io.etcdregistry;

import io.etcdregistry.internal.codec.Keys;
import io.etcdregistry.internal.codec.Records;

/** Lets tests of internal packages make records as a registry does. */
public final class RecordsForTests {
  private RecordsForTests() {}

  /** Records whose hostname is always the same. */
  public static Records of(Keys keys) {
    return Registry.Builder.records(keys, () -> "192.168.1.10");
  }
}
