package io.etcdregistry.devserver.internal.engine;

/** Why a request is refused: the code and the exact text that etcd answers with. */
public enum Refusal {
  EMPTY_KEY(Code.INVALID_ARGUMENT, "key is not provided"),
  KEY_NOT_FOUND(Code.INVALID_ARGUMENT, "key not found"),
  VALUE_PROVIDED(Code.INVALID_ARGUMENT, "value is provided"),
  LEASE_PROVIDED(Code.INVALID_ARGUMENT, "lease is provided"),
  TOO_MANY_OPERATIONS(Code.INVALID_ARGUMENT, "too many operations in txn request"),
  DUPLICATE_KEY(Code.INVALID_ARGUMENT, "duplicate key given in txn request"),
  INVALID_SORT_OPTION(Code.INVALID_ARGUMENT, "invalid sort option"),
  REQUEST_TOO_LARGE(Code.INVALID_ARGUMENT, "request is too large"),
  COMPACTED(Code.OUT_OF_RANGE, "mvcc: required revision has been compacted"),
  FUTURE_REVISION(Code.OUT_OF_RANGE, "mvcc: required revision is a future revision"),
  NO_SPACE(Code.RESOURCE_EXHAUSTED, "mvcc: database space exceeded"),
  LEASE_NOT_FOUND(Code.NOT_FOUND, "requested lease not found"),
  LEASE_EXISTS(Code.FAILED_PRECONDITION, "lease already exists"),
  LEASE_TTL_TOO_LARGE(Code.OUT_OF_RANGE, "too large lease TTL"),
  AUTH_NOT_ENABLED(Code.FAILED_PRECONDITION, "authentication is not enabled"),
  AUTH_FAILED(Code.INVALID_ARGUMENT, "authentication failed, invalid user ID or password"),
  USER_EMPTY(Code.INVALID_ARGUMENT, "user name is empty"),
  INVALID_TOKEN(Code.UNAUTHENTICATED, "invalid auth token");

  private final Code code;
  private final String text;

  Refusal(Code code, String text) {
    this.code = code;
    this.text = "etcdserver: " + text;
  }

  /** The text as it travels. */
  public String text() {
    return text;
  }

  /** The code as it travels. */
  public Code code() {
    return code;
  }

  /** The codes of gRPC that refusals have, by their names there. */
  public enum Code {
    INVALID_ARGUMENT,
    OUT_OF_RANGE,
    NOT_FOUND,
    FAILED_PRECONDITION,
    UNAUTHENTICATED,
    RESOURCE_EXHAUSTED
  }
}
