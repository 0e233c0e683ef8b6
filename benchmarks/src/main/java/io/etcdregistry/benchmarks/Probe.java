package io.etcdregistry.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Measures what a client costs this JVM, which had none before. Needs nothing but the JDK. */
public final class Probe {
  /** A client that looks a service up, and stays open. */
  public interface Client {
    /** Makes it; gives how many instances it has found. */
    int found() throws Exception;
  }

  private Probe() {}

  /**
   * Prints how many instances were found, milliseconds, milliseconds of CPU, threads and KiB of
   * live heap, what the JVM had before taken off; then ends the JVM.
   */
  public static void report(Client client) throws Exception {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    Set<Long> threads = threads();
    long heap = heap();
    long cpu = system.getProcessCpuTime();
    long begun = System.nanoTime();
    int found = client.found();
    long nanos = System.nanoTime() - begun;
    long spent = system.getProcessCpuTime() - cpu;
    Set<Long> more = threads();
    more.removeAll(threads);
    System.out.println(
        String.format(
            Locale.ROOT,
            "%d %.1f %.1f %d %d",
            found,
            nanos / 1e6,
            spent / 1e6,
            more.size(),
            (heap() - heap) >> 10));
    Runtime.getRuntime().halt(0);
  }

  private static Set<Long> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getId)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static long heap() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return least;
  }
}
