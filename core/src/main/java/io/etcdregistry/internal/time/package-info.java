/** Clocks, threads and the order of work: the only package that makes a thread or reads a clock. */
package io.etcdregistry.internal.time;
