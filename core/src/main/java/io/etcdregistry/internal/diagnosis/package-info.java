/** A close look at a cluster, for the command line alone; no part of the public API. */
package io.etcdregistry.internal.diagnosis;
