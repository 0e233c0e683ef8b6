package io.etcdregistry.benchmarks.eureka;

import java.io.IOException;
import java.util.Map;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.cloud.netflix.eureka.server.EnableEurekaServer;

/** A server with its defaults, on a free port of loopback that it says; ends with its input. */
@SpringBootApplication
@EnableEurekaServer
public class EurekaServer {
  /** Starts it. */
  public static void main(String[] args) throws IOException {
    ServletWebServerApplicationContext server =
        (ServletWebServerApplicationContext)
            new SpringApplicationBuilder(EurekaServer.class)
                .properties(
                    Map.of(
                        "server.port", "0",
                        "server.address", "127.0.0.1",
                        "spring.main.banner-mode", "off",
                        "logging.level.root", "OFF",
                        "eureka.client.register-with-eureka", "false",
                        "eureka.client.fetch-registry", "false"))
                .run(args);
    System.out.println("ok " + server.getWebServer().getPort());
    while (System.in.read() >= 0) {
      // until it is closed
    }
    Runtime.getRuntime().halt(0);
  }
}
