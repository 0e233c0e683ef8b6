package io.etcdregistry.internal.store;

/** A call or a stream of a store failed. The message names the endpoint and what was seen. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What failed, as far as a decision hangs on it. */
  public enum Failure {
    /** No endpoint could be spoken to. */
    UNREACHABLE(true),
    /** No answer came in time. */
    TIMED_OUT(true),
    /** The member has no leader. */
    NO_LEADER(true),
    /** etcd has no capacity at the moment: too many requests. */
    OVERLOADED(true),
    /** etcd's space quota is used up (the NOSPACE alarm). */
    NO_SPACE(true),
    /** The credentials are refused or a right is missing. */
    DENIED(false),
    /** The revision asked for is compacted. */
    COMPACTED(false),
    /** The lease does not exist. */
    LEASE_NOT_FOUND(false),
    /** The request is larger than etcd takes. */
    TOO_LARGE(false),
    /** etcd refuses the request as it is, or what answers is not etcd. */
    INVALID(false),
    /** The store is closed. */
    CLOSED(false);

    private final boolean passing;

    Failure(boolean passing) {
      this.passing = passing;
    }

    /** Whether trying the same again later may help. */
    public boolean passing() {
      return passing;
    }
  }

  private final Failure failure;
  private final boolean mayApply;

  /** A failure that changed nothing. */
  public StoreException(Failure failure, String message) {
    super(message);
    this.failure = failure;
    this.mayApply = false;
  }

  /**
   * A failure with its cause.
   *
   * @param failure what failed
   * @param mayApply whether the write was sent and may have been applied, or may yet be
   * @param message for a person
   * @param cause what was seen below
   */
  public StoreException(Failure failure, boolean mayApply, String message, Throwable cause) {
    super(message, cause);
    this.failure = failure;
    this.mayApply = mayApply;
  }

  /** What failed. */
  public Failure failure() {
    return failure;
  }

  /** Whether the write of this call may have been applied, or may yet be. */
  public boolean mayApply() {
    return mayApply;
  }
}
