package io.etcdregistry.it;

import io.etcdregistry.Instance;
import io.etcdregistry.JoinOptions;
import io.etcdregistry.Registration;
import io.etcdregistry.Registry;
import java.time.Duration;

/**
 * A process that joins: {@code CONNECTION NAME PORT TTL}. Prints {@code joined KEY}, then a line
 * for each change of its state; leaves when its input ends, and prints {@code left}.
 */
final class Owner {
  private Owner() {}

  public static void main(String[] arguments) throws Exception {
    JoinOptions options = JoinOptions.defaults().ttl(Duration.parse(arguments[3]));
    Instance.Builder instance =
        Instance.named(arguments[1])
            .hostname("127.0.0.1")
            .port(Integer.parseInt(arguments[2]))
            .with("pid", ProcessHandle.current().pid());
    try (Registry registry = Registry.connect(arguments[0])) {
      Registration joined = registry.join(instance, options);
      System.out.println("joined " + joined.instance().key());
      Registration.State shown = joined.state();
      while (System.in.available() == 0) {
        if (joined.state() != shown) {
          shown = joined.state();
          System.out.println("state " + shown);
        }
        Thread.sleep(20);
      }
    }
    System.out.println("left");
  }
}
