package io.etcdregistry.internal.etcd;

import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.StoreException.Failure;
import java.util.Collection;

/** How a store's failures are told to the caller. */
final class StoreExceptions {
  private StoreExceptions() {}

  static StoreException closed() {
    return new StoreException(Failure.CLOSED, "the connection to etcd is closed");
  }

  /** What several endpoints' faults come to: what comes nearest to an answer. */
  static Failure summary(Collection<Fault> faults) {
    Failure summary = Failure.UNREACHABLE;
    int best = 0;
    for (Fault fault : faults) {
      int rank =
          switch (fault.kind().failure()) {
            case OVERLOADED -> 4;
            case NO_LEADER -> 3;
            case TIMED_OUT -> 2;
            case UNREACHABLE -> 1;
            default -> 0;
          };
      if (rank > best) {
        best = rank;
        summary = fault.kind().failure();
      }
    }
    // Nothing but refusals to speak etcd: there is no hope in trying again.
    return best == 0 && !faults.isEmpty() ? Failure.INVALID : summary;
  }
}
