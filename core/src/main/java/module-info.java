import org.jspecify.annotations.NullMarked;

/** Service discovery on etcd: join with a JSON document, look others up, leave. */
@NullMarked
@SuppressWarnings("module") // the command line is compiled after this
module io.etcdregistry {
  exports io.etcdregistry;
  exports io.etcdregistry.spi;
  exports io.etcdregistry.internal.diagnosis to
      io.etcdregistry.cli;

  requires com.google.gson;
  requires io.etcdregistry.protocol;
  requires io.grpc;
  requires static io.grpc.netty.shaded;
  requires io.grpc.stub;
  requires io.grpc.util;
  requires static transitive org.jspecify;

  // Not used here: on a module path, Netty finds its fast buffers only if somebody asks for this.
  requires jdk.unsupported;
}
