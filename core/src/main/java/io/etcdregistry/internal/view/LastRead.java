package io.etcdregistry.internal.view;

/**
 * When something was read last, to the grain of who asks time and again: readers look at no clock,
 * which is what a look-up would cost most. Readers may be of any thread, who asks is one.
 */
final class LastRead {
  private volatile boolean read = true;
  private long at;

  /** It is read. */
  void mark() {
    if (!read) {
      read = true; // not each time: readers of many threads would be in each other's way
    }
  }

  /**
   * Whether it was read after a moment, or not asked about since it was.
   *
   * @param moment of the monotonic clock
   * @param now of the same
   */
  boolean isAfter(long moment, long now) {
    if (read) {
      read = false;
      at = now;
    }
    return at > moment;
  }
}
