package io.etcdregistry.testing;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whether clients and servers of this JVM are at work, as far as their threads show. They are told
 * by their names, so that this sees those of other tests, too; on a busy machine it shows what no
 * counter of messages does: that a thread has something to do and has not come to it.
 */
final class Activity {
  private static final List<String> POOLS =
      List.of("etcd-registry-timer", "etcd-registry-worker", "etcd-dev-", "grpc-default-executor");
  private static final List<String> LOOPS = List.of("etcd-registry-io", "grpc-default-worker");
  private static final int DEPTH = 6;

  private Activity() {}

  /** Whether a thread of a client or of a server does something. */
  static boolean seen() {
    return threads().anyMatch(Activity::works);
  }

  private static Stream<Thread> threads() {
    ThreadGroup root = Thread.currentThread().getThreadGroup();
    while (root.getParent() != null) {
      root = root.getParent();
    }
    Thread[] all = new Thread[root.activeCount() + 64];
    return Arrays.stream(all, 0, root.enumerate(all));
  }

  private static boolean works(Thread thread) {
    String name = thread.getName();
    if (thread.getState() != Thread.State.RUNNABLE) {
      return false;
    }
    return POOLS.stream().anyMatch(name::startsWith)
        || (LOOPS.stream().anyMatch(name::startsWith) && !waitsForEvents(thread));
  }

  /** An event loop counts as running while it waits in the kernel. */
  private static boolean waitsForEvents(Thread loop) {
    return Arrays.stream(loop.getStackTrace())
        .limit(DEPTH)
        .map(StackTraceElement::getMethodName)
        .anyMatch(
            method ->
                method.startsWith("epollWait") || method.equals("poll") || method.equals("wait"));
  }
}
