/**
 * Service discovery on etcd: {@link io.etcdregistry.Registry} is the front door, {@link
 * io.etcdregistry.Instance} is what services join with and callers find.
 */
package io.etcdregistry;
