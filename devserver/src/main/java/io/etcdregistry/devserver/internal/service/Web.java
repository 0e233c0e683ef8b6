package io.etcdregistry.devserver.internal.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.Status;
import java.net.URI;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What etcd answers to HTTP/1.1 on the port of its gRPC, as far as probes ask for it. */
final class Web {
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String JSON = "application/json";
  private static final String ELSEWHERE =
      "The development server serves /health and /version here, and gRPC; use a real etcd for the"
          + " rest.\n";

  private final Supplier<@Nullable Status> refusal;

  /**
   * A web.
   *
   * @param refusal what every call is refused with at present, or null
   */
  Web(Supplier<@Nullable Status> refusal) {
    this.refusal = refusal;
  }

  /** Answers a request, after which the connection ends; whatever the request's body is. */
  byte[] answer(String head) {
    String[] lines = head.split("\r?\n", -1);
    String[] request = lines[0].split(" ", -1);
    Answer answer =
        request[2].endsWith("1") && !hasHost(lines)
            ? new Answer("400 Bad Request", TEXT, "400 Bad Request: missing required Host header")
            : answer(request[0], path(request[1]));
    String fields =
        request[2]
            + " "
            + answer.status
            + "\r\nContent-Type: "
            + answer.type
            + "\r\nX-Content-Type-Options: nosniff\r\nContent-Length: "
            + answer.body.length()
            + (answer.status.startsWith("405") ? "\r\nAllow: GET" : "")
            + "\r\nConnection: close\r\n\r\n";
    return (fields + (request[0].equals("HEAD") ? "" : answer.body)).getBytes(UTF_8);
  }

  /** An answer; its body MUST be ASCII. */
  private record Answer(String status, String type, String body) {}

  private Answer answer(String method, String path) {
    boolean known = path.equals("/health") || path.equals("/version");
    if (!known) {
      return new Answer("404 Not Found", TEXT, ELSEWHERE);
    }
    if (!method.equals("GET")) {
      return new Answer("405 Method Not Allowed", TEXT, "Method Not Allowed\n");
    }
    if (path.equals("/version")) {
      String version = MaintenanceService.VERSION;
      return new Answer(
          "200 OK", JSON, "{\"etcdserver\":\"" + version + "\",\"etcdcluster\":\"3.5.0\"}");
    }
    String trouble = trouble();
    return new Answer(
        trouble.isEmpty() ? "200 OK" : "503 Service Unavailable",
        TEXT,
        "{\"health\":\"" + trouble.isEmpty() + "\",\"reason\":\"" + trouble + "\"}");
  }

  /** Why etcd would call itself ill; empty if it would not. */
  private String trouble() {
    Status status = refusal.get();
    if (status == null || status.getCode() == Status.Code.PERMISSION_DENIED) {
      return "";
    }
    String text = String.valueOf(status.getDescription());
    return switch (text) {
      case "etcdserver: no leader" -> "RAFT NO LEADER";
      case "etcdserver: mvcc: database space exceeded" -> "ALARM NOSPACE";
      default -> "QGET ERROR:" + text;
    };
  }

  private static boolean hasHost(String[] lines) {
    for (String line : lines) {
      if (line.toLowerCase(Locale.ROOT).startsWith("host:")) {
        return true;
      }
    }
    return false;
  }

  private static String path(String target) {
    try {
      return String.valueOf(URI.create(target).getPath());
    } catch (IllegalArgumentException e) {
      return "";
    }
  }
}
