package io.etcdregistry.cli;

import io.etcdregistry.internal.diagnosis.EndpointReport;
import io.etcdregistry.internal.diagnosis.Inspector;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** What lies between this machine and etcd: encryption, certificates, and whose clock is right. */
final class TransportCheck {
  private static final String TLS = "tls";
  private static final Duration SOON = Duration.ofDays(14);
  private static final Duration SKEW = Duration.ofSeconds(5);
  private static final int MILLIS = 2000;

  private final Inspector inspector;
  private final List<EndpointReport> endpoints;
  private final List<Finding> findings = new ArrayList<>();

  TransportCheck(Inspector inspector, List<EndpointReport> endpoints) {
    this.inspector = inspector;
    this.endpoints = endpoints;
  }

  List<Finding> findings() {
    inspector.certificate().ifPresent(this::ownCertificate);
    for (EndpointReport endpoint : endpoints) {
      // a certificate that ran out is why there is no answer
      address(endpoint).filter(a -> inspector.tls() || endpoint.answers()).ifPresent(this::look);
    }
    if (!inspector.tls()) {
      boolean away = endpoints.stream().anyMatch(one -> !isLoopback(one.address()));
      findings.add(
          away
              ? Finding.note(
                  TLS,
                  "connections are not encrypted",
                  "Whoever is on the network can read and change what etcd is told.",
                  "-e https://HOST?ca=FILE, with etcd's --cert-file and --key-file")
              : Finding.ok(TLS, "not used, nor needed on this machine"));
    }
    return findings;
  }

  /** Host and port with {@code //} in front; empty where the port was left open. */
  private static Optional<URI> address(EndpointReport endpoint) {
    String bare = endpoint.address().replaceFirst("^https?://", "");
    try {
      URI uri = new URI("http://" + bare);
      return uri.getHost() == null ? Optional.empty() : Optional.of(uri);
    } catch (java.net.URISyntaxException e) {
      return Optional.empty();
    }
  }

  private static boolean isLoopback(String address) {
    return address.matches("(https?://)?(localhost|127\\.[0-9.]+|\\[::1])(:.*)?");
  }

  private void look(URI address) {
    if (inspector.tls()) {
      serverCertificate(address);
    } else {
      clock(address);
    }
  }

  private void ownCertificate(String file) {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(Path.of(file)))) {
      X509Certificate certificate =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
      expiry("our certificate " + file, certificate, "have a new one issued, and replace " + file);
    } catch (IOException | CertificateException e) {
      findings.add(
          Finding.problem(
              TLS,
              file + " cannot be read: " + e.getMessage(),
              "etcd cannot tell who we are.",
              "openssl x509 -in " + file + " -noout -text"));
    }
  }

  private void expiry(String whose, X509Certificate certificate, String mend) {
    Instant now = Instant.now();
    Instant begin = certificate.getNotBefore().toInstant();
    Instant end = certificate.getNotAfter().toInstant();
    Duration left = Duration.between(now, end);
    if (begin.isAfter(now)) {
      findings.add(
          Finding.problem(
              TLS,
              whose + " is not good before " + begin,
              "Until then no connection comes about, unless it is this clock that is wrong.",
              "timedatectl set-ntp true; and if the clock was right, " + mend));
    } else if (left.compareTo(SOON) < 0) {
      findings.add(
          Finding.problem(
              TLS,
              whose + (left.isNegative() ? " expired on " : " expires on ") + end,
              "From then on no connection comes about.",
              mend));
    } else {
      findings.add(Finding.ok(TLS, whose + " is good for " + left.toDays() + " days"));
    }
  }

  /** Looks at the certificate without trusting it: that is for the connections themselves. */
  private void serverCertificate(URI address) {
    AtomicReference<@Nullable X509Certificate> shown = new AtomicReference<>();
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new OnlyLooks(shown)}, null);
      try (Socket plain = new Socket()) {
        int port = address.getPort() < 0 ? 2379 : address.getPort();
        plain.connect(new java.net.InetSocketAddress(address.getHost(), port), MILLIS);
        plain.setSoTimeout(MILLIS);
        SSLSocket socket =
            (SSLSocket)
                context.getSocketFactory().createSocket(plain, address.getHost(), port, false);
        socket.startHandshake();
      }
    } catch (IOException | GeneralSecurityException e) {
      // The handshake is meant to fail, once the certificate has been seen.
    }
    Optional.ofNullable(shown.get())
        .ifPresent(
            certificate ->
                expiry(
                    "the certificate of " + address.getAuthority(),
                    certificate,
                    "have a new one issued, and replace the file of etcd's --cert-file"));
  }

  /** Remembers a server's certificate and goes no further. */
  private record OnlyLooks(AtomicReference<@Nullable X509Certificate> shown)
      implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      throw new CertificateException("no client is expected");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      shown.set(chain[0]);
      throw new CertificateException("seen");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  /** etcd's HTTP side tells the time of its machine, if it is there. */
  private void clock(URI address) {
    try {
      HttpURLConnection http =
          (HttpURLConnection) address.resolve("/version").toURL().openConnection();
      http.setConnectTimeout(MILLIS);
      http.setReadTimeout(MILLIS);
      Instant before = Instant.now();
      long told = http.getDate();
      http.disconnect();
      if (told == 0) {
        return;
      }
      Duration skew = Duration.between(Instant.ofEpochMilli(told), before).abs();
      if (skew.compareTo(SKEW) > 0) {
        findings.add(
            Finding.problem(
                "clock",
                "the clock of " + address.getAuthority() + " is " + skew.toSeconds() + "s off ours",
                "Leases do not depend on it, but certificates and the times in logs do.",
                "timedatectl set-ntp true"));
      } else {
        findings.add(Finding.ok("clock", address.getAuthority() + " agrees with this machine"));
      }
    } catch (IOException e) {
      // No HTTP there: nothing can be told.
    }
  }
}
