package io.etcdregistry.cli;

import io.etcdregistry.Instance;
import io.etcdregistry.Registry;
import io.etcdregistry.devserver.DevServer;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;

/**
 * Does once, in this process and unseen, what the commands do. The launcher runs it so that the JVM
 * writes down the classes that it meets: later starts take them from there.
 */
final class Rehearsal {
  private Rehearsal() {}

  public static void main(String[] args) {
    Console unseen =
        new Console(
            InputStream.nullInputStream(),
            OutputStream.nullOutputStream(),
            OutputStream.nullOutputStream(),
            Map.of(),
            false);
    try (DevServer etcd = DevServer.start();
        Registry service = Registry.connect(etcd.endpoint())) {
      service.join(Instance.named("rehearsal").port(80));
      for (String output : List.of("table", "json", "jsonl", "yaml", "url")) {
        Main.run(unseen, "list", "-o", output, "-e", etcd.endpoint());
        Main.run(unseen, "lookup", "rehearsal", "-o", output, "-e", etcd.endpoint());
      }
      Main.run(unseen, "help", "join");
      Main.run(unseen, "version");
    }
  }
}
