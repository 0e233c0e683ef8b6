package io.etcdregistry;

import static io.etcdregistry.Fields.HOST;
import static io.etcdregistry.Fields.HOSTNAME;
import static io.etcdregistry.Fields.NAME;
import static io.etcdregistry.Fields.PORT;
import static io.etcdregistry.Fields.PROTOCOL;
import static io.etcdregistry.Fields.STATUS;
import static io.etcdregistry.Fields.URL;
import static io.etcdregistry.Fields.VERSION;
import static io.etcdregistry.Fields.WEIGHT;
import static io.etcdregistry.Fields.ZONE;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.etcdregistry.RegistryException.Reason;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One instance of a service, as its record in etcd describes it: a JSON document with where it came
 * from. Immutable and thread-safe.
 *
 * <p>A record read from etcd was written by somebody else and is not to be trusted. It is a JSON
 * object of at most 64 KiB, and nothing else is certain: a field of an unexpected type counts as
 * absent, and texts may hold anything, control characters included.
 *
 * <p>What one joins with is a {@link Builder}: {@code Instance.named("orders").port(8080)}.
 */
public final class Instance {
  /** What an instance says about itself. */
  public enum Status {
    /** Not ready for callers yet. */
    STARTING,
    /** Ready. Also what a record without a status, or with one that is none of these, counts as. */
    UP,
    /** About to leave: to be called only if nothing is {@link #UP}. */
    DRAINING,
    /** Not to be called. */
    DOWN
  }

  /**
   * How long a document may be for its fields to be kept once they were read. A view of large ones
   * would else grow to a multiple when someone asks each of them for a field.
   */
  private static final int KEPT = 4096;

  private final Place place;
  private final byte[] text;
  private final short idLength; // as Packed has it
  private final char port; // or 0
  private final long revision;
  private final long lease;
  private final Traits traits;

  /** What was found when it was asked for: most instances of a large view never are. */
  private volatile @Nullable Found found;

  /** What is made of the text; of a race comes nothing worse than making it twice. */
  private static final class Found {
    private volatile @Nullable String key;
    private volatile @Nullable Address address;
    private volatile @Nullable Map<String, @Nullable Object> fields;
  }

  /** Where a record stands in etcd, and since when. */
  private record Origin(Place place, long revision, long lease) {}

  private Instance(Origin origin, Packed packed, Traits traits, int port) {
    this.place = origin.place;
    this.revision = origin.revision;
    this.lease = origin.lease;
    this.text = packed.bytes();
    this.idLength = packed.id();
    this.traits = traits;
    this.port = (char) port;
  }

  private Instance(Origin origin, Packed packed, Map<String, @Nullable Object> fields, int added) {
    this(origin, packed, Traits.of(fields, added), Fields.portOrZero(fields.get(PORT)));
  }

  /**
   * Begins an instance to join with.
   *
   * @param name the service's name: 1 to 255 UTF-16 units, not only blanks, without control
   *     characters and unpaired surrogates; everything else, an emoji for example, may stand in it
   * @return a builder
   * @throws RegistryException {@code INVALID} if it cannot be a name
   */
  public static Builder named(String name) {
    return new Builder(Fields.name(name));
  }

  /**
   * The service's name.
   *
   * @return the document's {@code name} if it belongs where the record stands in etcd, else the
   *     name part of the key
   */
  public String name() {
    return place.name();
  }

  /**
   * What tells this instance from others of its name.
   *
   * @return the last part of the key: by default the SHA-1 of the name and the URL in hexadecimal,
   *     followed by a random part if there is no port
   */
  public String id() {
    return Packed.id(text, idLength);
  }

  /**
   * The address of the machine that the instance runs on.
   *
   * @return a DNS name or an IP address, IPv6 usually without brackets; empty if the record has
   *     none
   */
  public String hostname() {
    return address().hostname();
  }

  /**
   * Where the instance listens.
   *
   * @return {@code hostname:port}, or the hostname alone if there is no port, with IPv6 addresses
   *     in brackets; empty if the record has none
   */
  public String host() {
    return address().host();
  }

