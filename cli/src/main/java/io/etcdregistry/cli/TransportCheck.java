package io.etcdregistry.cli;

import io.etcdregistry.internal.diagnosis.EndpointReport;
import io.etcdregistry.internal.diagnosis.Inspector;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** What lies between this machine and etcd: encryption, certificates, and whose clock is right. */
final class TransportCheck {
  private static final String TLS = "tls";
  private static final Duration SKEW = Duration.ofSeconds(5);
  private static final int MILLIS = 2000;
  private static final int USUAL_PORT = 2379;

  private final Inspector inspector;
  private final List<EndpointReport> endpoints;
  private final List<Finding> findings = new ArrayList<>();
  private final List<List<X509Certificate>> shown = new ArrayList<>();

  TransportCheck(Inspector inspector, List<EndpointReport> endpoints) {
    this.inspector = inspector;
    this.endpoints = endpoints;
  }

  List<Finding> findings() {
    inspector.certificate().ifPresent(this::ownCertificate);
    endpoints.forEach(this::look);
    inspector.authorities().ifPresent(this::authorities);
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

  private static boolean isLoopback(String address) {
    return address.matches("(https?://)?(localhost|127\\.[0-9.]+|\\[::1])(:.*)?");
  }

  private void look(EndpointReport endpoint) {
    Optional<URI> place = place(endpoint.address(), inspector.tls());
    if (inspector.tls()) { // a certificate that ran out is why there is no answer
      place.ifPresent(this::serverCertificate);
    }
    if (endpoint.answers()) {
      place.ifPresent(this::clock);
    }
  }

  /** Where an endpoint serves HTTP; empty if it cannot be. */
  static Optional<URI> place(String endpoint, boolean tls) {
    String bare = endpoint.replaceFirst("^https?://", "");
    try {
      URI uri = new URI((tls ? "https://" : "http://") + bare);
      if (uri.getHost() == null) {
        return Optional.empty();
      }
      return Optional.of(uri.getPort() < 0 ? new URI(uri + ":" + USUAL_PORT) : uri);
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private void ownCertificate(String file) {
    List<X509Certificate> chain = read(file, "etcd cannot tell who we are.");
    if (!chain.isEmpty()) {
      Validity own =
          new Validity(
              "our certificate " + file,
              "From then on no connection comes about.",
              "have a new one issued, and replace " + file);
      findings.add(own.of(chain.get(0), Instant.now()));
    }
  }

  private void authorities(String file) {
    List<X509Certificate> trusted = read(file, "We cannot tell who etcd is.");
    findings.addAll(new Authorities(file, trusted).findings(shown, Instant.now()));
  }

  private List<X509Certificate> read(String file, String otherwise) {
    List<X509Certificate> certificates = new ArrayList<>();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(Path.of(file)))) {
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        certificates.add((X509Certificate) one);
      }
    } catch (IOException | CertificateException e) {
      findings.add(
          Finding.problem(
              TLS,
              file + " cannot be read: " + e.getMessage(),
              otherwise,
              "openssl x509 -in " + file + " -noout -text"));
    }
    return certificates;
  }

  /** Looks at the certificate without trusting it: that is for the connections themselves. */
  private void serverCertificate(URI address) {
    List<X509Certificate> chain = new ArrayList<>();
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new OnlyLooks(chain)}, null);
      try (Socket plain = new Socket()) {
        int port = address.getPort();
        plain.connect(new InetSocketAddress(address.getHost(), port), MILLIS);
        plain.setSoTimeout(MILLIS);
        SSLSocket socket =
            (SSLSocket)
                context.getSocketFactory().createSocket(plain, address.getHost(), port, false);
        socket.startHandshake();
      }
    } catch (IOException | GeneralSecurityException e) {
      // The handshake is meant to fail, once the certificate has been seen.
    }
    if (!chain.isEmpty()) {
      shown.add(chain);
      Validity theirs =
          new Validity(
              "the certificate of " + address.getAuthority(),
              "From then on no connection comes about.",
              "have a new one issued, and replace the file of etcd's --cert-file");
      findings.add(theirs.of(chain.get(0), Instant.now()));
    }
  }

  /** Remembers a server's certificate, with what signed it, and goes no further. */
  private record OnlyLooks(List<X509Certificate> chain) implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] seen, String authType)
        throws CertificateException {
      throw new CertificateException("no client is expected");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] seen, String authType)
        throws CertificateException {
      chain.addAll(List.of(seen));
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
      if (http instanceof HttpsURLConnection https) {
        inspector.sockets().ifPresent(https::setSSLSocketFactory);
      }
      http.setConnectTimeout(MILLIS);
      http.setReadTimeout(MILLIS);
      Instant before = Instant.now();
      long told = http.getDate();
      Instant after = Instant.now();
      http.disconnect();
      if (told != 0) {
        findings.add(
            clock(address.getAuthority(), skew(before, Instant.ofEpochMilli(told), after)));
      }
    } catch (IOException e) {
      // No HTTP there: nothing can be told.
    }
  }

  private static Finding clock(String whose, Duration skew) {
    return skew.compareTo(SKEW) > 0
        ? Finding.problem(
            "clock",
            "the clock of " + whose + " is " + skew.toSeconds() + "s off ours",
            "Leases do not depend on it, but certificates and the times in logs do.",
            "timedatectl set-ntp true")
        : Finding.ok("clock", whose + " agrees with this machine");
  }

  /**
   * How far a clock is off ours, at least: it was read at some time between question and answer,
   * and tells whole seconds.
   */
  static Duration skew(Instant asked, Instant told, Instant answered) {
    Duration behind = Duration.between(told.plusSeconds(1), asked);
    Duration ahead = Duration.between(answered, told);
    Duration off = behind.compareTo(ahead) > 0 ? behind : ahead;
    return off.isNegative() ? Duration.ZERO : off;
  }
}
