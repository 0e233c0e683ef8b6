package io.etcdregistry.cli;

import com.google.gson.stream.JsonWriter;
import io.etcdregistry.Instance;
import io.etcdregistry.Instance.Status;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How it is shown what operators say of an instance. */
final class Overridden {
  private static final String MARK = "*";

  private Overridden() {}

  static String word(Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }

  /** The status that counts, marked if there is an override. */
  static String status(Instance instance) {
    return word(instance.status()) + (instance.override().isEmpty() ? "" : MARK);
  }

  /** A status without its mark. */
  static String unmarked(String status) {
    return status.endsWith(MARK) ? status.substring(0, status.length() - 1) : status;
  }

  /** Who says so, and why; empty if nothing is overridden. */
  static String by(Instance instance) {
    Map<String, @Nullable Object> override = instance.override();
    if (override.isEmpty()) {
      return "";
    }
    String author = override.get("author") instanceof String who ? who : "somebody";
    return override.get("reason") instanceof String why ? author + ": " + why : author;
  }

  /** Adds the override, if there is one, to an object that is being written. */
  static void write(JsonWriter json, Instance instance) throws IOException {
    if (!instance.override().isEmpty()) {
      json.name("override");
      value(json, instance.override());
    }
  }

  private static void value(JsonWriter json, @Nullable Object value) throws IOException {
    if (value instanceof Map<?, ?> object) {
      json.beginObject();
      for (Map.Entry<?, ?> member : object.entrySet()) {
        json.name(String.valueOf(member.getKey()));
        value(json, member.getValue());
      }
      json.endObject();
    } else if (value instanceof List<?> list) {
      json.beginArray();
      for (Object element : list) {
        value(json, element);
      }
      json.endArray();
    } else if (value instanceof Number number) {
      json.value(number);
    } else if (value instanceof Boolean bool) {
      json.value(bool);
    } else if (value == null) {
      json.nullValue();
    } else {
      json.value(String.valueOf(value));
    }
  }
}
