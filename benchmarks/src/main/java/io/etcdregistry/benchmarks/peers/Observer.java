package io.etcdregistry.benchmarks.peers;

/** Sees instances of one service come and go, in another process than they run in. */
interface Observer extends AutoCloseable {
  /** Begins to look; what is seen is awaited. To be called before something is done. */
  default void look(int port, boolean there) {}

  /**
   * Waits until an instance would be chosen, or would not any more.
   *
   * @param port by which it is known
   * @param there whether to wait for it to come
   * @return when it was seen first, in nanoseconds of the machine's monotonic clock
   */
  long await(int port, boolean there) throws Exception;

  @Override
  void close();
}
