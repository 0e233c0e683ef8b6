/**
 * Following ranges of keys: a list, then the client's one watch stream from there on, through
 * breaks, compactions and resets of the cluster.
 */
package io.etcdregistry.internal.watch;
