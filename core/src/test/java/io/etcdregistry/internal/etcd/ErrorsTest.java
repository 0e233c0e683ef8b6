package io.etcdregistry.internal.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.etcd.Fault.Kind;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ErrorsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "UNAVAILABLE | etcdserver: no leader | NO_LEADER",
        "UNAVAILABLE | etcdserver: leader changed | TIMED_OUT",
        "UNAVAILABLE | etcdserver: not capable | UNREACHABLE",
        "UNAVAILABLE | etcdserver: server stopped | UNREACHABLE",
        "UNAVAILABLE | etcdserver: stopped | UNREACHABLE",
        "UNAVAILABLE | etcdserver: unhealthy cluster | NO_LEADER",
        "UNAVAILABLE | etcdserver: request timed out | TIMED_OUT",
        "UNAVAILABLE | etcdserver: request timed out, possibly due to previous leader failure"
            + " | TIMED_OUT",
        "UNAVAILABLE | etcdserver: request timed out, possibly due to connection lost | TIMED_OUT",
        "UNAVAILABLE | etcdserver: request timed out, waiting for the applied index took too long"
            + " | TIMED_OUT",
        "UNAVAILABLE | etcdserver: rpc not supported for learner | NO_LEADER",
        "FAILED_PRECONDITION | etcdserver: not leader | NO_LEADER",
        "FAILED_PRECONDITION | etcdserver: lease already exists | LEASE_EXISTS",
        "FAILED_PRECONDITION | etcdserver: authentication is not enabled | AUTH_OFF",
        "FAILED_PRECONDITION | etcdserver: user name not found | UNAUTHENTICATED",
        "NOT_FOUND | etcdserver: requested lease not found | LEASE_NOT_FOUND",
        "RESOURCE_EXHAUSTED | etcdserver: mvcc: database space exceeded | NO_SPACE",
        "RESOURCE_EXHAUSTED | etcdserver: too many requests | OVERLOADED",
        "OUT_OF_RANGE | etcdserver: mvcc: required revision has been compacted | COMPACTED",
        "OUT_OF_RANGE | etcdserver: mvcc: required revision is a future revision | COMPACTED",
        "OUT_OF_RANGE | etcdserver: too large lease TTL | INVALID",
        "INVALID_ARGUMENT | etcdserver: request is too large | TOO_LARGE",
        "INVALID_ARGUMENT | etcdserver: too many operations in txn request | TOO_LARGE",
        "INVALID_ARGUMENT | etcdserver: user name is empty | TOKEN",
        "INVALID_ARGUMENT | etcdserver: revision of auth store is old | TOKEN",
        "UNAUTHENTICATED | etcdserver: invalid auth token | TOKEN",
        "INVALID_ARGUMENT | etcdserver: authentication failed, invalid user ID or password | UNAUTHENTICATED",
        "PERMISSION_DENIED | etcdserver: permission denied | DENIED",
      })
  void of_knownText_isTheKindOfTheTable(Code code, String text, Kind kind) {
    Fault fault = Errors.of(code.toStatus().withDescription(text));
    assertThat(fault.kind()).isEqualTo(kind);
    assertThat(fault.text()).startsWith(text);
    Fault throughProxy = Errors.of(Code.UNKNOWN.toStatus().withDescription(text));
    assertThat(throughProxy).as("etcd's gRPC proxy loses the code").isEqualTo(fault);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // A text known under another code, or with anything added, is unknown.
        "INTERNAL | etcdserver: no leader | UNREACHABLE",
        "UNAVAILABLE | etcdserver: no leader! | UNREACHABLE",
        "INVALID_ARGUMENT | etcdserver: duplicate key given in txn request | INVALID",
        "INVALID_ARGUMENT | something new | INVALID",
        "FAILED_PRECONDITION | something new | INVALID",
        "NOT_FOUND | something new | INVALID",
        "OUT_OF_RANGE | something new | INVALID",
        "ALREADY_EXISTS | something new | INVALID",
        "PERMISSION_DENIED | something new | DENIED",
        "UNAUTHENTICATED | something new | TOKEN",
        "UNAVAILABLE | something new | UNREACHABLE",
        "INTERNAL | something new | UNREACHABLE",
        "UNKNOWN | something new | UNREACHABLE",
        "ABORTED | something new | UNREACHABLE",
        "DATA_LOSS | something new | UNREACHABLE",
        "DEADLINE_EXCEEDED | something new | TIMED_OUT",
        "CANCELLED | something new | TIMED_OUT",
        "UNIMPLEMENTED | unknown service etcdserverpb.KV | NOT_ETCD",
        "RESOURCE_EXHAUSTED | something new | OVERLOADED",
        "RESOURCE_EXHAUSTED | gRPC message exceeds maximum size 16777216: 20000000 | TOO_LARGE",
        "RESOURCE_EXHAUSTED | grpc: received message larger than max (9 vs. 8) | TOO_LARGE",
        "RESOURCE_EXHAUSTED | trying to send message larger than max (9 vs. 8) | TOO_LARGE",
        "UNKNOWN | HTTP status code 200; invalid content-type: text/html | NOT_ETCD",
        "UNIMPLEMENTED | HTTP status code 404 | NOT_ETCD",
        "UNAVAILABLE | HTTP status code 503 | UNREACHABLE",
        "UNAVAILABLE | Network closed for unknown reason | CLOSED_EARLY",
        "UNAVAILABLE | Connection closed while performing TLS negotiation | CLOSED_EARLY",
        "UNAVAILABLE | Unable to resolve host nowhere.invalid | MISMATCH",
      })
  void of_otherText_isJudgedByTheCode(Code code, String text, Kind kind) {
    assertThat(Errors.of(code.toStatus().withDescription(text)).kind()).isEqualTo(kind);
  }

  static Stream<Arguments> connections() {
    return Stream.of(
        Arguments.of(new ConnectException("Connection refused: /127.0.0.1:1"), Kind.REFUSED),
        Arguments.of(
            new IOException("io exception", new ConnectException("Connection refused")),
            Kind.REFUSED),
        Arguments.of(new ConnectException("No route to host"), Kind.UNREACHABLE),
        Arguments.of(new UnknownHostException("nowhere.invalid"), Kind.MISMATCH),
        Arguments.of(new IOException("Connection reset by peer"), Kind.UNREACHABLE),
        Arguments.of(
            new IOException(
                "First received frame was not SETTINGS. Hex dump for first 5 bytes: 485454502f"),
            Kind.NOT_ETCD),
        Arguments.of(
            new IOException(
                "First received frame was not SETTINGS. Hex dump for first 5 bytes: 1503010002"),
            Kind.MISMATCH),
        Arguments.of(new NotSslRecordException("not an SSL/TLS record: 3c21"), Kind.MISMATCH),
        Arguments.of(new SSLHandshakeException("General OpenSslEngine problem"), Kind.MISMATCH),
        Arguments.of(
            new CertificateException("No subject alternative names matching IP address"),
            Kind.MISMATCH));
  }

  @ParameterizedTest
  @MethodSource("connections")
  void of_brokenConnection_isJudgedByItsCause(Throwable cause, Kind kind) {
    Fault fault = Errors.of(Status.UNAVAILABLE.withDescription("io exception").withCause(cause));
    assertThat(fault.kind()).isEqualTo(kind);
    assertThat(fault.text()).isNotBlank().doesNotContain("Exception", "\n");
  }

  @Test
  void of_brokenConnection_namesNoHandlers() {
    Status broken = Status.UNAVAILABLE.withCause(new IOException("Connection reset"));
    String pipeline = "io exception\nChannel Pipeline: [SslHandler#0, %s#0]";
    Fault early =
        Errors.of(
            broken.withDescription(pipeline.formatted("ProtocolNegotiators$ClientTlsHandler")));
    assertThat(early.kind()).isEqualTo(Kind.CLOSED_EARLY);
    assertThat(early.text()).contains("TLS", "http://");
    Fault later = Errors.of(broken.withDescription(pipeline.formatted("NettyClientHandler")));
    assertThat(later.kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(later.text()).isEqualTo("the connection broke: Connection reset");
  }

  @Test
  void of_untrustedCertificate_saysWhatToDo() {
    SSLHandshakeException failure = new SSLHandshakeException("General OpenSslEngine problem");
    failure.initCause(
        new CertificateException("unable to find valid certification path to requested target"));
    assertThat(Errors.of(Status.UNAVAILABLE.withCause(failure)).text())
        .isEqualTo("its certificate is not signed by a CA we trust (set ca= to etcd's CA)");
  }

  @Test
  void of_hostileText_isOneShortLine() {
    String text = "a\n\u001b[31mb" + "x".repeat(1000);
    assertThat(Errors.of(Status.UNAVAILABLE.withDescription(text)).text())
        .startsWith("a [31mbxxx")
        .hasSizeLessThan(220);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "etcdserver: permission denied | DENIED",
        "rpc error: code = PermissionDenied desc = etcdserver: permission denied | DENIED",
        "rpc error: code = Unauthenticated desc = etcdserver: invalid auth token | TOKEN",
        "rpc error: code = InvalidArgument desc = etcdserver: revision of auth store is old"
            + " | TOKEN",
        "etcdserver: mvcc: required revision has been compacted | COMPACTED",
        "mvcc: watcher has duplicate ID | INVALID",
        "'' | INVALID",
      })
  void ofCancel_reason_isFoundWithAndWithoutItsCode(String reason, Kind kind) {
    assertThat(Errors.ofCancel(reason).kind()).isEqualTo(kind);
  }

  /** As the transport has one, known by its name alone. */
  private static final class NotSslRecordException extends IOException {
    private static final long serialVersionUID = 1L;

    NotSslRecordException(String message) {
      super(message);
    }
  }
}
