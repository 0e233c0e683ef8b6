package io.etcdregistry.internal.etcd;

import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.StoreException.Failure;

/**
 * What one attempt at one endpoint came to, if not to an answer.
 *
 * @param kind what to do about it
 * @param text for a person: what was seen and, where known, what to try; names no endpoint
 */
record Fault(Kind kind, String text) {
  /** What to do after a fault. */
  enum Next {
    /** Tell the caller: another endpoint would say the same. */
    TELL,
    /** Try another endpoint. */
    ELSEWHERE,
    /** Get a new token and try again. */
    TOKEN
  }

  /** The kinds of faults, as far as anything is decided by them. */
  enum Kind {
    /** Nothing listens on the port. */
    REFUSED(Failure.UNREACHABLE, Next.ELSEWHERE, true, false),
    /** The connection was closed before a word was said: often TLS against plain text. */
    CLOSED_EARLY(Failure.UNREACHABLE, Next.ELSEWHERE, true, false),
    /** The connection broke, or could not be had. */
    UNREACHABLE(Failure.UNREACHABLE, Next.ELSEWHERE, true, false),
    /** Trying again will not help until someone changes something: TLS, a wrong name. */
    MISMATCH(Failure.UNREACHABLE, Next.ELSEWHERE, true, true),
    /** Something else listens there. */
    NOT_ETCD(Failure.INVALID, Next.ELSEWHERE, true, true),
    /** The member knows no leader. */
    NO_LEADER(Failure.NO_LEADER, Next.ELSEWHERE, false, false),
    /** The member gave up waiting for the others. */
    TIMED_OUT(Failure.TIMED_OUT, Next.ELSEWHERE, true, false),
    /** The member has more to do than it can. */
    OVERLOADED(Failure.OVERLOADED, Next.ELSEWHERE, false, false),
    /** The token is missing, unknown or outdated. */
    TOKEN(Failure.UNAUTHENTICATED, Next.TOKEN, false, false),
    /** A password was given but etcd asks for none. */
    AUTH_OFF(Failure.UNAUTHENTICATED, Next.TELL, false, false),
    /** There is no such user, or the password is wrong. */
    UNAUTHENTICATED(Failure.UNAUTHENTICATED, Next.TELL, false, false),
    /** A right is missing. */
    DENIED(Failure.DENIED, Next.TELL, false, false),
    /** The space quota is used up. */
    NO_SPACE(Failure.NO_SPACE, Next.TELL, false, false),
    /** The revision is compacted, or not there yet. */
    COMPACTED(Failure.COMPACTED, Next.TELL, false, false),
    /** There is no such lease. */
    LEASE_NOT_FOUND(Failure.LEASE_NOT_FOUND, Next.TELL, false, false),
    /** There is such a lease already. */
    LEASE_EXISTS(Failure.INVALID, Next.TELL, false, false),
    /** The request or the answer is too large. */
    TOO_LARGE(Failure.TOO_LARGE, Next.TELL, false, false),
    /** etcd does not take the request. */
    INVALID(Failure.INVALID, Next.TELL, false, false);

    private final Failure failure;
    private final Next next;
    private final boolean ambiguous;
    private final boolean lasting;

    Kind(Failure failure, Next next, boolean ambiguous, boolean lasting) {
      this.failure = failure;
      this.next = next;
      this.ambiguous = ambiguous;
      this.lasting = lasting;
    }

    /** What the port calls it. */
    Failure failure() {
      return failure;
    }

    /** What to do after it. */
    Next next() {
      return next;
    }

    /** Whether it is about the connection: nothing that can be called etcd has answered. */
    boolean connection() {
      return failure == Failure.UNREACHABLE || this == NOT_ETCD;
    }

    /** Whether a request that was sent may have been applied nevertheless. */
    boolean ambiguous() {
      return ambiguous;
    }

    /** Whether the endpoint will say the same again, however soon it is asked. */
    boolean lasting() {
      return lasting;
    }
  }

  /** As the port reports it, for a call or stream at one endpoint. */
  StoreException exception(String what, Object endpoint) {
    return new StoreException(kind.failure(), what + " at " + endpoint + ": " + text);
  }
}
