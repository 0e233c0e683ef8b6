package io.etcdregistry.internal.etcd;

import io.etcdregistry.internal.store.StoreException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What etcd said to a call: an answer, or a refusal that no other endpoint would spare us.
 *
 * @param <R> the answer
 */
final class Answer<R> {
  private final @Nullable R message;
  private final @Nullable Fault refusal;
  private final String from;
  private final boolean straggling;
  private final boolean unanswered;

  private Answer(
      @Nullable R message,
      @Nullable Fault refusal,
      String from,
      boolean straggling,
      boolean unanswered) {
    this.message = message;
    this.refusal = refusal;
    this.from = from;
    this.straggling = straggling;
    this.unanswered = unanswered;
  }

  static <R> Answer<R> of(R message, boolean straggling, boolean unanswered) {
    return new Answer<>(message, null, "", straggling, unanswered);
  }

  static <R> Answer<R> refused(Fault refusal, String from, boolean straggling) {
    return new Answer<>(null, refusal, from, straggling, straggling);
  }

  /** Whether another attempt of the call may still be carried out. */
  boolean straggling() {
    return straggling;
  }

  /** Whether such an attempt has not ended yet. */
  boolean unanswered() {
    return unanswered;
  }

  /** Why etcd refused, if it did. */
  Optional<Fault.Kind> refusal() {
    return Optional.ofNullable(refusal).map(Fault::kind);
  }

  /** The answer; a refusal is thrown. */
  R orThrow() {
    if (refusal != null) {
      throw new StoreException(
          refusal.kind().failure(), straggling, from + ": " + refusal.text(), null);
    }
    if (message == null) {
      throw new IllegalStateException("neither answer nor refusal");
    }
    return message;
  }
}
