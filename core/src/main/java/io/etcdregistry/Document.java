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
  static Map<String, String> members(String text) {
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
  static List<String> last(Map<String, String> members, int count) {
    return List.copyOf(members.keySet()).subList(members.size() - count, members.size());
  }

  /** The text of an override. */
  static String override(Map<String, String> members) {
    String json = Json.object(members);
    checkSize("override", json);
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
      String name, Map<String, String> given, Supplier<String> hostname, Optional<String> zone) {
    Map<String, String> members = new LinkedHashMap<>(given);
    Map<String, @Nullable Object> fields = read(Json.object(given));
    zone.ifPresent(known -> add(name, members, fields, ZONE, () -> known));
    String known = text(fields, HOST);
    String self =
        add(
            name,
            members,
            fields,
            HOSTNAME,
            () -> known.isEmpty() ? hostname.get() : Address.hostname(known));
    int port = Fields.portOrZero(fields.get(PORT));
    String host = add(name, members, fields, HOST, () -> Address.host(self, port));
    String protocol = text(fields, PROTOCOL);
    String place = (protocol.isEmpty() ? "http" : protocol) + "://" + host;
    add(name, members, fields, URL, () -> place);
    String json = Json.object(members);
    checkSize("document of " + name, json);
    return new Document(json, read(json), members.size() - given.size());
  }

  /**
   * The id of an instance whose user gave none: the SHA-1 of its name and URL. Where there is no
   * port, two workers of one machine would be the same, so that a random part follows.
   */
  String defaultId() {
    String place = text(fields, NAME) + "-" + text(fields, URL);
    String hash = HexFormat.of().formatHex(sha1().digest(place.getBytes(StandardCharsets.UTF_8)));
    return fields.containsKey(PORT)
        ? hash
        : hash + "-" + HexFormat.of().toHexDigits(UUID.randomUUID().getLeastSignificantBits());
  }

  private static String add(
      String name,
      Map<String, String> members,
      Map<String, @Nullable Object> fields,
      String field,
      Supplier<String> value) {
    if (fields.containsKey(field)) {
      return text(fields, field);
    }
    String text = value.get();
    members.put(field, Fields.check(name, field, Json.write(field, text)));
    return text;
  }

  private static String text(Map<String, @Nullable Object> fields, String field) {
    return fields.get(field) instanceof String text ? text : "";
  }

  private static Map<String, @Nullable Object> read(String json) {
    try {
      return Json.parse(json);
    } catch (Json.Malformed e) {
      throw new IllegalStateException("our own text is no JSON: " + e.getMessage(), e);
    }
  }

  private static void checkSize(String what, String text) {
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
