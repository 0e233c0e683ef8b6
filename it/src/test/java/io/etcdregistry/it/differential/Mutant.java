package io.etcdregistry.it.differential;

import io.etcdregistry.it.harness.FreshClasses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;

/**
 * A dev server with a bug: one of its source files is changed, compiled, and loaded in place of the
 * sound one.
 */
final class Mutant implements Duo.Server {
  private static final Path SOURCES =
      Path.of("..", "devserver", "src", "main", "java", "io", "etcdregistry", "devserver");

  private final AutoCloseable server;
  private final String endpoint;

  private Mutant(AutoCloseable server, String endpoint) {
    this.server = server;
    this.endpoint = endpoint;
  }

  /**
   * Starts a server with a bug.
   *
   * @param file the source file, from the root package on
   * @param sound what stands there, once
   * @param buggy what is to stand there instead
   * @param folder an empty folder for what is compiled
   */
  static Mutant start(String file, String sound, String buggy, Path folder) {
    try {
      String source = Files.readString(SOURCES.resolve(file));
      if (source.split(Pattern.quote(sound), -1).length != 2) {
        throw new IllegalStateException(file + " does not hold once: " + sound);
      }
      Path changed = folder.resolve(Path.of(file).getFileName());
      Files.writeString(changed, source.replace(sound, buggy));
      compile(changed, folder);
      ClassLoader loader = FreshClasses.changed("io.etcdregistry.devserver", folder);
      Class<?> type = loader.loadClass("io.etcdregistry.devserver.DevServer");
      Object server = type.getMethod("start").invoke(null);
      return new Mutant((AutoCloseable) server, (String) type.getMethod("endpoint").invoke(server));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void compile(Path source, Path folder) {
    List<String> arguments =
        List.of(
            "-proc:none",
            "-nowarn",
            "-d",
            folder.toString(),
            "-cp",
            System.getProperty("java.class.path"),
            source.toString());
    int failed =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, arguments.toArray(new String[0]));
    if (failed != 0) {
      throw new IllegalStateException(source + " does not compile");
    }
  }

  @Override
  public String endpoint() {
    return endpoint;
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
