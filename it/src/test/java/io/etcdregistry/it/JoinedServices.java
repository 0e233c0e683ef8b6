package io.etcdregistry.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.etcdregistry.Instance;
import io.etcdregistry.Registry;
import io.etcdregistry.ServiceView;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Services that {@code join} runs, and another client that watches them. */
abstract class JoinedServices {
  /** Far beyond what a run takes: a machine may be slow. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final int CALLS_A_SECOND = 100;
  private static final List<String> BRIEFLY = List.of("-w", "2s", "-s", "1s");

  @TempDir Path folder;

  Registry observer;

  private final List<PackagedCommand> running = new ArrayList<>();
  private final List<ProcessHandle> processes = new ArrayList<>();

  /** The etcd, as {@code -e} takes it. */
  abstract String connection();

  @BeforeEach
  void observe() {
    observer = Registry.connect(connection());
  }

  @AfterEach
  void end() {
    for (PackagedCommand command : running) {
      if (command.isAlive()) {
        command.children().forEach(this::remember);
      }
      command.close();
    }
    processes.forEach(ProcessHandle::destroyForcibly);
    observer.close();
  }

  /** Has it, and what it has started so far, ended with the test, whatever becomes of it. */
  private void remember(ProcessHandle process) {
    Stream.concat(Stream.of(process), process.descendants()).forEach(processes::add);
  }

  PackagedCommand join(String name, List<String> options, String... command) {
    List<String> arguments = new ArrayList<>(List.of("join", name, "--hostname", "127.0.0.1"));
    arguments.addAll(options);
    arguments.add("--");
    arguments.addAll(List.of(command));
    PackagedCommand started =
        PackagedCommand.start(
            Map.of("ETCD_REGISTRY", connection()), arguments.toArray(String[]::new));
    running.add(started);
    return started;
  }

  Instance awaitJoined(String name) {
    await(name + " joins").atMost(PATIENCE).until(() -> observer.list(name).size() == 1);
    return observer.list(name).get(0);
  }

  void awaitGone(String name) {
    await(name + " is gone").atMost(PATIENCE).until(() -> observer.list(name).isEmpty());
  }

  /** The service's own process. */
  ProcessHandle process(PackagedCommand joined) {
    String line = joined.awaitOut("process ").awaitOut("\n").out();
    long pid = Long.parseLong(line.lines().toList().get(0).substring("process ".length()));
    ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
    remember(process);
    return process;
  }

  /** The status of its answer. */
  static int get(String url) throws IOException {
    HttpURLConnection call = (HttpURLConnection) new URL(url).openConnection();
    call.setRequestProperty("Connection", "close");
    return call.getResponseCode();
  }

  /** Two of them are called all the time, and one is asked to stop. */
  void politeStop(ServiceScript service) throws InterruptedException {
    String name = "busy-" + service;
    PackagedCommand one = join(name, BRIEFLY, service.command(folder, "0", "end"));
    PackagedCommand two = join(name, BRIEFLY, service.command(folder, "0", "end"));
    process(one);
    process(two);
    ServiceView view = observer.service(name);
    view.awaitAvailable(2, PATIENCE);
    List<String> failures = new ArrayList<>();
    Thread stopper = new Thread(() -> one.signal("TERM"));
    long begin = System.nanoTime();
    int calls = 0;
    while (calls < 2 * CALLS_A_SECOND || one.isAlive()) {
      if (calls == CALLS_A_SECOND) {
        stopper.start();
      }
      calls++;
      String url = view.pick().map(Instance::url).orElse("");
      try {
        int status = get(url + "/");
        if (status != 200) {
          failures.add(url + " answers " + status);
        }
      } catch (IOException e) {
        failures.add(url + ": " + e);
      }
      long ahead = begin + calls * (1_000_000_000L / CALLS_A_SECOND) - System.nanoTime();
      if (ahead > 0) {
        Thread.sleep(Duration.ofNanos(ahead).toMillis());
      }
    }
    stopper.join();
    assertThat(failures).as("of " + calls).isEmpty();
    assertThat(one.await().code()).isEqualTo(55);
    assertThat(observer.list(name)).hasSize(1);
    two.signal("INT");
    assertThat(two.await().code()).isEqualTo(42);
  }
}
