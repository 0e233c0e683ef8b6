package io.etcdregistry.testing;

import io.etcdregistry.Registry;
import io.etcdregistry.devserver.DevServer;
import io.etcdregistry.devserver.Faults;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives each JUnit test an etcd of its own in memory, a registry on it, its faults and its time.
 *
 * <p>Used as {@code @ExtendWith(RegistryExtension.class)}, or as a field with
 * {@code @RegisterExtension} where settings or the methods here are wanted. Test methods, and what
 * runs before and after each, take parameters of these types:
 *
 * <ul>
 *   <li>{@link Registry}: a client of the test's etcd, the same wherever one test asks for it
 *   <li>{@link DevServer}: the etcd
 *   <li>{@link Faults}: what can go wrong with it
 *   <li>{@link TestTime}: the time of both, which the test can move on
 * </ul>
 *
 * <p>Nothing is shared between tests, so they may run in parallel. After a test faults are healed,
 * clients leave, and all is closed.
 *
 * <p>Works with JUnit Jupiter 5.10 and newer, 6 included. Thread-safe.
 */
public final class RegistryExtension
    implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
  private final String path;
  private final UnaryOperator<Registry.Builder> settings;
  private final ExtensionContext.Namespace namespace =
      ExtensionContext.Namespace.create(RegistryExtension.class, this);

  /** The tests that run, by the thread that began each. */
  private final Map<Thread, Scene> running = new ConcurrentHashMap<>();

  /** The default settings: no namespace, a timeout of 30 s, else as {@link Registry#builder}. */
  public RegistryExtension() {
    this(new Builder());
  }

  private RegistryExtension(Builder builder) {
    path = builder.path;
    settings = builder.settings;
  }

  /** A builder with the default settings. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * The registry of the test that runs.
   *
   * @throws IllegalStateException as for {@link #server}
   */
  public Registry registry() {
    return scene().registry();
  }

  /**
   * Another client of the same etcd, as a process of its own would have; it is closed after the
   * test.
   *
   * @throws IllegalStateException as for {@link #server}
   */
  public Registry newRegistry() {
    return scene().newRegistry();
  }

  /**
   * The etcd of the test that runs.
   *
   * @throws IllegalStateException if none runs; or if several do at once with this extension and
   *     the calling thread is not that of a test: take parameters then
   */
  public DevServer server() {
    return scene().server();
  }

  /**
   * What can go wrong with the etcd of the test that runs.
   *
   * @throws IllegalStateException as for {@link #server}
   */
  public Faults faults() {
    return scene().server().faults();
  }

  /**
   * The time of the test that runs.
   *
   * @throws IllegalStateException as for {@link #server}
   */
  public TestTime time() {
    return scene().time();
  }

  /**
   * Moves the clocks of etcd and of its clients forward together, see {@link TestTime#advance}.
   *
   * @param by how far, not negative
   * @throws IllegalArgumentException if it is negative
   * @throws IllegalStateException as for {@link #server}
   */
  public void advance(Duration by) {
    scene().time().advance(by);
  }

  /**
   * Moves the clocks until a condition holds, see {@link TestTime#advanceUntil}.
   *
   * @param condition what is waited for
   * @param limit how far to move at most, not negative
   * @return whether the condition holds
   * @throws IllegalArgumentException if the limit is negative
   * @throws IllegalStateException as for {@link #server}
   */
  public boolean advanceUntil(BooleanSupplier condition, Duration limit) {
    return scene().time().advanceUntil(condition, limit);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    Scene scene = new Scene(path, settings);
    // A thread of a pool that waits in one test may run another meanwhile.
    Scene outer = running.put(Thread.currentThread(), scene);
    context
        .getStore(namespace)
        .put(Running.class, new Running(scene, Thread.currentThread(), outer));
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Running ended = context.getStore(namespace).remove(Running.class, Running.class);
    if (ended == null) {
      return;
    }
    if (ended.outer() == null) {
      running.remove(ended.thread());
    } else {
      running.put(ended.thread(), ended.outer());
    }
    ended.scene().close();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == Registry.class
        || type == DevServer.class
        || type == Faults.class
        || type == TestTime.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Running test = context.getStore(namespace).get(Running.class, Running.class);
    Class<?> type = parameter.getParameter().getType();
    if (test == null) {
      throw new ParameterResolutionException(
          type.getSimpleName()
              + " belongs to one test (expected: a parameter of a test method, or of a method that"
              + " runs before or after each)");
    }
    Scene scene = test.scene();
    if (type == Registry.class) {
      return scene.registry();
    } else if (type == TestTime.class) {
      return scene.time();
    }
    return type == DevServer.class ? scene.server() : scene.server().faults();
  }

  private Scene scene() {
    Scene own = running.get(Thread.currentThread());
    if (own != null) {
      return own;
    }
    Scene[] all = running.values().toArray(new Scene[0]);
    if (all.length != 1) {
      throw new IllegalStateException(
          all.length == 0
              ? "no test runs now (expected: a call from within a test)"
              : all.length
                  + " tests run at once with this extension (expected: a call from a test's own"
                  + " thread, or parameters instead)");
    }
    return all[0];
  }

  /**
   * A test that runs.
   *
   * @param outer the one that its thread had begun before, if it waits in that
   */
  private record Running(Scene scene, Thread thread, @Nullable Scene outer) {}

  /** What clients are made from. Not thread-safe. */
  public static final class Builder {
    private String path = "";
    private UnaryOperator<Registry.Builder> settings = UnaryOperator.identity();

    private Builder() {}

    /**
     * The namespace of clients; none by default.
     *
     * @param namespace as in a connection string, for example {@code prod}
     */
    public Builder namespace(String namespace) {
      path = "/" + Objects.requireNonNull(namespace, "namespace");
      return this;
    }

    /**
     * What else clients are told, for example {@code client -> client.ttl(Duration.ofSeconds(5))}.
     * Their connection and their time are set already, and a timeout of 30 s, so that a test does
     * not fail for the slowness of a machine.
     *
     * @param settings applied to the builder of each client
     */
    public Builder client(UnaryOperator<Registry.Builder> settings) {
      this.settings = Objects.requireNonNull(settings, "settings");
      return this;
    }

    /** The extension. */
    public RegistryExtension build() {
      return new RegistryExtension(this);
    }
  }
}
