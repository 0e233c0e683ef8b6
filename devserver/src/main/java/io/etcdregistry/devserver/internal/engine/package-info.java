/**
 * An etcd in memory: keys with their history, transactions, leases. Knows no network and no clock.
 */
package io.etcdregistry.devserver.internal.engine;
