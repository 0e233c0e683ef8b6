package io.etcdregistry.cli;

import io.etcdregistry.RegistryException;
import java.util.Set;

/** How a run of the command ended, as a shell sees it. */
enum ExitCode {
  /** Done; also an empty {@code list}. */
  OK(0),
  /** What none of the others names. */
  FAILURE(1),
  /** The command line, the connection string or a record given on it is wrong. */
  USAGE(2),
  /** etcd answered: there is nothing that fits. */
  NOT_FOUND(3),
  /** No endpoint of etcd answered. */
  UNREACHABLE(4),
  /** etcd refused the credentials, or the user lacks the right. */
  DENIED(5),
  /** etcd was there, but what was asked for did not come in time. */
  TIMED_OUT(6),
  /** The registration was lost, and {@code --fail-on-loss} asked for the end. */
  LOST(7),
  /** A command that was to be run is there, but cannot be executed. */
  NOT_EXECUTABLE(126),
  /** A command that was to be run is not there. */
  NO_SUCH_COMMAND(127),
  /** Ended by SIGHUP. */
  HUNG_UP(129),
  /** Ended by SIGINT. */
  INTERRUPTED(130),
  /** The reader of the output went away, as SIGPIPE would have it. */
  OUTPUT_CLOSED(141),
  /** Ended by SIGTERM. */
  TERMINATED(143);

  /** Those of signals, which whoever sent one knows of. */
  static final Set<ExitCode> SIGNALS = Set.of(HUNG_UP, INTERRUPTED, TERMINATED);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  static ExitCode of(RegistryException.Reason reason) {
    return switch (reason) {
      case INVALID -> USAGE;
      case UNREACHABLE -> UNREACHABLE;
      case DENIED -> DENIED;
      case TIMED_OUT -> TIMED_OUT;
      case INTERRUPTED -> INTERRUPTED;
      case TOO_LARGE, CLOSED -> FAILURE;
    };
  }
}
