package io.etcdregistry.internal.etcd;

import static java.util.Map.entry;

import io.etcdregistry.internal.etcd.Fault.Kind;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLException;

/**
 * What a failure means: the one place that knows the texts of etcd, gRPC and the transport.
 *
 * <p>etcd tells most of its refusals apart by text only, so a status is looked up by its code and
 * its exact text; a text not known here is judged by the code alone.
 */
final class Errors {
  private static final int LONGEST_QUOTE = 200;

  private record Meaning(Code code, Kind kind, String advice) {}

  /** How gRPC's Netty says that it can read no more, with the names of its handlers. */
  private static final String PIPELINE = "io exception\nChannel Pipeline: ";

  private static final String RIGHTS =
      "the user lacks the right; grant its role READ there, READWRITE to join";

  /** By the text, each of which etcd sends with one code. */
  private static final Map<String, Meaning> ETCD =
      Map.ofEntries(
          known(Code.UNAVAILABLE, "no leader", Kind.NO_LEADER, "no quorum, or electing just now"),
          known(Code.UNAVAILABLE, "leader changed", Kind.TIMED_OUT, ""),
          known(Code.UNAVAILABLE, "not capable", Kind.UNREACHABLE, ""),
          known(Code.UNAVAILABLE, "server stopped", Kind.UNREACHABLE, ""),
          known(Code.UNAVAILABLE, "stopped", Kind.UNREACHABLE, ""),
          known(Code.UNAVAILABLE, "unhealthy cluster", Kind.NO_LEADER, ""),
          known(Code.UNAVAILABLE, "request timed out", Kind.TIMED_OUT, ""),
          known(
              Code.UNAVAILABLE,
              "request timed out, possibly due to previous leader failure",
              Kind.TIMED_OUT,
              ""),
          known(
              Code.UNAVAILABLE,
              "request timed out, possibly due to connection lost",
              Kind.TIMED_OUT,
              ""),
          known(
              Code.UNAVAILABLE,
              "request timed out, waiting for the applied index took too long",
              Kind.TIMED_OUT,
              ""),
          known(Code.UNAVAILABLE, "rpc not supported for learner", Kind.NO_LEADER, ""),
          known(Code.FAILED_PRECONDITION, "not leader", Kind.NO_LEADER, ""),
          known(Code.FAILED_PRECONDITION, "lease already exists", Kind.LEASE_EXISTS, ""),
          known(Code.FAILED_PRECONDITION, "authentication is not enabled", Kind.AUTH_OFF, ""),
          known(Code.FAILED_PRECONDITION, "user name not found", Kind.UNAUTHENTICATED, ""),
          known(Code.NOT_FOUND, "requested lease not found", Kind.LEASE_NOT_FOUND, ""),
          known(
              Code.RESOURCE_EXHAUSTED,
              "mvcc: database space exceeded",
              Kind.NO_SPACE,
              "compact, defragment, then disarm the NOSPACE alarm"),
          known(Code.RESOURCE_EXHAUSTED, "too many requests", Kind.OVERLOADED, ""),
          known(
              Code.OUT_OF_RANGE, "mvcc: required revision has been compacted", Kind.COMPACTED, ""),
          known(
              Code.OUT_OF_RANGE,
              "mvcc: required revision is a future revision",
              Kind.COMPACTED,
              "the cluster's data was replaced"),
          known(Code.OUT_OF_RANGE, "too large lease TTL", Kind.INVALID, ""),
          known(Code.INVALID_ARGUMENT, "request is too large", Kind.TOO_LARGE, ""),
          known(Code.INVALID_ARGUMENT, "too many operations in txn request", Kind.TOO_LARGE, ""),
          known(
              Code.INVALID_ARGUMENT,
              "user name is empty",
              Kind.TOKEN,
              "give a user and a password"),
          known(Code.INVALID_ARGUMENT, "revision of auth store is old", Kind.TOKEN, ""),
          known(Code.UNAUTHENTICATED, "invalid auth token", Kind.TOKEN, ""),
          known(
              Code.INVALID_ARGUMENT,
              "authentication failed, invalid user ID or password",
              Kind.UNAUTHENTICATED,
              "check user and password"),
          known(Code.PERMISSION_DENIED, "permission denied", Kind.DENIED, RIGHTS));

