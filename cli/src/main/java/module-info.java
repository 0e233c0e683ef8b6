import org.jspecify.annotations.NullMarked;

/** The command line {@code etcd-registry}. */
@NullMarked
module io.etcdregistry.cli {
  requires com.google.gson;
  requires info.picocli;
  requires io.etcdregistry;
  requires io.etcdregistry.devserver;
  requires java.logging;
  requires jdk.unsupported;
  requires static org.jspecify;

  opens io.etcdregistry.cli to
      info.picocli;
}
