package io.etcdregistry.internal.config;

import io.etcdregistry.RegistryException;
import io.etcdregistry.RegistryException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** A password, or the file that holds it. Shows itself only when asked to. Immutable. */
public final class Secret {
  private static final int MAX_BYTES = 4096;

  private final String text;
  private final Optional<Path> file;

  private Secret(String text, Optional<Path> file) {
    this.text = text;
    this.file = file;
  }

  /** A password that is known. */
  static Secret of(String text) {
    return new Secret(text, Optional.empty());
  }

  /** A password that stands in a file, alone, with or without a line's end. */
  static Secret in(Path file) {
    return new Secret("", Optional.of(file));
  }

  /** The file it is read from, if it is. */
  public Optional<Path> file() {
    return file;
  }

  /**
   * The password. Reads the file each time, so that a new password counts at once; blocks for it.
   *
   * @throws RegistryException {@code INVALID} if the file does not hold one
   */
  public String reveal() {
    return file.isEmpty() ? text : read(file.get());
  }

  private static String read(Path file) {
    try {
      byte[] bytes = SmallFile.read(file, MAX_BYTES);
      String line = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      line = line.endsWith("\n") ? line.substring(0, line.length() - 1) : line;
      line = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
      if (line.isEmpty() || line.chars().anyMatch(Character::isISOControl)) {
        throw refused(file, line.isEmpty() ? "is empty" : "holds more than one line");
      }
      return line;
    } catch (CharacterCodingException e) {
      throw refused(file, "is not UTF-8");
    } catch (IOException e) {
      throw refused(file, SmallFile.why(e));
    }
  }

  private static RegistryException refused(Path file, String why) {
    return new RegistryException(
        Reason.INVALID,
        "passwordFile: " + file + " " + why + " (expected: one line that is the password)");
  }

  /** Three stars. */
  @Override
  public String toString() {
    return "***";
  }
}
