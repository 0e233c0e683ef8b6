package io.etcdregistry.it;

import static io.etcdregistry.it.Doctor.mend;
import static io.etcdregistry.it.Doctor.mendAll;
import static io.etcdregistry.it.Doctor.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.it.PackagedCommand.Result;
import io.etcdregistry.it.harness.EtcdHome;
import io.etcdregistry.it.harness.EtcdServer;
import io.etcdregistry.it.harness.OnEveryEtcd;
import org.junit.jupiter.api.Test;

/** What {@code doctor} says of users and rights, which versions of etcd judge differently. */
@OnEveryEtcd
class CommandLineDoctorRightsIT {
  private static final String SLOW = "?timeout=60s";

  @Test
  void doctor_rights_areGrantedByWhatItSays() {
    try (EtcdServer etcd = EtcdServer.start()) {
      etcd.etcdctl().run("user", "add", "joe:s3cret");
      etcd.etcdctl().enableAuth("root-secret");
      String theirs = "joe:s3cret@" + etcd.address() + "/theirs" + SLOW;
      Result denied = run(theirs, "doctor");
      assertThat(denied.code()).isEqualTo(1);
      assertThat(denied.out())
          .contains("the user joe may not read services/theirs/ to services/theirs0")
          .contains("the user joe may not write services/theirs/ to services/theirs0")
          .contains("may not read services-overrides/theirs/ to services-overrides/theirs0")
          .contains("grant-permission etcd-registry-joe read services/theirs/ services/theirs0")
          .contains("user grant-role joe etcd-registry-joe")
          .doesNotContain("s3cret", "does not answer");
      mendAll(denied, "etcdctl --endpoints=" + etcd.address() + " --user=root role add");
      Result allowed = run(theirs, "doctor");
      assertThat(allowed.out())
          .contains("the user joe may read and write services/theirs/ to services/theirs0")
          .doesNotContain("may not");
      boolean old = EtcdHome.isBefore("3.4.42", "3.5.28");
      assertThat(allowed.out().contains("nested transactions")).isEqualTo(old);
      assertThat(allowed.code()).as(allowed.out()).isEqualTo(old ? 1 : 0);
      Result seenByRoot = mend("etcd-registry doctor -e '" + etcd.address() + "/theirs?user=root'");
      assertThat(seenByRoot.out()).contains("leader: ", "version: etcd " + EtcdHome.version());
    }
  }

  @Test
  void doctor_stranger_isToldSo() {
    try (EtcdServer etcd = EtcdServer.start()) {
      etcd.etcdctl().run("user", "add", "joe:s3cret");
      etcd.etcdctl().enableAuth("root-secret");
      Result nobody = run(etcd.address() + SLOW, "doctor");
      assertThat(nobody.code()).isEqualTo(1);
      assertThat(nobody.out())
          .contains("auth: etcd wants to know the user", "ETCD_REGISTRY_PASSWORD")
          .doesNotContain("may not read", "does not answer");
      Result wrong = run("joe:wr0ng@" + etcd.address() + SLOW, "doctor");
      assertThat(wrong.code()).isEqualTo(1);
      assertThat(wrong.out())
          .contains("auth: etcd does not take us for the user joe")
          .contains("--user=root user passwd joe")
          .doesNotContain("wr0ng", "may not read", "does not answer");
    }
  }
}
