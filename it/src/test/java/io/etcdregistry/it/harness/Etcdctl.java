package io.etcdregistry.it.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs {@code etcdctl}, the independent witness of what a cluster holds. Immutable. */
public final class Etcdctl {
  private final List<String> globalFlags;

  private Etcdctl(List<String> globalFlags) {
    this.globalFlags = List.copyOf(globalFlags);
  }

  /** One for these endpoints, for example {@code http://127.0.0.1:2379}. */
  public static Etcdctl at(String... endpoints) {
    return new Etcdctl(
        List.of("--endpoints=" + String.join(",", endpoints), "--command-timeout=30s"));
  }

  /** A copy that trusts this authority and, if {@code client} is given, shows its certificate. */
  public Etcdctl withTls(Path authority, TestCertificates.Pair... client) {
    Etcdctl result = with("--cacert=" + authority);
    for (TestCertificates.Pair pair : client) {
      result = result.with("--cert=" + pair.certificate()).with("--key=" + pair.key());
    }
    return result;
  }

  /** A copy that logs in. */
  public Etcdctl as(String user, String password) {
    return with("--user=" + user + ":" + password);
  }

  /** A copy with one more global flag. */
  public Etcdctl with(String flag) {
    List<String> flags = new ArrayList<>(globalFlags);
    flags.add(flag);
    return new Etcdctl(flags);
  }

  /** Creates the user {@code root} and switches authentication on; returns a copy that is root. */
  public Etcdctl enableAuth(String rootPassword) {
    run("user", "add", "root:" + rootPassword);
    run("user", "grant-role", "root", "root");
    run("auth", "enable");
    return as("root", rootPassword);
  }

  /**
   * Creates a user with a role of its own that may read and write all keys with this prefix.
   *
   * <p>Call it before {@link #enableAuth} or as root.
   */
  public void addUser(String user, String password, String prefix) {
    run("user", "add", user + ":" + password);
    run("role", "add", user + "-role");
    run("role", "grant-permission", user + "-role", "readwrite", prefix, "--prefix");
    run("user", "grant-role", user, user + "-role");
  }

  /**
   * Creates a user with the least rights that a service needs, as README says: to read and write
   * the records of one namespace, which may be empty.
   */
  public void addService(String user, String password, String namespace) {
    addUser(user, password, "readwrite", records(namespace));
  }

  /** Creates a user with the least rights that a client needs, which only reads. */
  public void addReader(String user, String password, String namespace) {
    addUser(user, password, "read", records(namespace));
  }

  private static String records(String namespace) {
    return namespace.isEmpty() ? "services" : "services/" + namespace;
  }

  private void addUser(String user, String password, String right, String folder) {
    run("user", "add", user + ":" + password);
    run("role", "add", user + "-role");
    run("role", "grant-permission", user + "-role", right, folder + "/", folder + "0");
    run("user", "grant-role", user, user + "-role");
  }

  /** Runs a command that must succeed; returns its standard output without the last line end. */
  public String run(String... arguments) {
    Result result = tryRun(arguments);
    if (result.exitCode() != 0) {
      throw new AssertionError(
          "etcdctl "
              + String.join(" ", arguments)
              + " exited "
              + result.exitCode()
              + ": "
              + result.stderr());
    }
    return result.stdout().stripTrailing();
  }

  /** Runs a command that may fail. */
  public Result tryRun(String... arguments) {
    return tryRun(new byte[0], arguments);
  }

  /** Runs a command that may fail and reads this, for example a long value. */
  public Result tryRun(byte[] stdin, String... arguments) {
    try {
      Process process = start(ProcessBuilder.Redirect.PIPE, arguments);
      try (OutputStream out = process.getOutputStream()) {
        out.write(stdin);
      } catch (IOException e) {
        // it did not want to read all; its exit code says why
      }
      String stdout = new String(process.getInputStream().readAllBytes(), UTF_8);
      String stderr = new String(process.getErrorStream().readAllBytes(), UTF_8);
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("etcdctl did not exit: " + String.join(" ", arguments));
      }
      return new Result(process.exitValue(), stdout, stderr);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Starts a command that goes on, such as {@code watch}; the caller destroys the process. */
  public Process start(ProcessBuilder.Redirect stderr, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(EtcdHome.binary("etcdctl").toString());
    command.addAll(globalFlags);
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(stderr);
    builder.environment().keySet().removeIf(name -> name.startsWith("ETCDCTL_"));
    builder.environment().put("ETCDCTL_API", "3");
    return Children.start(builder);
  }

  /** What a run said. */
  public record Result(int exitCode, String stdout, String stderr) {}
}
