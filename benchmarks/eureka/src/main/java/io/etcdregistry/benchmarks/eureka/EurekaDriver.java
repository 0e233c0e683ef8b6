package io.etcdregistry.benchmarks.eureka;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.netflix.appinfo.ApplicationInfoManager;
import com.netflix.appinfo.InstanceInfo;
import com.netflix.appinfo.InstanceInfo.InstanceStatus;
import com.netflix.discovery.DiscoveryClient;
import com.netflix.discovery.EurekaClient;
import com.netflix.discovery.shared.Application;
import com.netflix.discovery.shared.transport.jersey3.Jersey3TransportClientFactories;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.commons.util.InetUtils;
import org.springframework.cloud.commons.util.InetUtilsProperties;
import org.springframework.cloud.netflix.eureka.EurekaClientConfigBean;
import org.springframework.cloud.netflix.eureka.EurekaInstanceConfigBean;
import org.springframework.cloud.netflix.eureka.InstanceInfoFactory;

/**
 * Eureka's client with its defaults: {@code join NAME PORT} and {@code leave NAME} say when they
 * were called, {@code observe COUNT} begins to look and finds so many services, {@code seen NAME}
 * and {@code gone NAME} say when a look-up changed, {@code fleet SERVICES INSTANCES} fills the
 * server, and {@code lookup NAME THREADS MILLIS} measures: nanoseconds a look-up.
 *
 * <p>Argument: the server's URL. Ends with its input.
 */
public final class EurekaDriver {
  private static final long LIMIT_MILLIS = 400_000;

  private final String url;
  private final InetUtils inet = new InetUtils(new InetUtilsProperties());
  private final Map<String, DiscoveryClient> joined = new HashMap<>();
  private final Map<String, Long> seen = new ConcurrentHashMap<>();
  private final Map<String, Long> gone = new ConcurrentHashMap<>();
  private EurekaClient observer;

  private EurekaDriver(String url) {
    this.url = url;
  }

