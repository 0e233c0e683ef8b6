package io.etcdregistry.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.RecordsForTests;
import io.etcdregistry.Registration;
import io.etcdregistry.Registry;
import io.etcdregistry.RegistryContract;
import io.etcdregistry.ServiceView;
import io.etcdregistry.internal.codec.Keys;
import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.store.FakeCluster;
import io.etcdregistry.internal.store.Store;
import io.etcdregistry.internal.time.SerialExecutor;
import io.etcdregistry.internal.time.Threads;
import io.etcdregistry.testing.FakeTime;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Holds the registry to its contract on the fake store. Verbs that wait do so on a thread of their
 * own while the test's thread moves time.
 */
class FakeRegistryTest extends RegistryContract {
  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration STEP = Duration.ofMillis(1);
  private static final Set<String> WAITING =
      Set.of(
          "join",
          "leave",
          "update",
          "drain",
          "lookup",
          "list",
          "evict",
          "override",
          "liftOverride",
          "overrides",
          "close");

  private final FakeTime time = new FakeTime();
  private final FakeCluster cluster = new FakeCluster(time);
  private final Random random = new Random(42);
  private final ExecutorService threads = Threads.unbounded("contract");
  private final Thread mover = Thread.currentThread();

  @Override
  public Store connect() {
    return cluster.client();
  }

  @Override
  protected Registry open(String place) {
    String[] parts = place.split("\\?", 2);
    Keys keys = Keys.of(parts[0].isEmpty() ? "" : parts[0].substring(1));
    Duration ttl = place.contains("ttl=30s") ? Duration.ofSeconds(30) : TTL;
    Environment env =
        new Environment(
            cluster.client(),
            time,
            new SerialExecutor(Runnable::run),
            Runnable::run,
            threads,
            random::nextLong,
            TIMEOUT);
    EtcdRegistry registry =
        new EtcdRegistry(env, ttl, keys, RecordsForTests.of(keys), new NoOrigin());
    return timed(Registry.class, registry);
  }

  /** The same, but whatever waits is given the time to. */
  private <T> T timed(Class<T> type, T target) {
    InvocationHandler handler = (proxy, method, arguments) -> call(target, method, arguments);
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private Object call(Object target, Method method, Object[] arguments) throws Throwable {
    boolean waits = WAITING.contains(method.getName()) || method.getName().equals("awaitAvailable");
    Object result =
        waits && Thread.currentThread() == mover
            ? waited(target, method, arguments)
            : invoke(target, method, arguments);
    if (result instanceof Registration registration) {
      return timed(Registration.class, registration);
    }
    return result instanceof ServiceView view ? timed(ServiceView.class, view) : result;
  }

  private Object waited(Object target, Method method, Object[] arguments) throws Throwable {
    CompletableFuture<Object> result = new CompletableFuture<>();
    threads.execute(
        () -> {
          try {
            result.complete(invoke(target, method, arguments));
          } catch (Throwable e) {
            result.completeExceptionally(e);
          }
        });
    await(method.getName() + " returns", result::isDone);
    if (result.isCompletedExceptionally()) {
      throw result.handle((value, failure) -> failure).join();
    }
    return result.join();
  }

  private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  @Override
  public Admin admin() {
    return cluster.admin();
  }

  @Override
  public void passTime(Duration by) {
    time.advance(by);
  }

  @Override
  public void await(String what, BooleanSupplier condition) {
    for (int i = 0; i < 60_000 && !condition.getAsBoolean(); i++) {
      time.run();
      LockSupport.parkNanos(20_000);
      time.advance(STEP);
    }
    assertThat(condition.getAsBoolean()).as(what).isTrue();
  }

  @Override
  protected void release() {
    threads.shutdown();
  }

  @Override
  public void verifyNothingLeft() {
    time.run();
    assertThat(cluster.openStreams()).isZero();
    assertThat(cluster.openWatches()).isZero();
  }

  @Override
  public void newBuilder_makesAnotherLikeIt() {
    // A builder makes registries on etcd only.
  }
}
