package clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import java.io.IOException;
import java.io.InputStream;
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
    Class<?> type = new WithoutShaded().loadClass("io.etcdregistry.devserver.DevServer");
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

  /** Loads the dev server anew, and nothing that is shaded. */
  private static final class WithoutShaded extends ClassLoader {
    WithoutShaded() {
      super(WithoutShaded.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith("io.grpc.netty.shaded.")) {
        throw new ClassNotFoundException(name);
      }
      if (!name.startsWith("io.etcdregistry.devserver.")) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> known = findLoadedClass(name);
        return known == null ? define(name) : known;
      }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}
