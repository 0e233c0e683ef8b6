package io.etcdregistry.devserver.internal.service;

import io.grpc.ServerCredentials;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/*
 * etcd looks at the first bytes of a connection to tell HTTP/1.1 from HTTP/2 and serves both on one
 * port. gRPC has a place for what precedes HTTP/2 on a connection, meant for TLS: its protocol
 * negotiation. Our look stands there, in front of gRPC's own for plain text, which it puts in its
 * place once the preface of HTTP/2 is complete. Until then gRPC takes the connection for one that has
 * still to be set up, and ends it when that takes too long.
 */
/** Tells the clients of gRPC from those of HTTP/1.1, by the first bytes they say. */
final class FirstLook {
  private static final String NEGOTIATOR =
      "io.grpc.netty.InternalProtocolNegotiator$ProtocolNegotiator";

  private final Netty netty;
  private final BiConsumer<String, Consumer<byte[]>> web;

  private FirstLook(Netty netty, BiConsumer<String, Consumer<byte[]>> web) {
    this.netty = netty;
    this.web = web;
  }

  /**
   * Credentials of a server without TLS that has a first look.
   *
   * @param web answers the head of a request, now or later
   * @throws ReflectiveOperationException if this gRPC has no such place
   */
  static ServerCredentials credentials(Netty netty, BiConsumer<String, Consumer<byte[]>> web)
      throws ReflectiveOperationException {
    FirstLook look = new FirstLook(netty, web);
    Class<?> type = netty.type(NEGOTIATOR);
    Object plain =
        netty
            .type("io.grpc.netty.InternalProtocolNegotiators")
            .getMethod("serverPlaintext")
            .invoke(null);
    Object negotiator =
        Netty.wrap(
            type,
            plain,
            (method, sound) ->
                sound != null && method.equals("newHandler") ? look.before(sound) : sound);
    return (ServerCredentials)
        netty
            .type("io.grpc.netty.InternalNettyServerCredentials")
            .getMethod("create", type)
            .invoke(null, negotiator);
  }

  private Object before(Object grpc) {
    return netty.handler(new Connection(grpc));
  }

  /** A connection that is looked at. Touched by the connection's own thread only. */
  private final class Connection implements InvocationHandler {
    private final Object grpc;
    private @Nullable Opening opening = new Opening();
    private @Nullable Object negotiation;

    private Connection(Object grpc) {
      this.grpc = grpc;
    }

    @Override
    public @Nullable Object invoke(Object self, Method method, Object @Nullable [] arguments) {
      if (arguments == null || method.getDeclaringClass() == Object.class) {
        return Netty.identity(self, method, arguments);
      }
      switch (method.getName()) {
        case "channelRead" -> read(arguments[0], self, arguments[1]);
        // gRPC's sign to begin, which its own handler is shown in its time.
        case "userEventTriggered" -> negotiation = arguments[1];
        default -> netty.passOn(method.getName(), arguments);
      }
      return null;
    }

    private void read(Object context, Object self, Object message) {
      if (opening == null || negotiation == null) {
        netty.release(message);
        return;
      }
      Opening present = opening;
      switch (present.add(netty.take(message))) {
        case OPEN -> {}
        case HTTP_2 -> {
          opening = null;
          netty.replace(context, self, grpc, negotiation, present.said());
        }
        case HTTP_1 -> {
          opening = null;
          web.accept(present.head(), answer -> netty.sayLast(context, answer));
        }
        case NONE -> {
          opening = null;
          netty.close(context);
        }
      }
    }
  }
}
