package io.etcdregistry;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What a member of a document that is being made holds, so that nothing is read that was just
 * written.
 *
 * @param json the text to write
 * @param value what that text reads as, see {@link Json#parse}
 */
record Member(String json, @Nullable Object value) {
  /**
   * A value of Java's, as {@link Json#write} takes it.
   *
   * @throws RegistryException as that does
   */
  static Member of(String field, @Nullable Object value) {
    String json = Json.write(field, value);
    if (value == null || value instanceof String || value instanceof Boolean) {
      return new Member(json, value);
    }
    return value instanceof Number ? number(json) : nested(json);
  }

  /** A number, from its text. */
  static Member number(String json) {
    return new Member(json, new BigDecimal(json));
  }

  /** An object or an array, from its text: what it was written from may change. */
  static Member nested(String json) {
    try {
      return new Member(json, Json.value(json).orElseThrow());
    } catch (Json.Malformed e) {
      throw new IllegalStateException("our own text is no JSON: " + json, e);
    }
  }
}
