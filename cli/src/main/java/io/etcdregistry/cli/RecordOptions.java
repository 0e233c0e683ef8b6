package io.etcdregistry.cli;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import io.etcdregistry.Instance;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a record that is to be joined says: the mixin of the commands that join. */
final class RecordOptions {
  /** Beyond what a document may have, so that the registry says so and not this class. */
  private static final int MAX_FILE = 1 << 20;

  private final Console console;

  @Option(
      names = {"-p", "--port"},
      paramLabel = "PORT",
      converter = PortConverter.class,
      description =
          "Where the service listens: 1 to 65535. Default: a free one with a COMMAND, else none.")
  @Nullable Integer port;

  @Option(
      names = "--hostname",
      paramLabel = "HOST",
      description =
          "The machine it runs on. Default: the address of this one that others can reach.")
  @Nullable String hostname;

  @Option(
      names = "--set",
      paramLabel = "FIELD=TEXT",
      description = {
        "A field of the document: field=text, or field:=json for a number, true, false, null, a list"
            + " or an object. May be given again."
      })
  List<String> fields = new ArrayList<>();

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "A file with a JSON object of fields; - is standard input.")
  @Nullable String file;

  RecordOptions(Console console) {
    this.console = console;
  }

  /** The record: the file's fields, then those set one by one, then port and hostname. */
  Instance.Builder record(String name) {
    return complete(Instance.named(name));
  }

  /** The same, with this port if nothing else says one. */
  Instance.Builder record(String name, int freePort) {
    Instance.Builder record = Instance.named(name);
    return complete(port == null ? record.port(freePort) : record);
  }

  /** Whether standard input is read. */
  boolean readsInput() {
    return "-".equals(file);
  }

  private Instance.Builder complete(Instance.Builder record) {
    if (file != null) {
      record.json(read(file));
    }
    for (String field : fields) {
      set(record, field);
    }
    if (port != null) {
      record.port(port);
    }
    if (hostname != null) {
      record.hostname(hostname);
    }
    return record;
  }

  private static void set(Instance.Builder record, String assignment) {
    int equals = assignment.indexOf('=');
    boolean json = equals > 0 && assignment.charAt(equals - 1) == ':';
    String field = assignment.substring(0, Math.max(json ? equals - 1 : equals, 0));
    if (field.isEmpty()) {
      throw new CommandException(
          ExitCode.USAGE, "--set: '" + assignment + "' (expected: field=text or field:=json)");
    }
    String value = assignment.substring(equals + 1);
    if (!json) {
      record.with(field, value);
      return;
    }
    requireOneValue(field, value);
    record.json(RecordJson.object(writer -> writer.name(field).jsonValue(value)));
  }

  /** One value and no more, so that it cannot set fields beside its own. */
  private static void requireOneValue(String field, String value) {
    try (JsonReader reader = new JsonReader(new StringReader(value))) {
      reader.setStrictness(Strictness.STRICT);
      reader.skipValue();
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new MalformedJsonException("more than one value");
      }
    } catch (MalformedJsonException | EOFException | IllegalStateException e) {
      throw new CommandException(
          ExitCode.USAGE,
          "--set: "
              + field
              + " is not JSON: '"
              + value
              + "' (expected: a number, true, false, null, \"text\", a list or an object;"
              + " plain text is set with "
              + field
              + "=text)",
          e);
    } catch (IOException e) {
      throw new IllegalStateException("a string cannot fail to be read", e);
    }
  }

  private String read(String file) {
    boolean standardInput = file.equals("-");
    try (InputStream in = standardInput ? console.in() : Files.newInputStream(Path.of(file))) {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(in.readNBytes(MAX_FILE)))
          .toString();
    } catch (NoSuchFileException e) {
      throw unreadable(file, "there is no such file", e);
    } catch (CharacterCodingException e) {
      throw unreadable(file, "it is not UTF-8", e);
    } catch (IOException | InvalidPathException e) {
      throw unreadable(file, Objects.requireNonNullElse(e.getMessage(), e.toString()), e);
    }
  }

  private static CommandException unreadable(String file, String why, Exception cause) {
    return new CommandException(
        ExitCode.USAGE,
        "--json: '" + file + "' cannot be read: " + why + " (expected: a file with a JSON object)",
        cause);
  }
}
