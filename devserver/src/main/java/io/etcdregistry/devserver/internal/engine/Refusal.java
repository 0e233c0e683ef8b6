package io.etcdregistry.devserver.internal.engine;

import io.grpc.Status;

/** Why a request is refused: the code and the exact text that etcd answers with. */
public enum Refusal {
  EMPTY_KEY(Status.Code.INVALID_ARGUMENT, "key is not provided"),
  KEY_NOT_FOUND(Status.Code.INVALID_ARGUMENT, "key not found"),
  VALUE_PROVIDED(Status.Code.INVALID_ARGUMENT, "value is provided"),
  LEASE_PROVIDED(Status.Code.INVALID_ARGUMENT, "lease is provided"),
  TOO_MANY_OPERATIONS(Status.Code.INVALID_ARGUMENT, "too many operations in txn request"),
  DUPLICATE_KEY(Status.Code.INVALID_ARGUMENT, "duplicate key given in txn request"),
  INVALID_SORT_OPTION(Status.Code.INVALID_ARGUMENT, "invalid sort option"),
  REQUEST_TOO_LARGE(Status.Code.INVALID_ARGUMENT, "request is too large"),
  COMPACTED(Status.Code.OUT_OF_RANGE, "mvcc: required revision has been compacted"),
  FUTURE_REVISION(Status.Code.OUT_OF_RANGE, "mvcc: required revision is a future revision"),
  LEASE_NOT_FOUND(Status.Code.NOT_FOUND, "requested lease not found"),
  LEASE_EXISTS(Status.Code.FAILED_PRECONDITION, "lease already exists"),
  LEASE_TTL_TOO_LARGE(Status.Code.OUT_OF_RANGE, "too large lease TTL"),
  AUTH_NOT_ENABLED(Status.Code.FAILED_PRECONDITION, "authentication is not enabled");

  private final Status.Code code;
  private final String text;

  Refusal(Status.Code code, String text) {
    this.code = code;
    this.text = "etcdserver: " + text;
  }

  /** The text as it travels. */
  public String text() {
    return text;
  }

  /** The status as it travels. */
  public Status status() {
    return code.toStatus().withDescription(text);
  }
}