  /**
   * How the instance is called.
   *
   * @return its {@code url}, else the protocol, {@code ://} and the host; empty if the record has
   *     neither
   */
  public String url() {
    return address().url();
  }

  /**
   * What the instance speaks.
   *
   * @return its {@code protocol}, else the scheme of its {@code url}, else {@code http}
   */
  public String protocol() {
    return address().protocol();
  }

  /**
   * The port.
   *
   * @return 1 to 65535, or empty if the record has none
   */
  public OptionalInt port() {
    return port == 0 ? OptionalInt.empty() : OptionalInt.of(port);
  }

  /**
   * What is deployed there.
   *
   * @return the document's {@code version}, or empty
   */
  public Optional<String> version() {
    return string(VERSION);
  }

  /**
   * Where it runs, as far as callers prefer what is near.
   *
   * @return the document's {@code zone}, or empty
   */
  public Optional<String> zone() {
    return Optional.ofNullable(traits.zone());
  }

  /**
   * How much of the calls this instance should get, compared with others.
   *
   * @return the {@code weight} that an operator {@linkplain #override() overrides}, else the
   *     document's, 0 to 1,000,000; 1 if it has none
   */
  public double weight() {
    return traits.weight();
  }

  /**
   * Whether it is to be called.
   *
   * @return the {@code status} that an operator {@linkplain #override() overrides}, else the
   *     document's; {@link Status#UP} if it has none or an unknown one
   */
  public Status status() {
    return traits.status();
  }

  /**
   * What an operator says of this instance, see {@link Registry#override}. Of it {@code status} and
   * {@code weight} win over the document's in {@link #status()} and {@link #weight()}; the document
   * itself, and what is read from it, stay as they are stored.
   *
   * @return an unmodifiable map as {@link #fields()}: {@code status}, {@code weight}, {@code
   *     author}, {@code reason} and what else was written; empty if nothing is overridden
   */
  public Map<String, @Nullable Object> override() {
    Instance override = traits.override();
    return override == null ? Map.of() : override.fields();
  }

  /**
   * The document.
   *
   * @return the text exactly as it is stored, blanks and line breaks included
   */
  public String json() {
    return Packed.document(text, idLength);
  }

  /**
   * A text in the document.
   *
   * @param field the name of one of the document's own members
   * @return its value, or empty if there is no such member or it is no text
   */
  public Optional<String> string(String field) {
    return fields().get(field) instanceof String text ? Optional.of(text) : Optional.empty();
  }

  /**
   * A number in the document.
   *
   * @param field the name of one of the document's own members
   * @return its value, exact to the last digit, or empty if there is no such member or it is no
   *     number
   */
  public Optional<BigDecimal> number(String field) {
    return fields().get(field) instanceof BigDecimal number
        ? Optional.of(number)
        : Optional.empty();
  }

  /**
   * The whole document, in its order. Documents over 4 KiB are read anew each time: keep the map
   * rather than ask again.
   *
   * @return an unmodifiable map, at every level, of String, Boolean, BigDecimal, List, Map and
   *     null; of members that stand twice in the text the last one
   */
  public Map<String, @Nullable Object> fields() {
    Found memory = found();
    Map<String, @Nullable Object> known = memory.fields;
    if (known == null) {
      String json = json();
      try {
        known = Json.parse(json);
      } catch (Json.Malformed e) {
        throw new IllegalStateException("a text that was read before: " + e.getMessage(), e);
      }
      if (json.length() <= KEPT) {
        memory.fields = known;
      }
    }
    return known;
  }

  /**
   * Where the record stands in etcd.
   *
   * @return the key, or empty if this was not read from etcd
   */
  public String key() {
    if (!place.stored()) {
      return "";
    }
    Found memory = found;
    String known = memory == null ? null : memory.key;
    if (known == null) {
      known = place.prefix() + id();
      if (memory != null) { // else nobody took an interest in it but who looks at all
        memory.key = known;
      }
    }
    return known;
  }

