package io.etcdregistry.devserver;

import io.etcdregistry.Registry;
import io.etcdregistry.RegistryContract;
import io.etcdregistry.internal.etcd.EtcdClient;
import io.etcdregistry.internal.etcd.GrpcAdmin;
import io.etcdregistry.internal.store.RealTimeBench;
import io.etcdregistry.internal.store.Store;

/** Holds the registry to its contract on the dev server, as programs under development use it. */
class DevServerRegistryTest extends RegistryContract implements RealTimeBench {
  private final DevServer server = DevServer.start();
  private final GrpcAdmin admin = new GrpcAdmin(server.endpoint());

  @Override
  protected Registry open(String place) {
    return Registry.connect(server.endpoint() + place);
  }

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
}
