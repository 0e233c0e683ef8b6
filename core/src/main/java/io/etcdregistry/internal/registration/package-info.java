/**
 * What this client joined: a reconciler compares what is wanted with what etcd holds, and mends it
 * with guarded, batched writes.
 */
package io.etcdregistry.internal.registration;
