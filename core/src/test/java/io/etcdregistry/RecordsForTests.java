package io.etcdregistry;

import io.etcdregistry.internal.balance.Plan;
import io.etcdregistry.internal.codec.Keys;
import io.etcdregistry.internal.codec.Records;
import java.util.Optional;

/** Lets tests of internal packages make records as a registry does. */
public final class RecordsForTests {
  private RecordsForTests() {}

  /** Records whose hostname is always the same. */
  public static Records of(Keys keys) {
    return Wiring.records(keys, new Records.Home(() -> "192.168.1.10", Optional.empty()));
  }

  /** How a view of a registry without a zone chooses. */
  public static Plan plan(ViewOptions options) {
    return Wiring.plan(options, "");
  }
}