  private Errors() {}

  private static Map.Entry<String, Meaning> known(
      Code code, String text, Kind kind, String advice) {
    return entry("etcdserver: " + text, new Meaning(code, kind, advice));
  }

  /**
   * What the end of a call means.
   *
   * @param status not OK
   */
  static Fault of(Status status) {
    String text = status.getDescription() == null ? "" : status.getDescription();
    Meaning known = ETCD.get(text);
    // etcd's gRPC proxy hands on the texts, but not the codes.
    boolean proxied = status.getCode() == Code.UNKNOWN;
    if (known != null && (proxied || known.code() == status.getCode())) {
      return new Fault(known.kind(), advised(quote(text), known.advice()));
    }
    return switch (status.getCode()) {
      case UNAVAILABLE, INTERNAL, UNKNOWN -> ofConnection(status, text);
      case DEADLINE_EXCEEDED, CANCELLED -> new Fault(Kind.TIMED_OUT, said(status, text));
      case UNIMPLEMENTED ->
          new Fault(
              Kind.NOT_ETCD,
              "something answers, but not an etcd with the v3 API (" + said(status, text) + ")");
      case PERMISSION_DENIED -> new Fault(Kind.DENIED, said(status, text));
      case UNAUTHENTICATED -> new Fault(Kind.TOKEN, said(status, text));
      case RESOURCE_EXHAUSTED ->
          tooLarge(text)
              ? new Fault(Kind.TOO_LARGE, said(status, text))
              : new Fault(Kind.OVERLOADED, said(status, text));
      case ABORTED, DATA_LOSS -> new Fault(Kind.UNREACHABLE, said(status, text));
      default -> new Fault(Kind.INVALID, said(status, text));
    };
  }

  /**
   * Why etcd ended a watch, from the reason it gave, which comes without a code.
   *
   * @param reason as received; may be empty
   */
  static Fault ofCancel(String reason) {
    for (Map.Entry<String, Meaning> entry : ETCD.entrySet()) {
      String text = entry.getKey();
      Meaning meaning = entry.getValue();
      if (reason.equals(text) || reason.equals(coded(meaning.code(), text))) {
        return new Fault(meaning.kind(), advised(quote(text), meaning.advice()));
      }
    }
    return new Fault(
        Kind.INVALID,
        reason.isEmpty() ? "etcd ended the watch" : "etcd ended it: " + quote(reason));
  }

  /** The form in which etcd 3.4 gives an error as a reason. */
  private static String coded(Code code, String text) {
    StringBuilder camel = new StringBuilder();
    for (String word : code.name().toLowerCase(Locale.ROOT).split("_", -1)) {
      camel.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
    }
    return "rpc error: code = " + camel + " desc = " + text;
  }

  private static boolean tooLarge(String text) {
    return text.startsWith("gRPC message exceeds maximum size")
        || text.startsWith("grpc: received message larger than max")
        || text.startsWith("grpc: trying to send message larger than max")
        || text.startsWith("trying to send message larger than max");
  }

