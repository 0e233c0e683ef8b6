package consumer;

import io.etcdregistry.Instance;
import io.etcdregistry.Registration;
import io.etcdregistry.Registry;

/** Joins, finds itself, leaves; prints what it found and what is left. */
public final class Main {
  private Main() {}

  /**
   * Runs the program.
   *
   * @param args the connection string
   */
  public static void main(String[] args) {
    try (Registry services = Registry.connect(args[0])) {
      Registration me = services.join(Instance.named("consumer").port(8080));
      System.out.println("found " + services.lookup("consumer").orElseThrow().name());
      me.leave();
      System.out.println("left " + services.list("consumer").size());
    }
  }
}
