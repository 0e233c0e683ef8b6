package io.etcdregistry.examples;

import io.etcdregistry.Call;
import io.etcdregistry.Registry;
import io.etcdregistry.ServiceView;
import io.etcdregistry.ViewOptions;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** A caller that chooses well and tells how its calls went. Prints the status of each. */
public final class Balancing {
  private Balancing() {}

  /** Calls ten times. */
  public static void main(String[] args) throws Exception {
    try (Registry services = Registry.connect("127.0.0.1:2379")) {
      services.lookup("my-service-name"); // waits for the first load
      // tag::view
      // once: the better of two by latency and load, only version 2
      ServiceView orders =
          services.service(
              "my-service-name",
              ViewOptions.powerOfTwoChoices().where(i -> i.version().orElse("").startsWith("2")));
      // end::view
      for (int i = 0; i < 10; i++) {
        System.out.println(get(orders));
      }
    }
  }

  private static int get(ServiceView orders) throws IOException, InterruptedException {
    // tag::call
    // each time: an instance whose calls fail is left out for a while
    try (Call call = orders.begin().orElseThrow()) {
      try {
        int status = send(call.instance().url());
        if (status < 500) {
          call.succeeded();
        } else {
          call.failed("HTTP " + status);
        }
        return status;
      } catch (ConnectException e) {
        call.unreachable("connection refused"); // nobody is there: left out at once
        throw e;
      }
    }
    // end::call
  }

  private static int send(String url) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode();
  }
}
