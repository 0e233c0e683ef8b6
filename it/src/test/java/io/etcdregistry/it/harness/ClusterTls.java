package io.etcdregistry.it.harness;

import io.etcdregistry.it.harness.TestCertificates.Pair;
import java.nio.file.Path;

/** The certificate files of a cluster's members and of who operates it. */
record ClusterTls(Pair server, Pair operator, Path trusted) {
  static ClusterTls create(TestCertificates authority) {
    return new ClusterTls(
        authority.issue("server", "localhost", "127.0.0.1"),
        authority.issue("operator"),
        TestCertificates.bundle(authority));
  }

  void applyTo(EtcdServer.Builder members) {
    members.tls(server).clientCertificates(trusted);
  }

  Etcdctl applyTo(Etcdctl etcdctl) {
    return etcdctl.withTls(trusted, operator);
  }

  /** Writes other certificates to the same files; the first authority issues them. */
  void renew(TestCertificates... authorities) {
    authorities[0].issue("server", "localhost", "127.0.0.1").moveTo(server);
    authorities[0].issue("operator").moveTo(operator);
    TestCertificates.move(TestCertificates.bundle(authorities), trusted);
  }
}