  /** Does as it is told. */
  public static void main(String[] args) throws Exception {
    ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.OFF);
    EurekaDriver driver = new EurekaDriver(args[0]);
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      System.out.println("ok " + driver.act(line.split(" ")));
    }
    Runtime.getRuntime().halt(0);
  }

  private long act(String[] words) throws Exception {
    return switch (words[0]) {
      case "join" -> join(words[1], Integer.parseInt(words[2]));
      case "leave" -> leave(words[1]);
      case "observe" -> observe(Integer.parseInt(words[1]));
      case "seen" -> await(seen, words[1]);
      case "gone" -> await(gone, words[1]);
      case "fleet" -> fleet(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
      case "lookup" ->
          lookup(words[1], Integer.parseInt(words[2]), Integer.parseInt(words[3]));
      default -> throw new IllegalArgumentException(words[0]);
    };
  }

  private DiscoveryClient client(String name, int port, boolean joins) {
    EurekaClientConfigBean config = new EurekaClientConfigBean();
    config.setServiceUrl(Map.of("defaultZone", url));
    config.setRegisterWithEureka(joins);
    config.setFetchRegistry(!joins);
    return new DiscoveryClient(
        manager(name, port), config, Jersey3TransportClientFactories.getInstance());
  }

  private ApplicationInfoManager manager(String name, int port) {
    EurekaInstanceConfigBean self = new EurekaInstanceConfigBean(inet);
    self.setAppname(name);
    self.setVirtualHostName(name);
    self.setInstanceId(name + ":" + port);
    self.setHostname("127.0.0.1");
    self.setIpAddress("127.0.0.1");
    self.setNonSecurePort(port);
    self.setInitialStatus(InstanceStatus.STARTING);
    return new ApplicationInfoManager(self, new InstanceInfoFactory().create(self));
  }

  private long join(String name, int port) {
    DiscoveryClient client = client(name, port, true);
    joined.put(name, client);
    long called = System.nanoTime();
    client.getApplicationInfoManager().setInstanceStatus(InstanceStatus.UP);
    return called;
  }

  private long leave(String name) {
    long called = System.nanoTime();
    joined.remove(name).shutdown();
    return called;
  }

  /** Begins to look, a hundred times a second; there must be so many services already. */
  private long observe(int services) throws InterruptedException {
    TimeUnit.SECONDS.sleep(1); // a join is sent by a thread of the client's
    observer = client("observer", 1, false);
    look();
    if (seen.size() != services) {
      throw new IllegalStateException("there are " + seen.keySet());
    }
    Thread thread = new Thread(this::lookOn, "look");
    thread.setDaemon(true);
    thread.start();
    return services;
  }

  private void lookOn() {
    try {
      while (true) {
        look();
        TimeUnit.MILLISECONDS.sleep(10);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    Set<String> there = new HashSet<>();
    for (Application one : observer.getApplications().getRegisteredApplications()) {
      if (one.getInstances().stream().anyMatch(i -> i.getStatus() == InstanceStatus.UP)) {
        there.add(one.getName().toLowerCase(Locale.ROOT));
      }
    }
    long now = System.nanoTime();
    there.forEach(name -> seen.putIfAbsent(name, now));
    for (String name : seen.keySet()) {
      if (!there.contains(name)) {
        gone.putIfAbsent(name, now);
      }
    }
  }

  private static long await(Map<String, Long> times, String name) throws InterruptedException {
    for (long waited = 0; waited < LIMIT_MILLIS; waited += 10) {
      Long time = times.get(name);
      if (time != null) {
        return time;
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
    throw new IllegalStateException("not after " + LIMIT_MILLIS + " ms");
  }

  /** Registers by the server's REST interface, as one client is one instance only. */
  private long fleet(int services, int instances) throws Exception {
    HttpClient http = HttpClient.newHttpClient();
    for (int i = 0; i < services * instances; i++) {
      String name = "service-" + i / instances;
      int port = 8000 + i % instances;
      String document =
          """
          {"instance":{"instanceId":"%1$s:%2$d","app":"%1$s","vipAddress":"%1$s",
          "hostName":"127.0.0.1","ipAddr":"127.0.0.1","status":"UP",
          "port":{"$":%2$d,"@enabled":"true"},"dataCenterInfo":
          {"@class":"com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo","name":"MyOwn"}}}
          """
              .formatted(name, port);
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url + "apps/" + name))
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(document))
              .build();
      int status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      if (status != 204) {
        throw new IllegalStateException("HTTP " + status);
      }
    }
    observer = client("observer", 1, false);
    return observer.getApplications().getRegisteredApplications().size();
  }

  /** Looks up on so many threads for so long: nanoseconds a look-up of one thread. */
  private long lookup(String name, int threads, int millis) throws InterruptedException {
    long[] nanos = new long[threads];
    Thread[] all = new Thread[threads];
    CountDownLatch start = new CountDownLatch(threads);
    for (int i = 0; i < threads; i++) {
      int number = i;
      all[i] =
          new Thread(
              () -> {
                start.countDown();
                try {
                  start.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                nanos[number] = lookup(name, TimeUnit.MILLISECONDS.toNanos(millis));
              });
      all[i].start();
    }
    for (Thread thread : all) {
      thread.join();
    }
    return Arrays.stream(nanos).sum() / threads;
  }

  /** Nanoseconds a look-up; the answers are looked at. */
  private long lookup(String name, long time) {
    int batch = 1_000;
    long calls = 0;
    long begun = System.nanoTime();
    long taken;
    do {
      for (int i = 0; i < batch; i++) {
        InstanceInfo found = observer.getNextServerFromEureka(name, false);
        if (found.getPort() < 8000) {
          throw new IllegalStateException("found " + found);
        }
      }
      calls += batch;
      taken = System.nanoTime() - begun;
    } while (taken < time);
    return taken / calls;
  }
}
