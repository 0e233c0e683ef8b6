package io.etcdregistry.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SerialExecutorTest {
  private static final Logger LOG = Logger.getLogger("io.etcdregistry");

  private final Queue<Runnable> backing = new ArrayDeque<>();
  private final SerialExecutor context = new SerialExecutor(backing::add);
  private final List<String> ran = new ArrayList<>();
  private final Reports reports = new Reports();

  @BeforeEach
  void listen() {
    LOG.setUseParentHandlers(false);
    LOG.addHandler(reports);
  }

  @AfterEach
  void listenNoMore() {
    LOG.removeHandler(reports);
    LOG.setUseParentHandlers(true);
  }

  /** What was logged; throws itself if it is told to. */
  private static final class Reports extends Handler {
    private final List<LogRecord> records = new ArrayList<>();
    private boolean broken;

    @Override
    public void publish(LogRecord record) {
      records.add(record);
      if (broken) {
        throw new IllegalStateException("the disk is full");
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private Runnable task(String name) {
    return () -> ran.add(name);
  }

  private int runBacking() {
    int count = 0;
    for (Runnable task = backing.poll(); task != null; task = backing.poll()) {
      task.run();
      count++;
    }
    return count;
  }

  @Test
  void execute_runsInOrder_onTheBackingExecutor() {
    context.execute(task("a"));
    context.execute(task("b"));
    assertThat(ran).isEmpty();
    assertThat(runBacking()).isEqualTo(1);
    context.execute(task("c"));
    assertThat(runBacking()).isEqualTo(1);
    assertThat(ran).containsExactly("a", "b", "c");
  }

  @Test
  void execute_withinATask_runsAfterIt_evenOnTheCallersThread() {
    SerialExecutor direct = new SerialExecutor(Runnable::run);
    direct.execute(
        () -> {
          direct.execute(task("inner"));
          ran.add("outer");
        });
    assertThat(ran).containsExactly("outer", "inner");
  }

  @Test
  void execute_manyTasks_letsOthersHaveTheirTurn() {
    for (int i = 0; i < 1000; i++) {
      context.execute(task("ours"));
    }
    backing.add(task("other"));
    assertThat(runBacking()).isGreaterThan(3);
    assertThat(ran).hasSize(1001);
    assertThat(ran.indexOf("other")).isLessThan(500);
  }

  @Test
  void task_throwsAnything_isReportedAndTheNextRuns() {
    List<Throwable> failures =
        List.of(
            new IllegalStateException("a mistake"),
            new AssertionError("a mistake found"),
            new StackOverflowError("a document too deep"),
            new NoClassDefFoundError("a jar too few"));
    for (Throwable failure : failures) {
      context.execute(() -> SerialExecutorTest.<RuntimeException>sneak(failure));
      context.execute(task("next"));
    }
    runBacking();
    assertThat(ran).containsExactly("next", "next", "next", "next");
    assertThat(reports.records).extracting(LogRecord::getThrown).isEqualTo(failures);
    assertThat(reports.records).extracting(LogRecord::getLevel).containsOnly(Level.SEVERE);
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> void sneak(Throwable failure) throws E {
    throw (E) failure;
  }

  @Test
  void task_throwsAndTheLoggerToo_theNextRuns() {
    reports.broken = true;
    context.execute(
        () -> {
          throw new IllegalStateException("a mistake");
        });
    context.execute(task("next"));
    runBacking();
    assertThat(reports.records).hasSize(1);
    assertThat(ran).containsExactly("next");
  }

  @Test
  void execute_backingShutDown_dropsTasksForGood() {
    AtomicBoolean open = new AtomicBoolean(true);
    SerialExecutor closing =
        new SerialExecutor(
            task -> {
              if (!open.get()) {
                throw new RejectedExecutionException("shut down");
              }
              backing.add(task);
            });
    closing.execute(task("before"));
    runBacking();
    open.set(false);
    closing.execute(task("dropped"));
    open.set(true);
    closing.execute(task("dropped too"));
    runBacking();
    assertThat(ran).containsExactly("before");
  }

  @Test
  void brief_givenByAWorker_runsThereAndThen() throws InterruptedException {
    SerialExecutor brief = SerialExecutor.brief(backing::add);
    onAWorker(
        () -> {
          brief.execute(
              () -> {
                brief.execute(task("inner"));
                ran.add("outer");
              });
          ran.add("next");
        });
    assertThat(ran).containsExactly("outer", "inner", "next");
    assertThat(backing).isEmpty();
  }

  @Test
  void brief_givenByAnyOtherThread_runsOnTheBackingExecutor() {
    SerialExecutor brief = SerialExecutor.brief(backing::add);
    brief.execute(task("a user's"));
    assertThat(ran).isEmpty();
    runBacking();
    assertThat(ran).containsExactly("a user's");
  }

  @Test
  void brief_thatIsAtWork_runsWhatAWorkerGivesItAfterwards() throws InterruptedException {
    SerialExecutor brief = SerialExecutor.brief(backing::add);
    brief.execute(task("first")); // is to be run by the backing executor
    onAWorker(() -> brief.execute(task("second")));
    assertThat(ran).isEmpty();
    runBacking();
    assertThat(ran).containsExactly("first", "second");
  }

  @Test
  void brief_thatIsGivenMore_letsTheWorkerGo() throws InterruptedException {
    SerialExecutor brief = SerialExecutor.brief(backing::add);
    onAWorker(
        () ->
            brief.execute(
                () -> {
                  for (int i = 0; i < 60; i++) {
                    brief.execute(task("more"));
                  }
                }));
    assertThat(ran).hasSizeLessThan(30);
    assertThat(runBacking()).isEqualTo(1);
    assertThat(ran).hasSize(60);
  }

  @Test
  void context_ofLongTasks_neverRunsInPlace() throws InterruptedException {
    onAWorker(() -> context.execute(task("long")));
    assertThat(ran).isEmpty();
    assertThat(runBacking()).isEqualTo(1);
    assertThat(ran).containsExactly("long");
  }

  private static void onAWorker(Runnable task) throws InterruptedException {
    ExecutorService pool = Threads.workers("test", 1, () -> {});
    pool.execute(task);
    pool.shutdown();
    assertThat(pool.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void execute_fromManyThreads_isSerialAndLosesNothing() throws InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(8);
    isSerialAndLosesNothing(new SerialExecutor(pool), pool, Executors.newFixedThreadPool(8));
  }

  @Test
  void brief_fromManyWorkers_isSerialAndLosesNothing() throws InterruptedException {
    ExecutorService pool = Threads.workers("test", 4, () -> {});
    isSerialAndLosesNothing(
        SerialExecutor.brief(pool), pool, Threads.workers("callers", 8, () -> {}));
  }

  private static void isSerialAndLosesNothing(
      SerialExecutor shared, ExecutorService pool, ExecutorService callers)
      throws InterruptedException {
    int threads = 8;
    int each = 5000;
    AtomicBoolean busy = new AtomicBoolean();
    int[] last = new int[threads]; // without a lock: the context is the order
    int[] overlaps = new int[1];
    CountDownLatch done = new CountDownLatch(threads * each);
    for (int caller = 0; caller < threads; caller++) {
      int mine = caller;
      callers.execute(
          () -> {
            for (int i = 1; i <= each; i++) {
              int number = i;
              shared.execute(
                  () -> {
                    boolean alone = busy.compareAndSet(false, true);
                    boolean next = last[mine] == number - 1;
                    last[mine] = number;
                    overlaps[0] += alone && next ? 0 : 1;
                    busy.set(false);
                    done.countDown();
                  });
            }
          });
    }
    assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
    pool.shutdown();
    callers.shutdown();
    assertThat(pool.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    assertThat(overlaps[0]).isZero();
    assertThat(last).containsOnly(each);
  }
}
