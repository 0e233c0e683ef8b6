package io.etcdregistry.devserver.internal.service;

import io.grpc.ServerBuilder;
import java.lang.reflect.InvocationTargetException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;

/**
 * Finds gRPC's Netty at run time, shaded or not.
 *
 * <p>gRPC's own entry point, {@code Grpc.newServerBuilderForPort}, listens on every interface of
 * the machine. Listening on loopback alone needs a method of the Netty builder; calling it by name
 * keeps the choice between the two artifacts open, and their types out of this module.
 */
final class Transport {
  private static final List<String> BUILDERS =
      List.of(
          "io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder",
          "io.grpc.netty.NettyServerBuilder");

  private Transport() {}

  /**
   * A builder that listens on one address.
   *
   * @throws IllegalStateException if neither artifact can be used
   */
  static ServerBuilder<?> listeningOn(InetSocketAddress address) {
    ReflectiveOperationException cause = null;
    for (String name : BUILDERS) {
      try {
        return (ServerBuilder<?>)
            Class.forName(name).getMethod("forAddress", SocketAddress.class).invoke(null, address);
      } catch (InvocationTargetException e) {
        throw new IllegalStateException(name + " does not work here", e.getCause());
      } catch (ReflectiveOperationException e) {
        cause = e;
      }
    }
    throw new IllegalStateException(
        "found neither grpc-netty-shaded nor grpc-netty (expected: one of them at run time)",
        cause);
  }
}
