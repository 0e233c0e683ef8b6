package io.etcdregistry.internal.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcdregistry.testing.FakeTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GrowingPoolTest {
  private final FakeTime time = new FakeTime();
  private final Threads threads = new Threads();
  private final GrowingPool pool = new GrowingPool(threads, time);
  private final List<String> ran = new ArrayList<>();

  /** Threads that run when a test says so. */
  private static final class Threads extends AbstractExecutorService {
    private final Queue<Runnable> begun = new ArrayDeque<>();
    private int all;
    private boolean shutDown;
    private boolean exhausted;

    @Override
    public void execute(Runnable task) {
      if (shutDown) {
        throw new RejectedExecutionException("shut down");
      }
      if (exhausted) {
        throw new OutOfMemoryError("unable to create native thread");
      }
      all++;
      begun.add(task);
    }

    private void runOne() {
      begun.remove().run();
    }

    @Override
    public void shutdown() {
      shutDown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
      shutDown = true;
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return shutDown;
    }

    @Override
    public boolean isTerminated() {
      return shutDown && begun.isEmpty();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return isTerminated();
    }
  }

  private void execute(int tasks) {
    IntStream.rangeClosed(1, tasks).forEach(i -> pool.execute(() -> ran.add("task " + i)));
  }

  @Test
  void whatComesTogether_isDoneByOneThread_inOrder() {
    execute(1000);
    assertThat(threads.all).isEqualTo(1);
    threads.runOne();
    assertThat(ran)
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, 1000).mapToObj(i -> "task " + i).toList());
  }

  @Test
  void whatComesWhenNothingIsLeft_getsAThreadAtOnce() {
    execute(1);
    threads.runOne();
    execute(1);
    assertThat(threads.all).isEqualTo(2);
    threads.runOne();
    assertThat(ran).hasSize(2);
  }

  @Test
  void whatWaitsForOneThatBlocks_getsTwiceTheThreads_andTwiceAgain() {
    execute(10);
    time.advance(GrowingPool.PATIENCE.minusNanos(1));
    assertThat(threads.all).isEqualTo(1);
    time.advance(Duration.ofNanos(1));
    assertThat(threads.all).isEqualTo(2);
    time.advance(GrowingPool.PATIENCE);
    assertThat(threads.all).isEqualTo(4);
    time.advance(GrowingPool.PATIENCE);
    assertThat(threads.all).isEqualTo(8);
  }

  @Test
  void whatWaitsWhileTasksAreTaken_getsOneThreadMoreAtATime() {
    Duration brief = GrowingPool.PATIENCE.dividedBy(4);
    List<Integer> sizes = new ArrayList<>();
    for (int i = 0; i < 13; i++) {
      pool.execute(
          () -> {
            time.advance(brief);
            sizes.add(threads.all);
          });
    }
    threads.runOne();
    assertThat(sizes).containsExactly(1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4);
  }

  @Test
  void noThreadToBeHad_isTriedAgain() {
    threads.exhausted = true;
    execute(2);
    time.advance(GrowingPool.PATIENCE.multipliedBy(3));
    threads.exhausted = false;
    time.advance(GrowingPool.PATIENCE);
    assertThat(threads.all).isPositive();
    while (!threads.begun.isEmpty()) {
      threads.runOne();
    }
    assertThat(ran).containsExactly("task 1", "task 2");
    execute(1);
    assertThat(threads.begun).as("begun at once, as none is there").hasSize(1);
  }

  @Test
  void neverMoreThreadsThanTasks_andNoneForNothing() {
    execute(3);
    for (int i = 0; i < 3; i++) {
      time.advance(GrowingPool.PATIENCE);
    }
    assertThat(threads.all).isEqualTo(1 + 1 + 2 + 3);
    threads.runOne();
    time.advance(GrowingPool.PATIENCE.multipliedBy(100));
    assertThat(threads.all).isEqualTo(1 + 1 + 2 + 3);
    while (!threads.begun.isEmpty()) {
      threads.runOne();
    }
    execute(1);
    assertThat(threads.begun).hasSize(1);
  }

  @Test
  void afterATaskThatBlocks_theNextGetsAThreadAtOnce() {
    execute(1);
    time.advance(GrowingPool.PATIENCE); // and its thread has not come to it
    execute(1);
    assertThat(threads.all).isEqualTo(2);
  }

  @Test
  void tasksThatBlock_holdUpNobody() throws InterruptedException {
    ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    GrowingPool real =
        new GrowingPool(
            io.etcdregistry.internal.time.Threads.unbounded("growing"), new SystemTime(clock));
    int blocking = 20;
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch others = new CountDownLatch(100);
    for (int i = 0; i < blocking; i++) {
      real.execute(() -> await(release));
    }
    for (int i = 0; i < 100; i++) {
      real.execute(others::countDown);
    }
    assertThat(others.await(60, TimeUnit.SECONDS)).isTrue();
    release.countDown();
    real.close();
    clock.shutdownNow();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatATaskThrows_isToldToItsThread_andTheNextRuns() {
    Thread thread = Thread.currentThread();
    Thread.UncaughtExceptionHandler before = thread.getUncaughtExceptionHandler();
    AtomicReference<Throwable> told = new AtomicReference<>();
    thread.setUncaughtExceptionHandler((where, what) -> told.set(what));
    try {
      pool.execute(
          () -> {
            throw new IllegalStateException("a mistake");
          });
      execute(1);
      threads.runOne();
    } finally {
      thread.setUncaughtExceptionHandler(before);
    }
    assertThat(told.get()).hasMessage("a mistake");
    assertThat(ran).containsExactly("task 1");
  }

  @Test
  void close_hasWhatWaitsDone_andRefusesMore() {
    execute(100);
    pool.close();
    assertThat(threads.isShutdown()).isTrue();
    assertThat(threads.all).isEqualTo(1 + GrowingPool.AT_THE_END);
    while (!threads.begun.isEmpty()) {
      threads.runOne();
    }
    assertThat(ran).hasSize(100);
    assertThatThrownBy(() -> pool.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    time.advance(GrowingPool.PATIENCE.multipliedBy(2)); // what was to look finds nothing to do
  }
}
