package io.etcdregistry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.etcdregistry.internal.balance.Plan;
import io.etcdregistry.internal.balance.Subset;
import io.etcdregistry.internal.client.Connector;
import io.etcdregistry.internal.codec.Keys;
import io.etcdregistry.internal.codec.Records;
import io.etcdregistry.internal.roster.Roster;
import io.etcdregistry.internal.store.KeyValue;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Hands the inside what a builder was told, and what only this package may do. */
final class Wiring {
  private Wiring() {}

  /** Makes a registry; the builder is its own, and not changed any more. */
  static Registry open(Registry.Builder builder) {
    Connector.Settings settings =
        new Connector.Settings(
            builder.connection,
            builder.ttl,
            builder.timeout,
            builder.hostname,
            builder.time,
            builder.observers,
            builder.lossGuard,
            builder.cacheDirectory.map(place -> new Connector.Cache(place, builder.cacheMaxAge)),
            builder.shutdownHook);
    return Connector.open(
        settings, Wiring::records, Wiring::plan, () -> new Registry.Builder(builder));
  }

  /** How a view chooses, at home in a zone unless its options name another. */
  static Plan plan(ViewOptions options, String home) {
    ViewOptions.Settings set = options.settings();
    return new Plan(
        Plan.Picker.valueOf(set.picker().name()),
        set.filter(),
        set.zone().orElse(home),
        set.slowStart(),
        set.subset() == 0 ? Optional.empty() : Optional.of(new Subset(set.subset(), set.client())),
        set.ejection());
  }

  /** A list that nobody can change: of a view's own as it is, of any other a copy. */
  static List<Instance> unmodifiable(List<Instance> instances) {
    return instances instanceof Roster ? instances : List.copyOf(instances);
  }

  /** Reads and makes records with what only this package may do. */
  static Records records(Keys keys, Records.Home home) {
    return new Made(keys, home, new Alike());
  }

  private record Made(Keys keys, Records.Home home, Alike alike) implements Records {
    @Override
    public Instance complete(Instance.Builder builder) {
      Instance complete = Instance.complete(builder, home.hostname(), home.zone());
      return complete.at(keys.key(complete.name(), complete.id()), 0, 0);
    }

    @Override
    public Instance change(Instance present, Consumer<Instance.Builder> change) {
      Instance.Builder builder = present.toBuilder();
      change.accept(builder);
      return complete(builder);
    }

    @Override
    public byte[] saying(Instance present, Instance.Status status) {
      return present.saying(status).getBytes(UTF_8);
    }

    @Override
    public Instance overridden(Instance stored, Instance override) {
      return stored.overridden(override);
    }

    @Override
    public String override(String name, Consumer<Instance.Builder> wish) {
      Instance.Builder builder = Instance.named(name);
      wish.accept(builder);
      return Instance.override(builder);
    }

    @Override
    public int compare(Instance instance, String key) {
      return instance.compareKey(key);
    }

    @Override
    public boolean holds(Instance instance, byte[] document) {
      return instance.holds(document);
    }

    @Override
    public int oddFields(Instance instance) {
      return instance.oddFields();
    }

    @Override
    public Optional<Instance> read(KeyValue pair, Consumer<String> complaint) {
      Instance.Stored stored =
          new Instance.Stored(pair.key(), pair.value(), pair.modRevision(), pair.lease());
      return Instance.stored(stored, alike, complaint);
    }
  }
}
