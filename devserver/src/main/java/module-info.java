import org.jspecify.annotations.NullMarked;

/** An in-process, in-memory etcd v3 for development and tests. */
@NullMarked
module io.etcdregistry.devserver {
  exports io.etcdregistry.devserver;

  requires com.google.protobuf;
  requires io.etcdregistry.protocol;
  requires io.grpc;
  requires io.grpc.stub;
  requires static transitive org.jspecify;
}
