package io.etcdregistry.internal.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Files that a connection string names: read whole, if they are small. */
final class SmallFile {
  private SmallFile() {}

  static byte[] read(Path file, int limit) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException("a directory");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(limit + 1);
      if (bytes.length > limit) {
        throw new IOException("longer than " + limit + " bytes");
      }
      return bytes;
    }
  }

  /** Why a file could not be read, to follow its name. */
  static String why(IOException failure) {
    if (failure instanceof NoSuchFileException) {
      return "does not exist";
    }
    if (failure instanceof AccessDeniedException) {
      return "may not be read by this user";
    }
    return "cannot be read: " + failure.getMessage();
  }
}
