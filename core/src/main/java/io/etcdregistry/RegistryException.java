package io.etcdregistry;

/**
 * The one exception of this library: a verb could not do what was asked.
 *
 * <p>{@link #reason()} says whose move it is; the message says what was tried, against which
 * endpoint, what was seen, and what happens next.
 */
public final class RegistryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why a verb failed. */
  public enum Reason {
    /** The caller's input is wrong: correct it and call again. */
    INVALID,
    /** No endpoint of etcd answered. */
    UNREACHABLE,
    /** An answer or a state did not come within the time allowed. */
    TIMED_OUT,
    /** etcd refused the credentials, or the user lacks the right. */
    DENIED,
    /** The document is larger than etcd or this library accepts. */
    TOO_LARGE,
    /** The registry, or the registration, is closed. */
    CLOSED,
    /** The calling thread was interrupted; its interrupt flag is set again. */
    INTERRUPTED
  }

  private final Reason reason;

  /**
   * An exception without a cause.
   *
   * @param reason whose move it is
   * @param message one sentence for a person: what, where, what was expected, what to do
   */
  public RegistryException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /**
   * An exception with its cause.
   *
   * @param reason whose move it is
   * @param message one sentence for a person: what, where, what was expected, what to do
   * @param cause what was seen below
   */
  public RegistryException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /**
   * Why it failed.
   *
   * @return whose move it is
   */
  public Reason reason() {
    return reason;
  }
}