  /**
   * When the record was written.
   *
   * @return etcd's revision of the last write, or 0 if this was not read from etcd
   */
  public long revision() {
    return revision;
  }

  /**
   * What the record lives by.
   *
   * @return the id of the lease, or 0 if there is none or this was not read from etcd
   */
  public long lease() {
    return lease;
  }

  /**
   * Whether both are the same record: key, name, id, the document's text and what overrides it,
   * whoever wrote it when.
   */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Instance that
        && idLength == that.idLength
        && Arrays.equals(text, that.text)
        && place.equals(that.place)
        && Objects.equals(traits.override(), that.traits.override());
  }

  @Override
  public int hashCode() {
    return 31 * place.hashCode() + Arrays.hashCode(text);
  }

  /** The document, as {@link #json()}. */
  @Override
  public String toString() {
    return json();
  }

  private Address address() {
    Found memory = found();
    Address known = memory.address;
    if (known == null) {
      known = Address.of(fields(), port);
      memory.address = known;
    }
    return known;
  }

  private Found found() {
    Found known = found;
    if (known == null) {
      known = new Found();
      found = known;
    }
    return known;
  }

  /** How the key compares with another, told without making a text of it. */
  int compareKey(String other) {
    String prefix = place.prefix();
    if (!other.startsWith(prefix)) {
      return prefix.compareTo(other);
    }
    int length = Packed.length(idLength);
    int rest = other.length() - prefix.length();
    for (int i = 0; i < Math.min(length, rest); i++) {
      int difference = Packed.at(text, idLength, i) - other.charAt(prefix.length() + i);
      if (difference != 0) {
        return difference;
      }
    }
    return length - rest;
  }

  /** Whether the document is that, byte for byte. */
  boolean holds(byte[] document) {
    return Packed.holds(text, idLength, document);
  }

  /** How many of the fields that decide who is chosen hold what they cannot mean. */
  int oddFields() {
    return traits.odd();
  }

  /**
   * Completes a builder to the record to join with: adds {@code hostname}, {@code host} and {@code
   * url} at the end where they are missing, and finds the id.
   *
   * @param builder what the user gave
   * @param hostname the address of this machine; asked only if nothing else says it
   * @return the record, not stored yet
   * @throws RegistryException {@code TOO_LARGE} if the document is, {@code INVALID} if the
   *     machine's address is no hostname
   */
  static Instance complete(Builder builder, Supplier<String> hostname, Optional<String> zone) {
    Supplier<String> home = builder.home.isEmpty() ? hostname : () -> builder.home;
    Document document = Document.complete(builder.name, builder.members, home, zone);
    String id = builder.id.isEmpty() ? document.defaultId() : builder.id;
    Origin origin = new Origin(Place.nowhere(builder.name), 0, 0);
    Packed packed = Packed.of(id, 0, document.json().getBytes(UTF_8));
    return new Instance(origin, packed, document.fields(), document.added());
  }

  /**
   * What etcd holds.
   *
   * @param key where it stands, {@code …/name/id}, a char for each byte
   * @param value the bytes there
   * @param revision when it was written
   * @param lease the lease it lives by, or 0
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Stored(String key, byte[] value, long revision, long lease) {
    private Origin at(Place place) {
      return new Origin(place, revision, lease);
    }
  }

  /**
   * Reads a record from etcd.
   *
   * @param stored what is there
   * @param alike finds what it shares with others
   * @param refused told why, if it is no record: the end of a sentence, harmless on a terminal
   * @return the record, or empty if it is none
   */
  static Optional<Instance> stored(Stored stored, Alike alike, Consumer<String> refused) {
    String key = stored.key;
    int end = key.lastIndexOf('/') + 1;
    if (key.length() - end > Packed.MOST_ID) {
      refused.accept(
          (key.length() - end)
              + " characters in the last part of its key (a record has at most "
              + Packed.MOST_ID
              + ")");
      return Optional.empty();
    }
    Packed packed = Packed.of(key, end, stored.value);
    Skim skim = Skim.of(stored.value);
    if (skim != null) {
      Origin origin = stored.at(alike.place(key, end, skim));
      return Optional.of(new Instance(origin, packed, alike.traits(skim.traits()), skim.port()));
    }
    try {
      Map<String, @Nullable Object> fields = Json.parse(Json.decode(stored.value));
      String name = Alike.name(key, end, fields.get(NAME));
      Origin origin = stored.at(new Place(true, key.substring(0, end), name));
      return Optional.of(new Instance(origin, packed, fields, 0));
    } catch (Json.Malformed e) {
      refused.accept(Objects.requireNonNull(e.getMessage()));
      return Optional.empty();
    }
  }

  /** The same record as an operator's override has it. */
  Instance overridden(Instance override) {
    Origin origin = new Origin(place, revision, lease);
    Packed packed = new Packed(text, idLength);
    Instance overridden = new Instance(origin, packed, traits.overridden(override), port);
    overridden.found = found;
    return overridden;
  }

  /**
   * The document of an override: what was set besides the name.
   *
   * @throws RegistryException {@code INVALID} if nothing was
   */
  static String override(Builder wish) {
    Map<String, Member> members = new LinkedHashMap<>(wish.members);
    members.remove(NAME);
    if (members.isEmpty()) {
      throw new RegistryException(
          Reason.INVALID, "override: {} (expected: a status, a weight or both)");
    }
    return Document.written("override", members);
  }

  /**
   * Its document with another status, and nothing else changed.
   *
   * @throws RegistryException {@code TOO_LARGE} if that is
   */
  String saying(Status other) {
    Map<String, Member> members = Document.members(json());
    members.put(STATUS, Member.of(STATUS, Fields.word(other)));
    return Document.written("document of " + name(), members);
  }

  /** The same record, known to stand in etcd. */
  Instance at(String key, long revision, long lease) {
    int end = key.lastIndexOf('/') + 1;
    Origin origin = new Origin(new Place(true, key.substring(0, end), name()), revision, lease);
    Packed packed = Packed.of(key, end, json().getBytes(UTF_8));
    return new Instance(origin, packed, traits, port);
  }

  /**
   * Begins a change of this record: a builder with the members that the user gave, whose id is
   * fixed. What was added to them is found again, on the same machine's address, so that a new port
   * moves the URL too.
   */
  Builder toBuilder() {
    Builder builder = new Builder(name()).json(json());
    builder.members.keySet().removeAll(Document.last(builder.members, traits.added()));
    builder.home = hostname();
    builder.id = id();
    builder.fixed = true;
    return builder;
  }

  /**
   * What to join with. Every setter checks its value at once; the last value given for a field
   * counts, in the place of the first. Not thread-safe; may be used again after a join.
   */
  public static final class Builder {
    private final String name;
    private final Map<String, Member> members = new LinkedHashMap<>();
    private String id = "";
    private String home = "";
    private boolean fixed;

    private Builder(String name) {
      this.name = name;
      members.put(NAME, Member.of(NAME, name));
    }

    /**
     * Sets where the instance listens.
     *
     * @param port 1 to 65535
     * @return this builder
     * @throws RegistryException {@code INVALID} if it is out of range
     */
    public Builder port(int port) {
      return with(PORT, port);
    }

    /**
     * Sets the address of the machine. Default: the one in {@link #host} if that is given, else the
     * address of this machine that others can reach.
     *
     * @param hostname a DNS name in ASCII or an IP address without a zone
     * @return this builder
     * @throws RegistryException {@code INVALID} if it is neither
     */
    public Builder hostname(String hostname) {
      return with(HOSTNAME, Objects.requireNonNull(hostname, HOSTNAME));
    }

    /**
     * Sets where the instance is reached, if that is not {@code hostname:port}.
     *
     * @param host a host, with a port or alone
     * @return this builder
     * @throws RegistryException {@code INVALID} if it holds what cannot stand there in a URL
     */
    public Builder host(String host) {
      return with(HOST, Objects.requireNonNull(host, HOST));
    }

    /**
     * Sets how the instance is called, if that is not {@code protocol://host}.
     *
     * @param url an absolute URI of at most 2048 characters
     * @return this builder
     * @throws RegistryException {@code INVALID} if it is none
     */
    public Builder url(String url) {
      return with(URL, Objects.requireNonNull(url, URL));
    }

    /**
     * Sets what the instance speaks. Default: {@code http}.
     *
     * @param protocol a URI scheme of at most 32 characters
     * @return this builder
     * @throws RegistryException {@code INVALID} if it is none
     */
    public Builder protocol(String protocol) {
      return with(PROTOCOL, Objects.requireNonNull(protocol, PROTOCOL));
    }

    /**
     * Sets what tells this instance from others of its name, and is the last part of its key. It is
     * not part of the document.
     *
     * @param id 1 to 128 of the characters {@code A-Z a-z 0-9 . _ : -}
     * @return this builder
     * @throws RegistryException {@code INVALID} if it holds others, or differs from that of the
     *     record that is being updated
     */
    public Builder id(String id) {
      if (fixed && !id.equals(this.id)) {
        throw new RegistryException(
            Reason.INVALID,
            "id: " + Fields.shown(id) + " (expected: " + this.id + ", as the instance joined)");
      }
      this.id = Fields.id(id);
      return this;
    }

    /**
     * Sets what is deployed there.
     *
     * @param version 1 to 255 characters, not only blanks, without control characters
     * @return this builder
     * @throws RegistryException {@code INVALID} if it is not so
     */
    public Builder version(String version) {
      return with(VERSION, Objects.requireNonNull(version, VERSION));
    }

    /**
     * Sets where the instance runs, for callers that prefer what is near. Default: the connection
     * string's {@code zone}, else none.
     *
     * @param zone 1 to 255 characters, not only blanks, without control characters
     * @return this builder
     * @throws RegistryException {@code INVALID} if it is not so
     */
    public Builder zone(String zone) {
      return with(ZONE, Objects.requireNonNull(zone, ZONE));
    }

    /**
     * Sets how much of the calls the instance should get, compared with others. Default: 1.
     *
     * @param weight 0 to 1,000,000; 0 for none as long as others get some
     * @return this builder
     * @throws RegistryException {@code INVALID} if it is out of range
     */
    public Builder weight(double weight) {
      return with(WEIGHT, weight);
    }

    /**
     * Sets whether the instance is to be called. Default: {@link Status#UP}.
     *
     * @param status what to say of it
     * @return this builder
     */
    public Builder status(Status status) {
      return with(STATUS, Fields.word(status));
    }

    /**
     * Sets any member of the document, the ones above included.
     *
     * @param field the member's name
     * @param value a String, Boolean, Number, List, Map with String keys, or null, nested at most
     *     64 deep; numbers are finite, written exactly, at most 1000 characters long with an
     *     exponent within 9999. It is read here and now: later changes of a list do not count
     * @return this builder
     * @throws RegistryException {@code INVALID} if it is something else, holds unpaired surrogates,
     *     or is not what a field above takes; {@code TOO_LARGE} if it is over 64 KiB
     */
    public Builder with(String field, @Nullable Object value) {
      members.put(field, Fields.check(name, field, Member.of(Fields.field(field), value)));
      return this;
    }

    /**
     * Sets every member of a JSON object.
     *
     * @param text a JSON object (RFC 8259), whose values are as {@link #with} takes them and keep
     *     their digits and their order; if it has a {@code name}, that is the name of this instance
     * @return this builder
     * @throws RegistryException {@code INVALID} if it is none, holds a member twice, or as {@link
     *     #with}, and nothing is set; {@code TOO_LARGE} if it is over 64 KiB
     */
    public Builder json(String text) {
      Map<String, Member> given = Document.members(text);
      given.replaceAll((field, member) -> Fields.check(name, field, member));
      members.putAll(given);
      return this;
    }
  }
}
