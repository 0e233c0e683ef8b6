package io.etcdregistry.benchmarks.peers;

import io.etcdregistry.Call;
import io.etcdregistry.Instance;
import io.etcdregistry.Registry;
import io.etcdregistry.ServiceView;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Clients of this library that call a service all the time, over TCP, and one of whose instances is
 * killed: half of them tell the view how calls end, the others only pick.
 */
final class Callers implements AutoCloseable {
  private static final String SERVICE = "called";
  private static final int EACH = 4;
  private static final int INSTANCES = 3;
  private static final long PAUSE_MILLIS = 20;

  private final String endpoint;
  private final List<Driver> instances = new ArrayList<>();
  private final List<Caller> callers = new ArrayList<>();

  Callers(String endpoint) {
    this.endpoint = endpoint;
    for (int i = 0; i < INSTANCES; i++) {
      join();
    }
    for (int i = 0; i < 2 * EACH; i++) {
      Caller caller = new Caller(endpoint, i < EACH);
      callers.add(caller);
      Thread thread = new Thread(caller, "caller " + i);
      thread.setDaemon(true);
      thread.start();
    }
  }

  private void join() {
    Driver instance = Driver.java(Actor.class, "ours", endpoint);
    instance.ask("join", SERVICE, instance.number("serve"));
    instances.add(instance);
  }

  /** Calls begin. */
  void begin() {
    callers.forEach(caller -> caller.calling = true);
  }

  /** Kills the oldest instance, and has another join. From now on failures are counted. */
  void kill() {
    callers.forEach(Caller::count);
    try (Driver oldest = instances.remove(0)) {
      oldest.kill();
    }
    join();
  }

  /** Calls end; adds how many of each caller failed since the kill. */
  void end(Samples telling, Samples picking) {
    for (Caller caller : callers) {
      caller.calling = false;
      (caller.tells ? telling : picking).add(caller.failed());
    }
  }

  @Override
  public void close() {
    callers.forEach(Caller::close);
    instances.forEach(Driver::close);
  }

  private static final class Caller implements Runnable, AutoCloseable {
    private final Registry registry;
    private final ServiceView view;
    private final boolean tells;
    private int failed;
    private volatile boolean calling;
    private volatile boolean closed;

    Caller(String endpoint, boolean tells) {
      this.registry = Registry.connect(endpoint);
      this.view = registry.service(SERVICE);
      this.tells = tells;
      view.awaitAvailable(INSTANCES, Duration.ofSeconds(10));
    }

    synchronized void count() {
      failed = 0;
    }

    synchronized int failed() {
      return failed;
    }

    private synchronized void fail() {
      failed++;
    }

    @Override
    public void run() {
      try {
        while (!closed) {
          if (calling) {
            call();
          }
          TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void call() {
      if (!tells) {
        view.pick().ifPresent(this::answers);
        return;
      }
      try (Call call = view.begin().orElseThrow()) {
        if (answers(call.instance())) {
          call.succeeded();
        } else {
          call.unreachable("not reached");
        }
      }
    }

    private boolean answers(Instance instance) {
      int port = instance.port().orElse(0);
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        if (socket.getInputStream().read() == '+') {
          return true;
        }
      } catch (IOException e) {
        // as good as no answer
      }
      fail();
      return false;
    }

    @Override
    public void close() {
      closed = true;
      registry.close();
    }
  }
}
