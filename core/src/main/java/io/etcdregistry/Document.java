package io.etcdregistry;

import static io.etcdregistry.Fields.HOST;
import static io.etcdregistry.Fields.HOSTNAME;
import static io.etcdregistry.Fields.NAME;
import static io.etcdregistry.Fields.PORT;
import static io.etcdregistry.Fields.PROTOCOL;
import static io.etcdregistry.Fields.URL;
import static io.etcdregistry.Fields.ZONE;

import io.etcdregistry.RegistryException.Reason;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The document of an instance that is about to be joined, complete.
 *
 * @param json its text
 * @param fields the same, read
 * @param added how many members at its end the user did not give
 */
record Document(String json, Map<String, @Nullable Object> fields, int added) {
  /** Takes a user's JSON object apart, with the library's own exception. */
  static Map<String, Member> members(String text) {
    checkSize("json", text);
    try {
      return Json.members(text);
    } catch (Json.Malformed e) {
      throw new RegistryException(
          Reason.INVALID,
          "json: " + Fields.shown(text) + " is " + e.getMessage() + " (expected: a JSON object)",
          e);
    }
  }

  /** The names of the last members. */
  static List<String> last(Map<String, Member> members, int count) {
    return List.copyOf(members.keySet()).subList(members.size() - count, members.size());
  }

  /**
   * The text of a document, or of an override.
   *
   * @param what for a person
   * @throws RegistryException {@code TOO_LARGE} if it is
   */
  static String written(String what, Map<String, Member> members) {
    String json = Json.object(members);
    checkSize(what, json);
    return json;
  }

  /**
   * Adds what is missing to what the user gave.
   *
   * @param name the service's name
   * @param given the user's members, name first
   * @param hostname the address of this machine, asked if nothing else says it
   * @param zone where this process runs, or empty
   */
  static Document complete(
      String name, Map<String, Member> given, Supplier<String> hostname, Optional<String> zone) {
    Map<String, Member> members = new LinkedHashMap<>(given);
    zone.ifPresent(known -> add(name, members, ZONE, () -> known));
    String known = text(members, HOST);
    String self =
        add(
            name,
            members,
            HOSTNAME,
            () -> known.isEmpty() ? hostname.get() : Address.hostname(known));
    Member port = members.get(PORT);
    int number = Fields.portOrZero(port == null ? null : port.value());
    String host = add(name, members, HOST, () -> Address.host(self, number));
    String protocol = text(members, PROTOCOL);
    String place = (protocol.isEmpty() ? "http" : protocol) + "://" + host;
    add(name, members, URL, () -> place);
    String json = written("document of " + name, members);
    return new Document(json, values(members), members.size() - given.size());
  }

  /**
   * The id of an instance whose user gave none: the SHA-1 of its name and URL. Where there is no
   * port, two workers of one machine would be the same, so that a random part follows.
   */
  String defaultId() {
    String place = fields.get(NAME) + "-" + fields.get(URL);
    String hash = HexFormat.of().formatHex(sha1().digest(place.getBytes(StandardCharsets.UTF_8)));
    return fields.containsKey(PORT)
        ? hash
        : hash + "-" + HexFormat.of().toHexDigits(UUID.randomUUID().getLeastSignificantBits());
  }

  private static String add(
      String name, Map<String, Member> members, String field, Supplier<String> value) {
    if (!members.containsKey(field)) {
      members.put(field, Fields.check(name, field, Member.of(field, value.get())));
    }
    return text(members, field);
  }

  private static String text(Map<String, Member> members, String field) {
    Member member = members.get(field);
    return member != null && member.value() instanceof String text ? text : "";
  }

  private static Map<String, @Nullable Object> values(Map<String, Member> members) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    members.forEach((name, member) -> values.put(name, member.value()));
    return Collections.unmodifiableMap(values);
  }

  private static void checkSize(String what, String text) {
    if (text.length() <= Json.MAX_BYTES / 3) {
      return; // a char takes three bytes at the most
    }
    int size = text.getBytes(StandardCharsets.UTF_8).length;
    if (size > Json.MAX_BYTES) {
      throw new RegistryException(
          Reason.TOO_LARGE,
          what + ": " + size + " bytes (expected: at most " + Json.MAX_BYTES + ")");
    }
  }

  @SuppressWarnings("InsecureCryptoUsage") // a name that other clients compute too, not a secret
  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}
