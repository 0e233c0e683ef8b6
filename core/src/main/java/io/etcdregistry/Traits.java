package io.etcdregistry;

import static io.etcdregistry.Fields.STATUS;
import static io.etcdregistry.Fields.WEIGHT;
import static io.etcdregistry.Fields.ZONE;

import io.etcdregistry.Instance.Status;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What decides whether an instance is chosen: read whenever one is chosen among many, and so kept
 * apart from the text. Most instances share theirs with many others.
 *
 * @param status see {@link Instance#status}
 * @param weight see {@link Instance#weight}
 * @param zone see {@link Instance#zone}
 * @param odd how many of these the document has, but as what they cannot be
 * @param added how many members at the document's end were added because the user gave none
 * @param override what an operator says of it, if anything
 */
record Traits(
    Status status,
    double weight,
    @Nullable String zone,
    int odd,
    int added,
    @Nullable Instance override) {
  /** Those of a document. */
  static Traits of(Map<String, @Nullable Object> fields, int added) {
    return new Traits(
        status(fields.get(STATUS)),
        fields.get(WEIGHT) instanceof BigDecimal number && Fields.weight(number)
            ? number.doubleValue()
            : 1.0,
        fields.get(ZONE) instanceof String text ? text : null,
        Fields.odd(fields),
        added,
        null);
  }

  /** These as an operator's override has them. */
  Traits overridden(Instance override) {
    Map<String, @Nullable Object> wish = override.fields();
    boolean saysStatus = Fields.word(override.status()).equals(wish.get(STATUS));
    return new Traits(
        saysStatus ? override.status() : status,
        Fields.weight(wish.get(WEIGHT)) ? override.weight() : weight,
        zone,
        odd,
        added,
        override);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Traits traits
        && status == traits.status
        && Double.compare(weight, traits.weight) == 0
        && Objects.equals(zone, traits.zone)
        && odd == traits.odd
        && added == traits.added
        && Objects.equals(override, traits.override);
  }

  @Override
  public int hashCode() {
    int hash = 31 * status.hashCode() + Double.hashCode(weight);
    return (31 * hash + Objects.hashCode(zone)) * 31 + Objects.hashCode(override);
  }

  private static Status status(@Nullable Object value) {
    for (Status status : Status.values()) {
      if (Fields.word(status).equals(value)) {
        return status;
      }
    }
    return Status.UP;
  }
}
