package io.etcdregistry.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a thread of the registry's does with what it gives to its own pool. */
final class WorkerTest {
  private final ExecutorService pool = Threads.workers("test", 2, () -> {});
  private final List<String> ran = new CopyOnWriteArrayList<>();
  private final CountDownLatch done = new CountDownLatch(1);

  @AfterEach
  void shutDown() {
    pool.shutdownNow();
  }

  private void run(Runnable task) throws InterruptedException {
    pool.execute(task);
    assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
  }

  private static boolean happens(CountDownLatch latch) {
    try {
      return latch.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatItGivesToItsPool_itDoesNextItself() throws InterruptedException {
    List<Thread> threads = new CopyOnWriteArrayList<>();
    run(
        () -> {
          threads.add(Thread.currentThread());
          pool.execute(
              () -> {
                ran.add("given");
                threads.add(Thread.currentThread());
                done.countDown();
              });
          ran.add("giver");
        });
    assertThat(ran).containsExactly("giver", "given");
    assertThat(threads.get(1)).isSameAs(threads.get(0));
  }

  @Test
  void whatItGivesBesides_othersDo() throws InterruptedException {
    CountDownLatch second = new CountDownLatch(1);
    run(
        () -> {
          pool.execute(done::countDown);
          pool.execute(second::countDown);
          ran.add("second " + happens(second));
        });
    assertThat(ran).containsExactly("second true");
  }

  @Test
  void goingOnToAContext_itHandsOverWhatItKept() throws InterruptedException {
    SerialExecutor brief = SerialExecutor.brief(pool);
    CountDownLatch kept = new CountDownLatch(1);
    run(
        () -> {
          pool.execute(kept::countDown);
          brief.execute(() -> ran.add("kept " + happens(kept)));
          done.countDown();
        });
    assertThat(ran).containsExactly("kept true");
  }

  @Test
  void inAContextOfLongTasks_itKeepsNothing() throws InterruptedException {
    SerialExecutor lasting = new SerialExecutor(pool);
    CountDownLatch given = new CountDownLatch(1);
    lasting.execute(
        () -> {
          pool.execute(given::countDown);
          ran.add("given " + happens(given));
          done.countDown();
        });
    assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(ran).containsExactly("given true");
  }

  @Test
  void whatItKeptThrows_whatThatGaveIsDoneAllTheSame() throws InterruptedException {
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    CountDownLatch thrown = new CountDownLatch(1);
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> {
          ran.add(failure.getMessage());
          thrown.countDown();
        });
    try {
      run(
          () ->
              pool.execute(
                  () -> {
                    pool.execute(done::countDown);
                    throw new IllegalStateException("a mistake");
                  }));
      assertThat(happens(thrown)).isTrue();
      assertThat(ran).containsExactly("a mistake");
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
  }

  @Test
  void aContextWithMuchToDo_letsOthersThatWaitComeFirst() throws InterruptedException {
    ExecutorService one = Threads.workers("one", 1, () -> {});
    CountDownLatch begin = new CountDownLatch(1);
    one.execute(() -> happens(begin));
    SerialExecutor busy = SerialExecutor.brief(one);
    for (int i = 0; i < 1000; i++) {
      busy.execute(() -> {});
    }
    busy.execute(() -> ran.add("busy"));
    busy.execute(done::countDown);
    one.execute(() -> ran.add("waiting"));
    begin.countDown();
    assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
    one.shutdown();
    assertThat(ran).containsExactly("waiting", "busy");
  }

  @Test
  void poolShutDown_whatItKeptIsDone() throws InterruptedException {
    SerialExecutor brief = SerialExecutor.brief(pool);
    run(
        () -> {
          pool.execute(done::countDown);
          pool.shutdown();
          brief.execute(() -> ran.add("else"));
        });
    assertThat(ran).containsExactly("else");
  }

  @Test
  void pool_shutDown_runsItsEndAfterTheLastTask() throws InterruptedException {
    ExecutorService ending =
        Threads.workers(
            "ending",
            1,
            () -> {
              ran.add("end");
              done.countDown();
            });
    CountDownLatch begin = new CountDownLatch(1);
    ending.execute(() -> happens(begin));
    ending.execute(() -> ran.add("last"));
    ending.shutdown();
    begin.countDown();
    assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(ran).containsExactly("last", "end");
  }

  @Test
  void pool_ofAnotherKind_getsWhatItIsGiven() throws InterruptedException {
    ExecutorService other = Threads.workers("other", 1, () -> {});
    List<String> names = new CopyOnWriteArrayList<>();
    run(
        () ->
            other.execute(
                () -> {
                  names.add(Thread.currentThread().getName());
                  done.countDown();
                }));
    other.shutdown();
    assertThat(names).containsExactly("etcd-registry-other-1");
  }
}
