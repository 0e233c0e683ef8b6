package io.etcdregistry;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import io.etcdregistry.RegistryException.Reason;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of records: RFC 8259 without any leniency and without unpaired surrogates, which no
 * UTF-8 carries; and bounded, because records are written by strangers.
 */
final class Json {
  /** How many bytes of UTF-8 a document may have. */
  static final int MAX_BYTES = 64 * 1024;

  /** How deep objects and arrays may be nested, the document itself counted. */
  static final int MAX_DEPTH = 64;

  /** How many characters a number may have. */
  static final int MAX_NUMBER = 1000;

  /**
   * How far a number's decimal point may be from its digits. Without a bound the twelve characters
   * {@code 1e2000000000} would cost a caller who asks for the integer gigabytes.
   */
  static final int MAX_SCALE = 9999;

  private static final Pattern POSITION = Pattern.compile("line \\d+ column \\d+");

  private Json() {}

  /** A text is not what it should be; the message is the end of a sentence: "it is …". */
  static final class Malformed extends IOException {
    private static final long serialVersionUID = 1L;

    Malformed(String message) {
      super(message);
    }
  }

  /** What is done with a value when the reader stands before it. */
  private interface Step<T> {
    T at(JsonReader in) throws IOException;
  }

  /** Decodes UTF-8, replacing nothing. */
  static String decode(byte[] value) throws Malformed {
    if (value.length > MAX_BYTES) {
      throw new Malformed(value.length + " bytes long (a record has at most " + MAX_BYTES + ")");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
    } catch (CharacterCodingException e) {
      throw new Malformed("not UTF-8");
    }
  }

  /**
   * Reads an object: strings, booleans, {@link BigDecimal}s, unmodifiable lists and maps, and
   * nulls. Of members that stand twice the last one counts, as in JavaScript.
   */
  static Map<String, @Nullable Object> parse(String text) throws Malformed {
    return walk(text, true, in -> object(in, 1));
  }

  /** Reads any single value inside of a document, as {@link #parse}; empty if it is null. */
  static Optional<Object> value(String text) throws Malformed {
    return walk(text, false, in -> Optional.ofNullable(any(in, 2)));
  }

  /**
   * Takes an object apart: each member's name and value, with compact text, numbers to the letter.
   * Refuses members that stand twice and halves of surrogate pairs, which would not come back as
   * they went.
   */
  static Map<String, Member> members(String text) throws Malformed {
    return walk(
        text,
        true,
        in -> {
          Map<String, Member> members = new LinkedHashMap<>();
          in.beginObject();
          while (in.hasNext()) {
            String name = whole(in.nextName());
            if (members.put(name, member(in)) != null) {
              throw twice(name);
            }
          }
          in.endObject();
          return members;
        });
  }

  private static Member member(JsonReader in) throws IOException {
    JsonToken token = in.peek();
    StringWriter text = new StringWriter();
    JsonWriter out = new JsonWriter(text);
    if (token == JsonToken.STRING) {
      String value = whole(in.nextString());
      out.value(value);
      return new Member(text.toString(), value);
    }
    copy(in, out, 2);
    String json = text.toString();
    return switch (token) {
      case NUMBER -> Member.number(json);
      case BOOLEAN -> new Member(json, Boolean.valueOf(json));
      case NULL -> new Member(json, null);
      default -> Member.nested(json);
    };
  }

