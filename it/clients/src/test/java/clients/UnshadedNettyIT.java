package clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcdregistry.it.harness.FreshClasses;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The dev server where there is grpc-netty and no grpc-netty-shaded, on an older gRPC. */
@Timeout(120)
class UnshadedNettyIT {
  @Test
  void devServer_servesGrpcAndProbes() throws Exception {
    Class<?> type =
        FreshClasses.without("io.etcdregistry.devserver", "io.grpc.netty.shaded")
            .loadClass("io.etcdregistry.devserver.DevServer");
    try (AutoCloseable server = (AutoCloseable) type.getMethod("start").invoke(null)) {
      String url = (String) type.getMethod("connectionString").invoke(server);
      assertThat(get(url + "/health").body()).isEqualTo("{\"health\":\"true\",\"reason\":\"\"}");
      try (Client client = Client.builder().endpoints(url).build()) {
        ByteSequence key = ByteSequence.from("a", StandardCharsets.UTF_8);
        var put = client.getKVClient().put(key, key).get(30, TimeUnit.SECONDS);
        assertThat(put.getHeader().getRevision()).isEqualTo(2);
      }
      assertThat(get(url + "/version").statusCode()).isEqualTo(200);
    }
  }

  private static HttpResponse<String> get(String url) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(30)).build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
  }
}
