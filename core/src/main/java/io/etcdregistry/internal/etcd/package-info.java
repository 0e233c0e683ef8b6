/**
 * The port's implementation on etcd's v3 protocol, and the only package that knows gRPC and
 * protobuf.
 *
 * <p>One {@link io.etcdregistry.internal.etcd.Loop} per store decides everything: which endpoint,
 * which token, when to try elsewhere. Nothing in it blocks; what is slow (conversion of answers,
 * files, the caller's code) runs on the executor.
 */
package io.etcdregistry.internal.etcd;
