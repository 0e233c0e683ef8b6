import static java.nio.charset.StandardCharsets.UTF_8;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.options.GetOption;
import io.etcdregistry.benchmarks.Probe;

/** jetcd's part in what a client costs to start: one read of a prefix. */
final class JetcdProbe {
  private JetcdProbe() {}

  /** Arguments: where etcd is, and the service's name. */
  public static void main(String[] args) throws Exception {
    Probe.report(
        () -> {
          Client client = Client.builder().endpoints("http://" + args[0]).build();
          ByteSequence prefix = ByteSequence.from("services/" + args[1] + "/", UTF_8);
          GetOption whole = GetOption.builder().isPrefix(true).build();
          return client.getKVClient().get(prefix, whole).get().getKvs().size();
        });
  }
}
