package io.etcdregistry.internal.codec;

import io.etcdregistry.Instance;
import io.etcdregistry.internal.store.KeyValue;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Makes instances: from what a caller joins, and from what etcd holds. Implementations are
 * thread-safe.
 */
public interface Records {
  /**
   * What records are completed with, where the user gives nothing.
   *
   * @param hostname finds the address of this machine
   * @param zone where this process runs; empty to say nothing of it
   */
  record Home(Supplier<String> hostname, Optional<String> zone) {}

  /**
   * Adds what is missing: zone, hostname, host, url, id.
   *
   * @param builder what a caller joins
   * @return the complete record
   */
  Instance complete(Instance.Builder builder);

  /**
   * Changes a record in place.
   *
   * @param present the record as it is
   * @param change what to do to it; name and id stay
   * @return the changed record
   */
  Instance change(Instance present, Consumer<Instance.Builder> change);

  /**
   * The document of a record with another status, and nothing else changed.
   *
   * @param present the record as it is
   * @param status the other
   * @return UTF-8
   * @throws io.etcdregistry.RegistryException {@code TOO_LARGE} if that is
   */
  byte[] saying(Instance present, Instance.Status status);

  /**
   * A record as an operator's override has it.
   *
   * @param stored the record
   * @param override what was read at the key of its override
   * @return the same record, with the status and weight that the override has
   */
  Instance overridden(Instance stored, Instance override);

  /**
   * The document of an override.
   *
   * @param name the service's name
   * @param wish sets what the override says
   * @return what to store
   */
  String override(String name, Consumer<Instance.Builder> wish);

  /**
   * How a record's key compares with another, without making a text of it.
   *
   * @param instance the record
   * @param key any key
   * @return below 0, 0 or above 0, as {@link String#compareTo}
   */
  int compare(Instance instance, String key);

  /**
   * Whether a record's document is that, byte for byte.
   *
   * @param instance the record
   * @param document UTF-8
   * @return whether it is
   */
  boolean holds(Instance instance, byte[] document);

  /**
   * How many fields of a record hold what they cannot mean, and count as absent.
   *
   * @param instance a record that was read
   * @return of those fields that the library understands
   */
  int oddFields(Instance instance);

  /**
   * Reads a record.
   *
   * @param pair what etcd holds, at a key of a record
   * @param complaint hears why it is no record, if it is none
   * @return the record, or empty
   */
  Optional<Instance> read(KeyValue pair, Consumer<String> complaint);
}
