/**
 * The port to etcd: what the rest of the library asks of a store, in its own words. One
 * implementation speaks to etcd, one is a fake for tests; both are held to one contract.
 */
package io.etcdregistry.internal.store;
