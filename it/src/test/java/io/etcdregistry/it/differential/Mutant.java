package io.etcdregistry.it.differential;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
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
      ClassLoader loader = new Changed(folder, Mutant.class.getClassLoader());
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

  /** Loads the dev server anew, from the changed files where there are such. */
  private static final class Changed extends URLClassLoader {
    private static final String OURS = "io.etcdregistry.devserver.";

    private final ClassLoader sound;

    Changed(Path folder, ClassLoader sound) throws IOException {
      super(new URL[] {folder.toUri().toURL()}, sound);
      this.sound = sound;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith(OURS)) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> known = findLoadedClass(name);
        return known == null ? define(name) : known;
      }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      String file = name.replace('.', '/') + ".class";
      URL changed = findResource(file);
      URL url = changed == null ? sound.getResource(file) : changed;
      if (url == null) {
        throw new ClassNotFoundException(name);
      }
      try (var in = url.openStream()) {
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}
