package io.etcdregistry.internal.balance;

/** Chooses among the members of a table, by their places. Thread-safe; allocates nothing. */
@FunctionalInterface
interface Selector {
  /** The place of the next choice. */
  int next();
}
