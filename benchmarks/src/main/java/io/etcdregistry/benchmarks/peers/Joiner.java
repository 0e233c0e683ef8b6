package io.etcdregistry.benchmarks.peers;

/** Joins services, as one client. */
interface Joiner extends AutoCloseable {
  /** What it is called in the table. */
  String name();

  /** Whether it can have so many joins under way. */
  default boolean can(int underWay) {
    return true;
  }

  /**
   * Joins.
   *
   * @param count how many services
   * @param underWay how many joins are under way at a time
   * @return nanoseconds from the first call to the last answer
   */
  long join(int count, int underWay) throws Exception;

  /** How many records there are, as somebody else sees it. */
  int found() throws Exception;

  /** Leaves with all, or has it removed: not measured. */
  void leave() throws Exception;

  @Override
  void close();
}
