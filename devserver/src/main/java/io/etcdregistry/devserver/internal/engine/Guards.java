package io.etcdregistry.devserver.internal.engine;

import io.etcdregistry.protocol.Compare;
import io.etcdregistry.protocol.KeyValue;
import java.util.List;

/** Whether the guards of a transaction hold. */
final class Guards {
  private Guards() {}

  static boolean hold(Mvcc store, List<Compare> guards) {
    for (Compare guard : guards) {
      if (!holds(store, guard)) {
        return false;
      }
    }
    return true;
  }

  private static boolean holds(Mvcc store, Compare guard) {
    List<KeyValue> rows = store.range(Span.of(guard.getKey(), guard.getRangeEnd()), 0, 0).rows();
    if (rows.isEmpty()) {
      // No value equals, precedes or follows an absent one: on the wire absent and empty are the
      // same.
      return guard.getTarget() != Compare.CompareTarget.VALUE
          && holds(KeyValue.getDefaultInstance(), guard);
    }
    for (KeyValue row : rows) {
      if (!holds(row, guard)) {
        return false;
      }
    }
    return true;
  }

  private static boolean holds(KeyValue row, Compare guard) {
    int order = order(row, guard);
    return switch (guard.getResult()) {
      case EQUAL -> order == 0;
      case GREATER -> order > 0;
      case LESS -> order < 0;
      case NOT_EQUAL -> order != 0;
      case UNRECOGNIZED -> true;
    };
  }

  /** An operand of another kind than the target counts as none: 0, or the empty value. */
  private static int order(KeyValue row, Compare guard) {
    return switch (guard.getTarget()) {
      case VERSION -> Long.compare(row.getVersion(), guard.getVersion());
      case CREATE -> Long.compare(row.getCreateRevision(), guard.getCreateRevision());
      case MOD -> Long.compare(row.getModRevision(), guard.getModRevision());
      case LEASE -> Long.compare(row.getLease(), guard.getLease());
      case VALUE -> Span.ORDER.compare(row.getValue(), guard.getValue());
      case UNRECOGNIZED -> 0;
    };
  }
}
