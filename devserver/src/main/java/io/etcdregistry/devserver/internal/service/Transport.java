package io.etcdregistry.devserver.internal.service;

import io.grpc.InsecureServerCredentials;
import io.grpc.ServerBuilder;
import io.grpc.ServerCredentials;
import java.lang.System.Logger.Level;
import java.lang.reflect.InvocationTargetException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Finds gRPC's Netty at run time, shaded or not.
 *
 * <p>gRPC's own entry point, {@code Grpc.newServerBuilderForPort}, listens on every interface of
 * the machine, and speaks HTTP/2 only. Listening on loopback alone, and a look at what a client
 * speaks, need Netty; calling it by name keeps the choice between the two artifacts open, and their
 * types out of this module.
 */
final class Transport {
  private static final System.Logger LOG = System.getLogger("io.etcdregistry.devserver");
  private static final List<String> ROOTS = List.of("io.grpc.netty.shaded.", "");

  private Transport() {}

  /**
   * A builder that listens on one address.
   *
   * @param web answers the head of an HTTP/1.1 request, now or later
   * @throws IllegalStateException if neither artifact can be used
   */
  static ServerBuilder<?> listeningOn(
      InetSocketAddress address, BiConsumer<String, Consumer<byte[]>> web) {
    ReflectiveOperationException cause = null;
    for (String root : ROOTS) {
      try {
        Class<?> builder = Class.forName(root + "io.grpc.netty.NettyServerBuilder");
        return (ServerBuilder<?>)
            builder
                .getMethod("forAddress", SocketAddress.class, ServerCredentials.class)
                .invoke(null, address, credentials(root, web));
      } catch (InvocationTargetException e) {
        throw new IllegalStateException(root + "io.grpc.netty does not work here", e.getCause());
      } catch (ReflectiveOperationException e) {
        cause = e;
      }
    }
    throw new IllegalStateException(
        "found neither grpc-netty-shaded nor grpc-netty (expected: one of them at run time)",
        cause);
  }

  private static ServerCredentials credentials(
      String root, BiConsumer<String, Consumer<byte[]>> web) {
    try {
      return FirstLook.credentials(new Netty(root), web);
    } catch (ReflectiveOperationException | LinkageError e) {
      LOG.log(Level.WARNING, "This gRPC does not let /health and /version be served", e);
      return InsecureServerCredentials.create();
    }
  }
}
