package io.etcdregistry.internal.etcd;

import io.etcdregistry.protocol.AuthGrpc;
import io.etcdregistry.protocol.AuthenticateRequest;
import io.etcdregistry.protocol.AuthenticateResponse;
import io.etcdregistry.protocol.ClusterGrpc;
import io.etcdregistry.protocol.KVGrpc;
import io.etcdregistry.protocol.LeaseGrantRequest;
import io.etcdregistry.protocol.LeaseGrantResponse;
import io.etcdregistry.protocol.LeaseGrpc;
import io.etcdregistry.protocol.LeaseRevokeRequest;
import io.etcdregistry.protocol.LeaseRevokeResponse;
import io.etcdregistry.protocol.LeaseTimeToLiveRequest;
import io.etcdregistry.protocol.LeaseTimeToLiveResponse;
import io.etcdregistry.protocol.MaintenanceGrpc;
import io.etcdregistry.protocol.MemberListRequest;
import io.etcdregistry.protocol.MemberListResponse;
import io.etcdregistry.protocol.RangeRequest;
import io.etcdregistry.protocol.RangeResponse;
import io.etcdregistry.protocol.ResponseHeader;
import io.etcdregistry.protocol.StatusRequest;
import io.etcdregistry.protocol.StatusResponse;
import io.etcdregistry.protocol.TxnRequest;
import io.etcdregistry.protocol.TxnResponse;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * One of etcd's unary calls, with how it is treated. All of them may be sent more than once: they
 * read, are guarded, or name their own id.
 *
 * @param <Q> the request
 * @param <R> the answer
 * @param what for a person
 * @param method the call
 * @param header reads the answer's header
 * @param manners how it is treated
 */
record Call<Q, R>(
    String what,
    MethodDescriptor<Q, R> method,
    Function<R, ResponseHeader> header,
    Manners manners) {
  /** How a call is treated. */
  enum Manners {
    /** Reads: goes out with a token, to members that know a leader. */
    READ,
    /** The same, but may change something. */
    WRITE,
    /** Goes out with a token, to any member: what it asks, a member knows without a leader. */
    LOOK,
    /**
     * Has no credentials and asks for no leader; may take its time, as passwords are slow to check.
     */
    LOGIN
  }

  private static final Metadata.Key<String> LEADER =
      Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> TOKEN =
      Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);

  static final Call<RangeRequest, RangeResponse> RANGE =
      new Call<>("read", KVGrpc.getRangeMethod(), RangeResponse::getHeader, Manners.READ);

  static final Call<TxnRequest, TxnResponse> TXN =
      new Call<>("write", KVGrpc.getTxnMethod(), TxnResponse::getHeader, Manners.WRITE);

  static final Call<LeaseGrantRequest, LeaseGrantResponse> GRANT =
      new Call<>(
          "grant of a lease",
          LeaseGrpc.getLeaseGrantMethod(),
          LeaseGrantResponse::getHeader,
          Manners.WRITE);

  static final Call<LeaseRevokeRequest, LeaseRevokeResponse> REVOKE =
      new Call<>(
          "revocation of a lease",
          LeaseGrpc.getLeaseRevokeMethod(),
          LeaseRevokeResponse::getHeader,
          Manners.WRITE);

  static final Call<LeaseTimeToLiveRequest, LeaseTimeToLiveResponse> TIME_TO_LIVE =
      new Call<>(
          "look at a lease",
          LeaseGrpc.getLeaseTimeToLiveMethod(),
          LeaseTimeToLiveResponse::getHeader,
          Manners.READ);

  static final Call<MemberListRequest, MemberListResponse> MEMBERS =
      new Call<>(
          "list of members",
          ClusterGrpc.getMemberListMethod(),
          MemberListResponse::getHeader,
          Manners.READ);

  static final Call<AuthenticateRequest, AuthenticateResponse> AUTHENTICATE =
      new Call<>(
          "login",
          AuthGrpc.getAuthenticateMethod(),
          AuthenticateResponse::getHeader,
          Manners.LOGIN);

  static final Call<StatusRequest, StatusResponse> STATUS =
      new Call<>(
          "status", MaintenanceGrpc.getStatusMethod(), StatusResponse::getHeader, Manners.LOOK);

  /** Whether it may change something. */
  boolean writes() {
    return manners == Manners.WRITE;
  }

  /** Whether it goes out with a token, where there is a login. */
  boolean credentialed() {
    return manners != Manners.LOGIN;
  }

  /**
   * Where its answer is read, and told of: one may be large if it reads. One that writes brings
   * what stands there instead, of the keys of one transaction.
   */
  Executor readers(Loop loop) {
    return manners == Manners.READ ? loop.executor() : loop.readers();
  }

  /** How many attempt times it has for one attempt. */
  int patience() {
    return manners == Manners.LOGIN ? 2 : 1;
  }

  /** What goes out with it. */
  Metadata headers(String token) {
    return switch (manners) {
      case LOGIN -> new Metadata();
      case LOOK -> withToken(new Metadata(), token);
      case READ, WRITE -> headersOf(token);
    };
  }

  /** What goes out with a call or stream that needs a leader. */
  static Metadata headersOf(String token) {
    Metadata headers = new Metadata();
    headers.put(LEADER, "true");
    return withToken(headers, token);
  }

  private static Metadata withToken(Metadata headers, String token) {
    if (!token.isEmpty()) {
      headers.put(TOKEN, token);
    }
    return headers;
  }
}
