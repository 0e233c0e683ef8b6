package io.etcdregistry.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.devserver.DevServer;
import io.etcdregistry.it.harness.EtcdServer;
import io.etcdregistry.it.harness.OnEveryEtcd;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** HTTP/1.1 on the port of gRPC: the dev server answers what etcd does, but for its version. */
@OnEveryEtcd
class DevServerProbesIT {
  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void probes_areAnsweredAsByEtcd() throws Exception {
    try (EtcdServer etcd = EtcdServer.start();
        DevServer dev = DevServer.start()) {
      List<String> expected = said(etcd.url());
      assertThat(expected).hasSize(6).element(0).asString().startsWith("200 ");
      assertThat(said(dev.connectionString())).isEqualTo(expected);
    }
  }

  private List<String> said(String url) throws Exception {
    List<String> said = new ArrayList<>();
    for (String request :
        List.of(
            "GET /health", "GET /version", "POST /health", "HEAD /version", "GET /", "GET /x")) {
      String method = request.substring(0, request.indexOf(' '));
      HttpRequest sent =
          HttpRequest.newBuilder(URI.create(url + request.substring(method.length() + 1)))
              .timeout(Duration.ofSeconds(30))
              .method(method, BodyPublishers.noBody())
              .build();
      HttpResponse<String> answer = http.send(sent, BodyHandlers.ofString());
      String body = answer.statusCode() == 404 ? "" : normalized(answer.body());
      said.add(
          answer.statusCode()
              + " "
              + answer.headers().firstValue("Content-Type").orElse("")
              + " "
              + answer.headers().firstValue("Allow").orElse("")
              + " "
              + body);
    }
    return said;
  }

  /** Without the version, and without the reason that etcd 3.4 does not give. */
  private static String normalized(String body) {
    return body.replaceAll("\"3\\.\\d[^\"]*\"", "\"3.x\"").replace(",\"reason\":\"\"", "");
  }
}
