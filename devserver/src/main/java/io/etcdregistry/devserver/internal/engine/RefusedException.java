package io.etcdregistry.devserver.internal.engine;

/** A request that the engine refuses; nothing has been changed. */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Refusal refusal;

  RefusedException(Refusal refusal) {
    // An everyday answer, not a defect: the stack would only cost time.
    super(refusal.text(), null, false, false);
    this.refusal = refusal;
  }

  /** Why. */
  public Refusal refusal() {
    return refusal;
  }
}
