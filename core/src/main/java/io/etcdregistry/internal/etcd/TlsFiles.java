package io.etcdregistry.internal.etcd;

import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.StoreException.Failure;
import io.etcdregistry.internal.telemetry.Telemetry;
import io.etcdregistry.spi.Time;
import io.grpc.ChannelCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Certificates and key from files that may be replaced while we run: looked at every few seconds
 * and read again when they changed, so that the next connection uses them.
 */
final class TlsFiles {
  private static final Duration LOOK = Duration.ofSeconds(5);

  private final EtcdConfig.Tls paths;
  private final Loop loop;
  private final Telemetry telemetry;
  private final AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
  private final @Nullable AdvancedTlsX509TrustManager trust;
  private Map<Path, FileTime> seen; // touched by one look at a time
  private boolean failing;
  private volatile boolean closed;
  private volatile Time.@Nullable Scheduled next;

  TlsFiles(EtcdConfig.Tls paths, Loop loop, Telemetry telemetry) {
    this.paths = paths;
    this.loop = loop;
    this.telemetry = telemetry;
    this.trust = paths.ca().isPresent() ? trustManager() : null;
    this.seen = times();
    load();
    schedule();
  }

  private static AdvancedTlsX509TrustManager trustManager() {
    try {
      return AdvancedTlsX509TrustManager.newBuilder().build();
    } catch (GeneralSecurityException broken) {
      throw without(broken);
    }
  }

  private static StoreException without(GeneralSecurityException tls) {
    return new StoreException(Failure.INVALID, false, "this JVM has no TLS: " + tls, tls);
  }

  ChannelCredentials credentials() {
    TlsChannelCredentials.Builder builder = TlsChannelCredentials.newBuilder();
    if (trust != null) {
      builder.trustManager(trust);
    }
    if (paths.cert().isPresent()) {
      builder.keyManager(keys);
    }
    return builder.build();
  }

  /** What makes sockets that trust and show what the {@link #credentials} do. */
  SSLSocketFactory sockets() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          paths.cert().isPresent() ? new KeyManager[] {keys} : null,
          trust == null ? null : new TrustManager[] {trust},
          null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException broken) {
      throw without(broken);
    }
  }

  void close() {
    closed = true;
    Time.Scheduled look = next;
    if (look != null) {
      look.cancel();
    }
  }

  private void schedule() {
    if (!closed) {
      next = loop.after(LOOK, () -> loop.executor().execute(this::look));
    }
  }

  private void look() {
    Map<Path, FileTime> now = times();
    if (!now.equals(seen)) {
      reload(now);
    }
    schedule();
  }

  private void reload(Map<Path, FileTime> now) {
    try {
      load();
      seen = now;
      failing = false;
      telemetry.note("tls", Level.INFO, "TLS files read again: " + now.keySet());
    } catch (StoreException unreadable) {
      if (!failing) {
        failing = true;
        telemetry.note(
            "tls",
            Level.WARNING,
            unreadable.getMessage() + "; keeping what was read before, trying on");
      }
    }
  }

  private Map<Path, FileTime> times() {
    Map<Path, FileTime> times = new LinkedHashMap<>();
    paths.ca().ifPresent(path -> times.put(path, modified(path)));
    paths.cert().ifPresent(path -> times.put(path, modified(path)));
    paths.key().ifPresent(path -> times.put(path, modified(path)));
    return times;
  }

  private static FileTime modified(Path path) {
    try {
      return Files.getLastModifiedTime(path);
    } catch (IOException gone) {
      return FileTime.fromMillis(0);
    }
  }

  private void load() {
    AdvancedTlsX509TrustManager trusting = trust;
    if (trusting != null) {
      Path ca = paths.ca().orElseThrow();
      try {
        trusting.updateTrustCredentials(ca.toFile());
      } catch (IOException | GeneralSecurityException | RuntimeException unreadable) {
        throw unreadable("CA certificate", ca, "PEM certificates", unreadable);
      }
    }
    if (paths.cert().isPresent()) {
      Path cert = paths.cert().get();
      Path key = paths.key().orElseThrow();
      try {
        keys.updateIdentityCredentials(cert.toFile(), key.toFile());
      } catch (IOException | GeneralSecurityException | RuntimeException unreadable) {
        throw unreadable(
            "client certificate or its key",
            cert,
            "PEM certificates, and in " + key + " a PEM key in PKCS #8",
            unreadable);
      }
    }
  }

  private static StoreException unreadable(
      String what, Path path, String expected, Exception cause) {
    return new StoreException(
        Failure.INVALID,
        false,
        "the " + what + " cannot be read from " + path + " (expected: " + expected + "): " + cause,
        cause);
  }
}
