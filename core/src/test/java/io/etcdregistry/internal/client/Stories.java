package io.etcdregistry.internal.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/** Many stories, told by some threads, each from a seed of its own. */
final class Stories {
  /** More failures than these tell nothing new. */
  private static final int ENOUGH = 10;

  private static final long PROGRESS = Duration.ofSeconds(10).toNanos();

  private final long first;
  private final long seeds;
  private final AtomicLong next;
  private final AtomicLong told = new AtomicLong();
  private final ConcurrentSkipListMap<Long, AssertionError> failures =
      new ConcurrentSkipListMap<>();
  private final long begun = System.nanoTime();
  private final AtomicLong progressAt = new AtomicLong(begun + PROGRESS);

  /**
   * Stories that are not told yet.
   *
   * @param first the first seed
   * @param seeds how many
   */
  Stories(long first, long seeds) {
    this.first = first;
    this.seeds = seeds;
    this.next = new AtomicLong(first);
  }

  /**
   * Tells all of them; only some more after the first that failed.
   *
   * @throws AssertionError of the failure with the smallest seed, naming the others
   */
  void tell(int threads) throws InterruptedException {
    List<Thread> tellers = new ArrayList<>();
    for (int i = 1; i < threads; i++) {
      Thread teller = new Thread(this::tellOn, "teller " + i);
      teller.start();
      tellers.add(teller);
    }
    tellOn();
    for (Thread teller : tellers) {
      teller.join();
    }
    progress();
    if (!failures.isEmpty()) {
      throw new AssertionError(
          "seeds " + failures.keySet() + " failed; the first of them:", firstFailure());
    }
  }

  private Throwable firstFailure() {
    return failures.firstEntry().getValue();
  }

  private void tellOn() {
    for (long seed = next.getAndIncrement();
        seed < first + seeds && failures.size() < ENOUGH;
        seed = next.getAndIncrement()) {
      try {
        Story.tell(seed, UnaryOperator.identity());
      } catch (AssertionError failure) {
        failures.put(seed, failure);
        System.out.println(String.valueOf(failure.getMessage()).lines().findFirst().orElse(""));
      }
      told.incrementAndGet();
      long due = progressAt.get();
      if (System.nanoTime() > due && progressAt.compareAndSet(due, due + PROGRESS)) {
        progress();
      }
    }
  }

  private void progress() {
    long seconds = Duration.ofNanos(System.nanoTime() - begun).toSeconds();
    System.out.printf(
        "%,d of %,d stories told in %,d s, %d failed%n",
        told.get(), seeds, seconds, failures.size());
  }
}
