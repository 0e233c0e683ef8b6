/** The etcd v3 messages and calls that etcd-registry uses, generated; not a public API. */
module io.etcdregistry.protocol {
  exports io.etcdregistry.protocol;

  requires transitive com.google.protobuf;
  requires transitive io.grpc;
  requires transitive io.grpc.stub;
  requires io.grpc.protobuf.lite;
  requires com.google.common;
}
