package io.etcdregistry.it;

import io.etcdregistry.Instance;
import io.etcdregistry.Registry;
import io.etcdregistry.ServiceView;
import io.etcdregistry.Snapshot;

/**
 * A process that reads: {@code CONNECTION NAME}. Prints {@code view SIZE SUM FRESHNESS} for each
 * change, where SUM is of all documents' hash codes.
 */
final class Reader {
  private Reader() {}

  public static void main(String[] arguments) throws Exception {
    try (Registry registry = Registry.connect(arguments[0])) {
      ServiceView view = registry.service(arguments[1]);
      ServiceView.Subscription listening =
          view.onChange(change -> System.out.println(line(change.snapshot())));
      System.in.read();
      listening.close();
    }
  }

  static String line(Snapshot snapshot) {
    long sum = 0;
    for (Instance instance : snapshot.instances()) {
      sum += instance.json().hashCode();
    }
    return "view " + snapshot.instances().size() + " " + sum + " " + snapshot.freshness();
  }
}
