package io.etcdregistry.internal.view;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.etcdregistry.Instance;
import io.etcdregistry.Snapshot;
import io.etcdregistry.internal.codec.Keys;
import io.etcdregistry.internal.store.KeyValue;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * A directory with what views showed last, a file for each. Thread-safe; of several processes with
 * one directory the last writer counts.
 *
 * <p>A file is, big endian: the number {@value #MAGIC}, the prefix of the namespace and the name,
 * the moment of saving in milliseconds, the revision, the number of records; of each its key, its
 * revision, its lease and its text; the operators' overrides of them in the same way; and a CRC-32C
 * of all that. Texts are their length in bytes as an int, then UTF-8. It is written beside its
 * place and moved there, so that no reader sees half of one.
 */
public final class Archive {
  private static final int MAGIC = 0x45524C32;
  private static final int LONGEST = 1 << 20;
  private static final int MOST = 10_000_000;
  private static final int READABLE = 40;

  /**
   * What was saved.
   *
   * @param savedAt when, by the wall clock
   * @param revision the revision that it was current at
   * @param pairs the records
   * @param overrides what operators say of them
   */
  record Stored(Instant savedAt, long revision, List<KeyValue> pairs, List<KeyValue> overrides) {}

  /**
   * What is to be saved.
   *
   * @param snapshot what a view shows
   * @param overrides what operators say of it
   */
  record Kept(Snapshot snapshot, List<Instance> overrides) {}

  private final Path directory;
  private final Duration maxAge;
  private final String prefix;

  /**
   * An archive.
   *
   * @param directory where the files are; made when something is saved
   * @param maxAge what is older is not used
   * @param keys where the records are: those of another namespace are none of this archive's
   */
  public Archive(Path directory, Duration maxAge, Keys keys) {
    this.directory = directory;
    this.maxAge = maxAge;
    this.prefix = keys.all().first();
  }

  /** The file of a name, readable for a person and different for every name and namespace. */
  Path file(String service) {
    CRC32C distinct = new CRC32C();
    distinct.update((prefix + "\n" + service).getBytes(UTF_8));
    String readable = service.isEmpty() ? "all" : service.replaceAll("[^a-zA-Z0-9-]", "-");
    String shown = readable.substring(0, Math.min(readable.length(), READABLE));
    return directory.resolve("%s-%08x.services".formatted(shown, distinct.getValue()));
  }

  /** Saves what a view shows. */
  void write(Kept kept, Instant now) throws IOException {
    Snapshot snapshot = kept.snapshot();
    Files.createDirectories(directory);
    Path file = file(snapshot.service());
    Path draft = Files.createTempFile(directory, file.getFileName().toString(), ".tmp");
    try {
      CRC32C sum = new CRC32C();
      try (DataOutputStream out =
          new DataOutputStream(
              new CheckedOutputStream(
                  new BufferedOutputStream(Files.newOutputStream(draft)), sum))) {
        out.writeInt(MAGIC);
        text(out, prefix);
        text(out, snapshot.service());
        out.writeLong(now.toEpochMilli());
        out.writeLong(snapshot.revision());
        records(out, snapshot.instances());
        records(out, kept.overrides());
        out.writeLong(sum.getValue());
      }
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private static void records(DataOutputStream out, List<Instance> records) throws IOException {
    out.writeInt(records.size());
    for (Instance record : records) {
      text(out, record.key());
      out.writeLong(record.revision());
      out.writeLong(record.lease());
      text(out, record.json());
    }
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /**
   * Reads what was saved of a name.
   *
   * @throws IOException if there is a file that cannot be used, with why
   */
  Optional<Stored> read(String service, Instant now) throws IOException {
    CRC32C sum = new CRC32C();
    try (DataInputStream in =
        new DataInputStream(
            new CheckedInputStream(
                new BufferedInputStream(Files.newInputStream(file(service))), sum))) {
      expect(in.readInt() == MAGIC, "is no file of views, or of another version");
      expect(text(in).equals(prefix) && text(in).equals(service), "is of another service");
      Instant savedAt = Instant.ofEpochMilli(in.readLong());
      Duration age = Duration.between(savedAt, now);
      expect(age.compareTo(maxAge) <= 0, "is older than " + maxAge);
      expect(age.plus(maxAge).compareTo(Duration.ZERO) >= 0, "was saved in the future");
      long revision = in.readLong();
      List<KeyValue> pairs = pairs(in);
      List<KeyValue> overrides = pairs(in);
      long saved = sum.getValue();
      expect(in.readLong() == saved, "is damaged");
      return Optional.of(new Stored(savedAt, revision, pairs, overrides));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (EOFException e) {
      throw new IOException("is cut off", e);
    }
  }

  private static List<KeyValue> pairs(DataInputStream in) throws IOException {
    int count = in.readInt();
    expect(count >= 0 && count <= MOST, "is damaged");
    List<KeyValue> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String key = text(in);
      long revision = in.readLong();
      long lease = in.readLong();
      pairs.add(new KeyValue(key, bytes(in), revision, revision, lease));
    }
    return pairs;
  }

  private static String text(DataInputStream in) throws IOException {
    return new String(bytes(in), UTF_8);
  }

  private static byte[] bytes(DataInputStream in) throws IOException {
    int length = in.readInt();
    expect(length >= 0 && length <= LONGEST, "is damaged");
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException();
    }
    return bytes;
  }

  private static void expect(boolean holds, String otherwise) throws IOException {
    if (!holds) {
      throw new IOException(otherwise);
    }
  }
}
