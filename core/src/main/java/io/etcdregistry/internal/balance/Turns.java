package io.etcdregistry.internal.balance;

import java.util.concurrent.atomic.AtomicLong;

/**
 * In turn, all members alike.
 *
 * @param size how many there are
 * @param position counts choices; shared by those that a client makes one after the other
 */
record Turns(int size, AtomicLong position) implements Selector {
  @Override
  public int next() {
    return (int) (position.getAndIncrement() % size);
  }
}
