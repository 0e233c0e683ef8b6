package io.etcdregistry.it.harness;

import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Optional;

/** The classes of one package, and of those within, once more: changed, or without some others. */
public final class FreshClasses extends URLClassLoader {
  private final String fresh;
  private final String hidden;

  private FreshClasses(URL[] changed, String fresh, String hidden) {
    super(changed, FreshClasses.class.getClassLoader());
    this.fresh = fresh + ".";
    this.hidden = hidden + ".";
  }

  /**
   * Classes of which some are changed.
   *
   * @param fresh their package
   * @param folder holds the changed ones
   */
  public static FreshClasses changed(String fresh, Path folder) throws MalformedURLException {
    return new FreshClasses(new URL[] {folder.toUri().toURL()}, fresh, "");
  }

  /**
   * Classes that do not find some others, when they look for them by their names.
   *
   * @param fresh their package
   * @param hidden the package of the others
   */
  public static FreshClasses without(String fresh, String hidden) {
    return new FreshClasses(new URL[0], fresh, hidden);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (name.startsWith(hidden)) {
      throw new ClassNotFoundException(name);
    }
    if (!name.startsWith(fresh)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> known = findLoadedClass(name);
      return known == null ? define(name) : known;
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    String file = name.replace('.', '/') + ".class";
    URL url = Optional.ofNullable(findResource(file)).orElseGet(() -> getResource(file));
    if (url == null) {
      throw new ClassNotFoundException(name);
    }
    try (InputStream in = url.openStream()) {
      byte[] bytes = in.readAllBytes();
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }
}