  /** Judges what gRPC says of a connection, by its causes first. */
  private static Fault ofConnection(Status status, String text) {
    for (Throwable cause = status.getCause(); cause != null; cause = cause.getCause()) {
      Fault fault = ofCause(cause);
      if (fault != null) {
        return fault;
      }
    }
    if (text.startsWith("Unable to resolve host")) {
      return new Fault(Kind.MISMATCH, "no such host");
    }
    if (text.startsWith("Network closed for unknown reason")) {
      return new Fault(
          Kind.CLOSED_EARLY,
          "closed the connection before saying a word (does it expect TLS? then use https://)");
    }
    if (text.startsWith("Connection closed while performing TLS negotiation")
        || (text.startsWith(PIPELINE) && text.contains("ClientTlsHandler"))) {
      return new Fault(
          Kind.CLOSED_EARLY,
          "closed the connection during the TLS handshake (is it plain? then use http://)");
    }
    if (text.startsWith("HTTP status code 404") || text.contains("invalid content-type")) {
      return new Fault(Kind.NOT_ETCD, "an HTTP server answers, but not an etcd with the v3 API");
    }
    return new Fault(Kind.UNREACHABLE, said(status, text));
  }

  private static @org.jspecify.annotations.Nullable Fault ofCause(Throwable cause) {
    String text = cause.getMessage() == null ? "" : cause.getMessage();
    if (cause instanceof ConnectException && text.contains("refused")) {
      return new Fault(Kind.REFUSED, "connection refused (is etcd running there?)");
    }
    if (cause instanceof UnknownHostException) {
      return new Fault(Kind.MISMATCH, "no such host");
    }
    // The transport's own classes may be relocated, so they are known by their simple names.
    String name = cause.getClass().getSimpleName();
    if (name.equals("NotSslRecordException")) {
      return new Fault(Kind.MISMATCH, "does not speak TLS (use http:// if that is wanted)");
    }
    if (name.equals("ConnectTimeoutException")) {
      return new Fault(Kind.UNREACHABLE, "no connection within the transport's limit");
    }
    if (text.startsWith("First received frame was not SETTINGS")) {
      return text.contains("first 5 bytes: 15030")
          ? new Fault(Kind.MISMATCH, "expects TLS (use https://)")
          : new Fault(Kind.NOT_ETCD, "something answers, but it does not speak HTTP/2: not etcd");
    }
    if (cause instanceof SSLException || cause instanceof CertificateException) {
      return ofTls(cause);
    }
    return null;
  }

  private static Fault ofTls(Throwable top) {
    Throwable deepest = top;
    for (Throwable cause = top; cause != null; cause = cause.getCause()) {
      deepest = cause;
    }
    String text = deepest.getMessage() == null ? deepest.toString() : deepest.getMessage();
    if (text.startsWith("unable to find valid certification path")) {
      return new Fault(
          Kind.MISMATCH, "its certificate is not signed by a CA we trust (set ca= to etcd's CA)");
    }
    if (text.startsWith("No subject alternative")
        || text.startsWith("No name matching")
        || text.startsWith("No subject alternative names")) {
      return new Fault(Kind.MISMATCH, "its certificate is for another name: " + quote(text));
    }
    if (text.contains("BAD_CERTIFICATE")
        || text.contains("bad_certificate")
        || text.contains("bad certificate")
        || text.contains("CERTIFICATE_REQUIRED")
        || text.contains("certificate_required")) {
      return new Fault(
          Kind.MISMATCH, "it refuses our client certificate, or wants one (set cert= and key=)");
    }
    return new Fault(Kind.MISMATCH, "TLS handshake failed: " + quote(text));
  }

  private static String advised(String text, String advice) {
    return advice.isEmpty() ? text : text + " (" + advice + ")";
  }

  private static String said(Status status, String text) {
    Throwable cause = status.getCause();
    String detail = cause == null || cause.getMessage() == null ? "" : ": " + cause.getMessage();
    String code = status.getCode().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    if (text.startsWith(PIPELINE)) {
      return quote("the connection broke" + detail);
    }
    return text.isEmpty() && detail.isEmpty() ? code : quote(text + detail);
  }

  /** What the other side said, fit to be shown: short, on one line. */
  static String quote(String text) {
    String line = text.strip().replaceAll("\\p{Cntrl}+", " ");
    return line.length() <= LONGEST_QUOTE ? line : line.substring(0, LONGEST_QUOTE) + "…";
  }
}
