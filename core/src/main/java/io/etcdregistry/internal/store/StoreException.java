package io.etcdregistry.internal.store;

import io.etcdregistry.RegistryException.Reason;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** A call or a stream of a store failed. The message names the endpoint and what was seen. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What failed, as far as a decision hangs on it. */
  public enum Failure {
    /** No endpoint could be spoken to. */
    UNREACHABLE(true, Reason.UNREACHABLE),
    /** No answer came in time. */
    TIMED_OUT(true, Reason.TIMED_OUT),
    /** The member has no leader. */
    NO_LEADER(true, Reason.UNREACHABLE),
    /** etcd has no capacity at the moment: too many requests. */
    OVERLOADED(true, Reason.TIMED_OUT),
    /** etcd's space quota is used up (the NOSPACE alarm). */
    NO_SPACE(true, Reason.TIMED_OUT),
    /** The revision asked for is compacted. */
    COMPACTED(true, Reason.TIMED_OUT),
    /** The lease does not exist. */
    LEASE_NOT_FOUND(true, Reason.TIMED_OUT),
    /** etcd does not take the client for a user, or asks for one. */
    UNAUTHENTICATED(false, Reason.DENIED),
    /** The user lacks a right. */
    DENIED(false, Reason.DENIED),
    /** The request is larger than etcd takes. */
    TOO_LARGE(false, Reason.TOO_LARGE),
    /** What answers is not etcd, or refuses the request as it is. */
    INVALID(false, Reason.UNREACHABLE),
    /** The store is closed. */
    CLOSED(false, Reason.CLOSED);

    private final boolean passing;
    private final Reason reason;

    Failure(boolean passing, Reason reason) {
      this.passing = passing;
      this.reason = reason;
    }

    /** What a verb that failed for it tells its caller. */
    public Reason reason() {
      return reason;
    }

    /** Whether trying the same again later may help. */
    public boolean passing() {
      return passing;
    }

    /** Whether it is for who asks, and lasts until somebody changes passwords or rights. */
    public boolean ofUser() {
      return reason == Reason.DENIED;
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
   * @param cause what was seen below, if there is more to it than the message
   */
  public StoreException(
      Failure failure, boolean mayApply, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.failure = failure;
    this.mayApply = mayApply;
  }

  /** The failure that a future ended with, without the wrappers that futures add. */
  public static StoreException of(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof StoreException known
        ? known
        : new StoreException(Failure.UNREACHABLE, true, "The store failed: " + cause, cause);
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
