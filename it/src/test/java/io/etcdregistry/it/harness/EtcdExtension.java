package io.etcdregistry.it.harness;

import io.etcdregistry.internal.etcd.GrpcAdmin;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real etcd that the tests of a class share, straight or behind etcd's own gRPC proxy: started
 * before the first of them, gone after the last. To be registered in a static field.
 */
public final class EtcdExtension implements BeforeAllCallback, AfterAllCallback {
  private final boolean proxied;
  private EtcdServer server;
  private GrpcProxy proxy;
  private GrpcAdmin admin;

  private EtcdExtension(boolean proxied) {
    this.proxied = proxied;
  }

  /** Clients connect to etcd itself. */
  public static EtcdExtension direct() {
    return new EtcdExtension(false);
  }

  /** Clients connect to a proxy in front of it. */
  public static EtcdExtension behindProxy() {
    return new EtcdExtension(true);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    server = EtcdServer.start();
    admin = new GrpcAdmin(server.address());
    if (proxied) {
      proxy = GrpcProxy.start(server);
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    admin.close();
    if (proxied) {
      proxy.close();
    }
    server.close();
  }

  /** Host and port that clients connect to. */
  public String address() {
    return proxied ? proxy.address() : server.address();
  }

  /** The port that clients connect to. */
  public int port() {
    return proxied ? proxy.port() : server.port();
  }

  /** An operator of etcd's, who does not go through the proxy. */
  public GrpcAdmin admin() {
    return admin;
  }

  /**
   * Whether no client is left. A proxy is asked for its connections: etcd's watches are its own,
   * and it may leave some behind.
   */
  public boolean isLeft() {
    return proxied
        ? LoopbackSockets.connectionsTo(proxy.port()) == 0
        : server.metric("etcd_debugging_mvcc_watcher_total") == 0
            && server.metric("etcd_debugging_mvcc_watch_stream_total") == 0;
  }
}
