package io.etcdregistry.it.faults;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What one run of a row showed.
 *
 * @param row the row's id
 * @param fault what happened
 * @param sees what callers and readers see
 * @param guarantee what is guaranteed
 * @param etcd the version of etcd, such as {@code 3.4.23}
 * @param instances how many instances had to be kept
 * @param snapshots how many snapshots of readers were compared with etcd's own history
 * @param absenceMillis the longest time that a record was absent while its owner was well
 * @param lagMillis how long a reader took at most to see a change
 * @param viewsMillis from the cluster serving again until every view was live and right
 * @param recordsMillis from the cluster serving again until every record was back
 * @param calls how many calls were made meanwhile
 * @param failedCalls how many of them failed
 * @param slowestCallMillis how long the slowest took
 */
record Outcome(
    String row,
    String fault,
    String sees,
    String guarantee,
    String etcd,
    int instances,
    int snapshots,
    long absenceMillis,
    long lagMillis,
    long viewsMillis,
    long recordsMillis,
    int calls,
    int failedCalls,
    long slowestCallMillis) {
  private static final String SUFFIX = ".properties";

  /** The folder that outcomes are left in, from the property {@code faults.results}. */
  static Path folder() {
    return Path.of(System.getProperty("faults.results", "target/faults"));
  }

  /** Leaves it in the folder, in a file of its own, one property for each component. */
  void write() {
    String name = etcd + "-" + row + "-" + UUID.randomUUID() + SUFFIX;
    Properties properties = new Properties();
    try {
      for (RecordComponent component : Outcome.class.getRecordComponents()) {
        Object value = component.getAccessor().invoke(this);
        properties.setProperty(component.getName(), value.toString());
      }
      Files.createDirectories(folder());
      try (Writer file = Files.newBufferedWriter(folder().resolve(name))) {
        properties.store(file, null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** All that a folder holds. */
  static List<Outcome> read(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(SUFFIX)).map(Outcome::readOne).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Outcome readOne(Path path) {
    Properties properties = new Properties();
    try (Reader file = Files.newBufferedReader(path)) {
      properties.load(file);
      RecordComponent[] components = Outcome.class.getRecordComponents();
      Class<?>[] types = new Class<?>[components.length];
      Object[] values = new Object[components.length];
      for (int i = 0; i < components.length; i++) {
        types[i] = components[i].getType();
        values[i] = value(properties.getProperty(components[i].getName()), types[i]);
      }
      return Outcome.class.getDeclaredConstructor(types).newInstance(values);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(path.toString(), e);
    }
  }

  private static Object value(String text, Class<?> type) {
    if (type == int.class) {
      return Integer.valueOf(text);
    }
    return type == long.class ? (Object) Long.valueOf(text) : text;
  }
}
