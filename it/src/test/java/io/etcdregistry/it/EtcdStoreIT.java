package io.etcdregistry.it;

import io.etcdregistry.internal.etcd.EtcdStoreContract;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Holds the store to its contract on a real etcd. */
@RequiresEtcd
class EtcdStoreIT extends EtcdStoreContract {
  private static EtcdServer etcd;

  @BeforeAll
  static void startEtcd() {
    etcd = EtcdServer.start();
  }

  @AfterAll
  static void stopEtcd() {
    etcd.close();
  }

  @Override
  protected int port() {
    return etcd.port();
  }

  @Override
  public void passTime(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
