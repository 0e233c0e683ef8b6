package io.etcdregistry.internal.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * Opens stores for the tests of a suite, closes them, and sees to it that nothing is left.
 *
 * <p>A backend says how to connect, who acts behind its back, and how time passes. Tests use keys
 * of their own, so that they may share one etcd, but not with other writers at the same time.
 */
public abstract class StoreSuite implements StoreBench {
  /** How the threads of every client begin. */
  private static final String THREADS = "etcd-registry";

  private final List<Store> stores = new ArrayList<>();
  private final String prefix = "contract/" + UUID.randomUUID() + "/";
  private Optional<Store> first = Optional.empty();

  /** Ends what the backend lent the stores; called when all of them are closed. */
  protected void release() {}

  @BeforeEach
  final void openStore() {
    first = Optional.of(another());
  }

  @AfterEach
  final void closeStores() {
    stores.forEach(Store::close);
    release();
    await("no thread of a store's is left", () -> threads().isEmpty());
    verifyNothingLeft();
  }

  @Override
  public final Store store() {
    return first.orElseThrow();
  }

  @Override
  public final Store another() {
    Store store = connect();
    stores.add(store);
    return store;
  }

  @Override
  public String prefix() {
    return prefix;
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .map(Thread::getName)
        .filter(name -> name.startsWith(THREADS))
        .toList();
  }
}