  /** Writes an object. */
  static String object(Map<String, Member> members) {
    StringWriter text = new StringWriter();
    try (JsonWriter out = new JsonWriter(text)) {
      out.beginObject();
      for (Map.Entry<String, Member> member : members.entrySet()) {
        out.name(member.getKey()).jsonValue(member.getValue().json());
      }
      out.endObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /**
   * Writes a value of Java's: String, Boolean, Number, List, Map or null, nested.
   *
   * @param field what the value is for, to say so in an error
   * @param value the value, left as it is
   * @return compact text
   * @throws RegistryException {@code INVALID} or {@code TOO_LARGE} if it cannot be written
   */
  static String write(String field, @Nullable Object value) {
    StringWriter text = new StringWriter();
    try {
      write(field, value, new JsonWriter(text), text, 2);
    } catch (Malformed e) {
      throw new RegistryException(Reason.INVALID, Fields.shown(field) + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void write(
      String field, @Nullable Object value, JsonWriter out, StringWriter text, int depth)
      throws IOException {
    if (text.getBuffer().length() > MAX_BYTES) {
      throw new RegistryException(
          Reason.TOO_LARGE,
          Fields.shown(field) + ": over " + MAX_BYTES + " bytes (a document has at most as many)");
    }
    if (value == null) {
      out.nullValue();
    } else if (value instanceof String string) {
      out.value(whole(string));
    } else if (value instanceof Boolean bool) {
      out.value(bool);
    } else if (value instanceof Number number) {
      out.jsonValue(literal(number));
    } else if (value instanceof List<?> list) {
      out.beginArray();
      enter(depth);
      for (Object element : list) {
        write(field, element, out, text, depth + 1);
      }
      out.endArray();
    } else if (value instanceof Map<?, ?> map) {
      out.beginObject();
      enter(depth);
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        if (!(entry.getKey() instanceof String name)) {
          throw new Malformed("a map with a key that is no String (expected: Strings)");
        }
        out.name(whole(name));
        write(field, entry.getValue(), out, text, depth + 1);
      }
      out.endObject();
    } else {
      throw new Malformed(
          "a "
              + value.getClass().getName()
              + " (expected: a String, Boolean, Number, List, Map or null)");
    }
  }

  /** A number's text, as exact as its type is. */
  private static String literal(Number number) throws Malformed {
    String text = number.toString();
    BigDecimal exact = number(text);
    boolean writesJson =
        number instanceof Integer
            || number instanceof Long
            || number instanceof Double
            || number instanceof Float
            || number instanceof BigInteger;
    return writesJson ? text : exact.toString();
  }

  private static BigDecimal number(String literal) throws Malformed {
    if (literal.length() <= MAX_NUMBER) {
      try {
        BigDecimal number = new BigDecimal(literal);
        if (Math.abs((long) number.scale()) <= MAX_SCALE) {
          return number;
        }
      } catch (NumberFormatException e) {
        // An exponent beyond 32 bits, NaN or an infinity: as far out of range as the others.
      }
    }
    throw new Malformed(
        "the number "
            + Fields.shown(literal)
            + " (expected: finite, at most "
            + MAX_NUMBER
            + " characters, exponent within "
            + MAX_SCALE
            + ")");
  }

  private static <T> T walk(String text, boolean object, Step<T> step) throws Malformed {
    if (text.startsWith("\ufeff")) {
      // gson would skip it, but the stored text could not stand inside other JSON.
      throw new Malformed("not JSON: it begins with a byte order mark");
    }
    JsonReader in = new JsonReader(new StringReader(text));
    in.setStrictness(Strictness.STRICT);
    try {
      if (object && in.peek() != JsonToken.BEGIN_OBJECT) {
        throw new Malformed("not a JSON object");
      }
      T result = step.at(in);
      if (in.peek() != JsonToken.END_DOCUMENT) {
        throw new Malformed("not a single JSON value");
      }
      return result;
    } catch (Malformed e) {
      throw e;
    } catch (IOException | IllegalStateException | NumberFormatException e) {
      Matcher position = POSITION.matcher(in.toString());
      throw new Malformed("not JSON" + (position.find() ? " at " + position.group() : ""));
    }
  }

  private static Map<String, @Nullable Object> object(JsonReader in, int depth) throws IOException {
    enter(depth);
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    in.beginObject();
    while (in.hasNext()) {
      members.put(in.nextName(), any(in, depth + 1));
    }
    in.endObject();
    return Collections.unmodifiableMap(members);
  }

  private static List<@Nullable Object> array(JsonReader in, int depth) throws IOException {
    enter(depth);
    List<@Nullable Object> elements = new ArrayList<>();
    in.beginArray();
    while (in.hasNext()) {
      elements.add(any(in, depth + 1));
    }
    in.endArray();
    return Collections.unmodifiableList(elements);
  }

  private static @Nullable Object any(JsonReader in, int depth) throws IOException {
    return switch (in.peek()) {
      case BEGIN_OBJECT -> object(in, depth);
      case BEGIN_ARRAY -> array(in, depth);
      case STRING -> in.nextString();
      case NUMBER -> number(in.nextString());
      case BOOLEAN -> in.nextBoolean();
      case NULL -> {
        in.nextNull();
        yield null;
      }
      default -> throw new Malformed("not JSON");
    };
  }

  private static void copy(JsonReader in, JsonWriter out, int depth) throws IOException {
    switch (in.peek()) {
      case BEGIN_OBJECT -> {
        enter(depth);
        Set<String> names = new HashSet<>();
        in.beginObject();
        out.beginObject();
        while (in.hasNext()) {
          String name = whole(in.nextName());
          if (!names.add(name)) {
            throw twice(name);
          }
          out.name(name);
          copy(in, out, depth + 1);
        }
        in.endObject();
        out.endObject();
      }
      case BEGIN_ARRAY -> {
        enter(depth);
        in.beginArray();
        out.beginArray();
        while (in.hasNext()) {
          copy(in, out, depth + 1);
        }
        in.endArray();
        out.endArray();
      }
      case STRING -> out.value(whole(in.nextString()));
      case NUMBER -> {
        String literal = in.nextString();
        number(literal);
        out.jsonValue(literal);
      }
      case BOOLEAN -> out.value(in.nextBoolean());
      case NULL -> {
        in.nextNull();
        out.nullValue();
      }
      default -> throw new Malformed("not JSON");
    }
  }

  private static void enter(int depth) throws Malformed {
    if (depth > MAX_DEPTH) {
      throw new Malformed("nested deeper than " + MAX_DEPTH + " levels");
    }
  }

  private static Malformed twice(String name) {
    return new Malformed("a member given twice, " + Fields.shown(name));
  }

  /**
   * Refuses half a surrogate pair: UTF-8 cannot carry it, so it would come back as something else.
   */
  private static String whole(String text) throws Malformed {
    if (!Fields.wellFormed(text)) {
      throw new Malformed("text with half of a surrogate pair, " + Fields.shown(text));
    }
    return text;
  }
}
