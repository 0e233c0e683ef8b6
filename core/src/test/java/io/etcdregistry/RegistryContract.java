package io.etcdregistry;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.store.KeyRange;
import io.etcdregistry.internal.store.KeyValue;
import io.etcdregistry.internal.store.StoreSuite;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;

/**
 * What the public front promises, as tests, over any backend: registries on one side, etcd's own
 * content on the other.
 */
public abstract class RegistryContract extends StoreSuite
    implements JoinContract,
        DocumentContract,
        NameContract,
        OwnershipContract,
        LookupContract,
        ViewContract,
        OverrideContract,
        EndContract {
  private final List<Registry> registries = new ArrayList<>();
  private final String namespace = "contract-" + UUID.randomUUID();

  /**
   * Makes a registry on the etcd of this test.
   *
   * @param place what follows host and port in a connection string
   */
  protected abstract Registry open(String place);

  @Override
  public final Registry registry(String place) {
    Registry registry = open(place);
    registries.add(registry);
    return registry;
  }

  @Override
  public final String namespace() {
    return namespace;
  }

  @Override
  public final String prefix() {
    return "services/" + namespace + "/";
  }

  @AfterEach
  final void closeRegistries() {
    registries.forEach(Registry::close);
    List<KeyValue> left = get(store().list(KeyRange.prefix("services/"), CALL)).pairs();
    assertThat(left.stream().filter(pair -> pair.lease() != 0).map(KeyValue::key))
        .as("records that live on after their owners closed")
        .isEmpty();
  }
}
