package io.etcdregistry.devserver;

import io.etcdregistry.internal.etcd.EtcdClient;
import io.etcdregistry.internal.etcd.GrpcAdmin;
import io.etcdregistry.internal.store.RealTimeBench;
import io.etcdregistry.internal.store.Store;
import io.etcdregistry.internal.store.StoreContract;
import java.time.Duration;

/** Holds the dev server to the contract that the library's client keeps against a real etcd. */
class DevServerStoreTest extends StoreContract implements RealTimeBench {
  private final DevServer server = DevServer.builder().manualTime().start();
  private final GrpcAdmin admin = new GrpcAdmin(server.endpoint());

  @Override
  public Store connect() {
    return EtcdClient.patient(server.port());
  }

  @Override
  public void verifyNothingLeft() {
    try (server;
        admin) {
      await(
          "no stream is left", () -> server.watchStreams() == 0 && server.keepAliveStreams() == 0);
    }
  }

  @Override
  public Admin admin() {
    return admin;
  }

  @Override
  public void passTime(Duration by) {
    server.faults().advance(by);
  }
}
