package io.etcdregistry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MendsTest {
  private static Mends of(String connection) {
    return new Mends(ConnectionText.parse(connection), true);
  }

  @Test
  void ours_repeatsWhatWasGivenWithoutThePassword() {
    assertThat(of("https://joe:s3cret@h1,h2/prod?ca=/a b.pem").ours("leave a 1"))
        .isEqualTo("etcd-registry leave a 1 -e 'https://h1,h2/prod?ca=/a b.pem&user=joe'");
    assertThat(new Mends(ConnectionText.parse("h1"), false).ours("leave a 1"))
        .isEqualTo("etcd-registry leave a 1");
  }

  @Test
  void oursAsRoot_isTheSameEtcd() {
    assertThat(of("joe:s3cret@h1/prod?ttl=5s").oursAsRoot("doctor"))
        .isEqualTo("etcd-registry doctor -e 'h1/prod?ttl=5s&user=root'");
  }

  @Test
  void etcdctl_hasEndpointsFilesAndUser() {
    assertThat(of("h1, h2:4001,[::1],[::1]:5").etcdctl("alarm disarm"))
        .isEqualTo("etcdctl --endpoints='h1:2379,h2:4001,[::1]:2379,[::1]:5' alarm disarm");
    assertThat(of("https://joe:s3cret@h1/ns?ca=/c.pem&cert=/d.pem&key=/e%20f").etcdctl("compact"))
        .isEqualTo(
            "etcdctl --endpoints=https://h1:2379 --cacert=/c.pem --cert=/d.pem --key='/e f'"
                + " --user=root compact");
  }

  @Test
  void etcdctlAt_isThatEndpointAlone() {
    assertThat(of("h1,h2").etcdctlAt("http://h3:1", "endpoint health"))
        .isEqualTo("etcdctl --endpoints=h3:1 endpoint health");
    assertThat(of("https://h1,h2").etcdctlAt("h2", "endpoint health"))
        .isEqualTo("etcdctl --endpoints=https://h2:2379 endpoint health");
  }

  @Test
  void quoted_holdsWhateverIsInIt() {
    assertThat(Mends.quoted("it's $x")).isEqualTo("'it'\\''s $x'");
    assertThat(Mends.quoted("")).isEqualTo("''");
  }
}
