package io.etcdregistry;

import io.etcdregistry.internal.codec.Keys;
import io.etcdregistry.internal.store.KeyRange;
import io.etcdregistry.internal.store.KeyValue;
import io.etcdregistry.internal.store.StoreBench;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What the parts of the {@link RegistryContract} stand on: registries, and etcd behind them. */
public interface RegistryBench extends StoreBench {
  /** The host that instances of {@link #registry()} have unless they name one. */
  String HOSTNAME = "192.168.1.10";

  /** A namespace that only this test uses. */
  String namespace();

  /**
   * A client; the suite closes it.
   *
   * @param place what follows host and port in a connection string
   */
  Registry registry(String place);

  /** A client of this test's namespace, patient enough for a machine that is busy. */
  default Registry registry() {
    return registry("/" + namespace() + "?timeout=20s&hostname=" + HOSTNAME);
  }

  /** What etcd holds at a key. */
  default Optional<KeyValue> raw(String key) {
    return get(store().list(KeyRange.key(key), CALL)).pairs().stream().findFirst();
  }

  /** What etcd holds at an instance's key, as text. */
  default Optional<String> rawDocument(Instance instance) {
    return raw(instance.key()).map(pair -> new String(pair.value(), StandardCharsets.UTF_8));
  }

  /** Puts a document by hand, as a stranger would. */
  default long putDocument(String key, String document, long lease) {
    return admin().put(key, document.getBytes(StandardCharsets.UTF_8), lease);
  }

  /** A document with nothing but what a stranger must give. */
  default String document(String name, String host) {
    return "{\"name\":\"%s\",\"hostname\":\"%s\",\"host\":\"%s\",\"url\":\"http://%s\"}"
        .formatted(name, host, host, host);
  }

  /** The key of an instance in this test's namespace. */
  default String key(String name, String id) {
    return Keys.of(namespace()).key(name, id);
  }

  /** The urls of instances. */
  default List<String> urls(List<Instance> instances) {
    return instances.stream().map(Instance::url).toList();
  }

  /** Waits until a registration is in a state. */
  default void awaitState(Registration registration, Registration.State state) {
    await(registration + " is " + state, () -> registration.state() == state);
  }

  /** Time enough for anything that is wrongly on its way to arrive. */
  default void settle() {
    passTime(Duration.ofMillis(500));
  }
}
