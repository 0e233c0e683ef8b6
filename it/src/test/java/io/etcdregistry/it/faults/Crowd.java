package io.etcdregistry.it.faults;

import io.etcdregistry.Instance;
import io.etcdregistry.JoinOptions;
import io.etcdregistry.Registration;
import io.etcdregistry.Registration.State;
import io.etcdregistry.Registry;
import io.etcdregistry.ServiceView;
import io.etcdregistry.Snapshot.Freshness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The main class of a process that holds many clients: {@code CONNECTION COUNT FIRST TTL}. Each
 * keeps one service joined and follows another one. Every 50 ms it tells {@code ready NANOS COUNT}
 * if that changed: how many have their record in etcd and a live view. Ends with its input.
 */
final class Crowd {
  private final List<Registry> clients = new ArrayList<>();
  private final List<Registration> registrations = new ArrayList<>();
  private final List<ServiceView> views = new ArrayList<>();

  private Crowd() {}

  public static void main(String[] arguments) throws Exception {
    Crowd crowd = new Crowd();
    int first = Integer.parseInt(arguments[2]);
    int count = Integer.parseInt(arguments[1]);
    for (int number = first; number < first + count; number++) {
      crowd.add(arguments[0], number, Duration.parse(arguments[3]));
      Thread.sleep(20); // it is how they come back that is looked at
    }
    Thread teller = new Thread(crowd::tellReady, "ready");
    teller.setDaemon(true);
    teller.start();
    while (System.in.read() >= 0) {
      // told nothing but the end
    }
    Runtime.getRuntime().halt(0); // their leaves are not looked at either
  }

  private void add(String connection, int number, Duration ttl) {
    Registry client = Registry.connect(connection);
    clients.add(client);
    JoinOptions options = JoinOptions.defaults().ttl(ttl);
    Instance.Builder instance =
        Instance.named("crowd-" + number % 10).id("n" + number).hostname("127.0.0.1").port(1);
    registrations.add(client.announce(instance, options));
    views.add(client.service("crowd-" + (number + 1) % 10));
  }

  private void tellReady() {
    try {
      for (int told = -1; true; Thread.sleep(50)) {
        int ready = 0;
        for (int i = 0; i < clients.size(); i++) {
          boolean joined = registrations.get(i).state() == State.JOINED;
          boolean live = views.get(i).snapshot().freshness() == Freshness.LIVE;
          ready += joined && live ? 1 : 0;
        }
        if (ready != told) {
          Services.tell("ready " + System.nanoTime() + " " + ready);
          told = ready;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
