package io.etcdregistry.cli;

import io.etcdregistry.Instance;
import java.util.Locale;
import java.util.Optional;

/**
 * One line of a watch.
 *
 * @param type what happened
 * @param revision etcd's revision of the record if it is there, else of the state in which it was
 *     found gone
 * @param service the name that is concerned; empty for all names
 * @param instance the record, as it is now or was last; empty if none is concerned
 */
record Event(Type type, long revision, String service, Optional<Instance> instance) {
  /** What may happen. */
  enum Type {
    /** A record is there that was not. */
    JOINED,
    /** A record's document or owner changed, or what operators say of it. */
    UPDATED,
    /** A record is gone. */
    LEFT,
    /** The cluster was wiped or restored: revisions start again. */
    RESET,
    /** What came before is the whole present state. */
    SYNC;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Event joined(Instance instance) {
    return new Event(Type.JOINED, instance.revision(), instance.name(), Optional.of(instance));
  }

  static Event updated(Instance instance) {
    return new Event(Type.UPDATED, instance.revision(), instance.name(), Optional.of(instance));
  }

  static Event left(Instance instance, long revision) {
    return new Event(Type.LEFT, revision, instance.name(), Optional.of(instance));
  }

  /** The event as one line of JSON, with {@code meta} with key and lease of the record. */
  String json(boolean meta) {
    return RecordJson.object(
        json -> {
          json.name("type").value(type.toString());
          json.name("revision").value(revision);
          json.name("service").value(service.isEmpty() ? null : service);
          if (instance.isPresent()) {
            Instance subject = instance.get();
            if (meta) {
              json.name("key").value(subject.key());
              json.name("lease").value(RecordJson.lease(subject));
            }
            json.name("instance").jsonValue(RecordJson.oneLine(subject.json()));
            Overridden.write(json, subject);
          }
        });
  }
}
