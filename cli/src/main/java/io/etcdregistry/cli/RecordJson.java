package io.etcdregistry.cli;

import com.google.gson.stream.JsonWriter;
import io.etcdregistry.Instance;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** Records as JSON: the stored document, byte for byte, alone or within where it stands in etcd. */
final class RecordJson {
  private RecordJson() {}

  /** The document, or with {@code meta} the document within its key, revision and lease. */
  static String of(Instance instance, boolean meta) {
    if (!meta) {
      return instance.json();
    }
    return object(
        json -> {
          json.name("key").value(instance.key());
          json.name("revision").value(instance.revision());
          json.name("lease").value(lease(instance));
          json.name("instance").jsonValue(instance.json());
          Overridden.write(json, instance);
        });
  }

  /**
   * The lease as etcdctl takes and shows it, in hexadecimal; "0" for none. A number would lose
   * digits in most readers of JSON.
   */
  static String lease(Instance instance) {
    return Long.toHexString(instance.lease());
  }

  /**
   * JSON that stands on one line: line ends, which JSON allows only between tokens, become blanks.
   */
  static String oneLine(String json) {
    return json.replace('\n', ' ').replace('\r', ' ');
  }

  /** Writes the members of an object. */
  @FunctionalInterface
  interface Members {
    void write(JsonWriter json) throws IOException;
  }

  static String object(Members members) {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.setHtmlSafe(false);
      json.beginObject();
      members.write(json);
      json.endObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a string cannot fail to be written", e);
    }
    return text.toString();
  }
}
