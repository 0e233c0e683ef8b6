package io.etcdregistry.devserver.internal.service;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The few things of gRPC's Netty that are needed, by their names, shaded or not. Thread-safe. */
final class Netty {
  private static final String CHANNEL = "io.netty.channel.";

  private final String root;
  private final Class<?> inboundHandler;
  private final Class<?> futureListener;
  private final Map<String, Method> passOn = new HashMap<>();
  private final Method pipeline;
  private final Method channel;
  private final Method name;
  private final Method addAfter;
  private final Method remove;
  private final Method write;
  private final Method addListener;
  private final Method shutdownOutput;
  private final Method close;
  private final Method bytes;
  private final Method buffer;
  private final Method release;

  /**
   * Finds Netty.
   *
   * @param root what stands before the names of its packages
   * @throws ReflectiveOperationException if it is not there, or other than expected
   */
  Netty(String root) throws ReflectiveOperationException {
    this.root = root;
    inboundHandler = type(CHANNEL + "ChannelInboundHandler");
    futureListener = type(CHANNEL + "ChannelFutureListener");
    Class<?> context = type(CHANNEL + "ChannelHandlerContext");
    Class<?> handler = type(CHANNEL + "ChannelHandler");
    Class<?> pipelines = type(CHANNEL + "ChannelPipeline");
    pipeline = context.getMethod("pipeline");
    channel = context.getMethod("channel");
    name = context.getMethod("name");
    addAfter = pipelines.getMethod("addAfter", String.class, String.class, handler);
    remove = pipelines.getMethod("remove", handler);
    write = context.getMethod("writeAndFlush", Object.class);
    close = context.getMethod("close");
    addListener =
        type(CHANNEL + "ChannelFuture")
            .getMethod("addListener", type("io.netty.util.concurrent.GenericFutureListener"));
    shutdownOutput = type(CHANNEL + "socket.DuplexChannel").getMethod("shutdownOutput");
    Class<?> buf = type("io.netty.buffer.ByteBuf");
    bytes = type("io.netty.buffer.ByteBufUtil").getMethod("getBytes", buf);
    buffer = type("io.netty.buffer.Unpooled").getMethod("wrappedBuffer", byte[].class);
    release = type("io.netty.util.ReferenceCountUtil").getMethod("release", Object.class);
    for (Method event : inboundHandler.getMethods()) {
      if (!event.getName().startsWith("handler")) {
        findPassOn(context, event);
      }
    }
  }

  private void findPassOn(Class<?> context, Method event) throws NoSuchMethodException {
    String what = event.getName();
    String fire = "fire" + Character.toUpperCase(what.charAt(0)) + what.substring(1);
    Class<?>[] parameters = event.getParameterTypes();
    passOn.put(
        what,
        parameters.length == 1 ? context.getMethod(fire) : context.getMethod(fire, parameters[1]));
  }

  /** A type by its name without the root. */
  Class<?> type(String unshaded) throws ClassNotFoundException {
    return Class.forName(root + unshaded);
  }

  /** An inbound handler of a channel. */
  Object handler(InvocationHandler events) {
    return proxy(inboundHandler, events);
  }

  /** Hands an event on to the next handler, as it came. */
  void passOn(String event, Object[] arguments) {
    Method method = passOn.get(event);
    if (method != null) {
      call(
          method,
          arguments[0],
          arguments.length == 1 ? new Object[0] : new Object[] {arguments[1]});
    }
  }

  /** What a message holds; it is released. */
  byte[] take(Object message) {
    byte[] content = (byte[]) Objects.requireNonNull(call(bytes, null, message));
    release(message);
    return content;
  }

  void release(Object message) {
    call(release, null, message);
  }

  /** Puts another handler in the place of one, and shows it an event and a message. */
  void replace(Object context, Object self, Object successor, Object event, byte[] message) {
    Object handlers = call(pipeline, context);
    call(addAfter, handlers, call(name, context), null, successor);
    passOn("userEventTriggered", new Object[] {context, event});
    passOn("channelRead", new Object[] {context, call(buffer, null, (Object) message)});
    call(remove, handlers, self);
  }

  /** Says a last thing to the peer, which then closes the connection. */
  void sayLast(Object context, byte[] content) {
    Object written = call(write, context, call(buffer, null, (Object) content));
    InvocationHandler then =
        (proxy, method, arguments) ->
            method.getName().equals("operationComplete")
                ? call(shutdownOutput, call(channel, context))
                : identity(proxy, method, arguments);
    call(addListener, written, proxy(futureListener, then));
  }

  void close(Object context) {
    call(close, context);
  }

  /** {@code equals}, {@code hashCode} and {@code toString} of a proxy. */
  static @Nullable Object identity(Object proxy, Method method, Object @Nullable [] arguments) {
    return switch (method.getName()) {
      case "equals" -> arguments != null && proxy == arguments[0];
      case "hashCode" -> System.identityHashCode(proxy);
      case "toString" -> "etcd-dev";
      default -> null;
    };
  }

  private static Object proxy(Class<?> type, InvocationHandler handler) {
    return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler);
  }

  /**
   * An object that behaves as another one but for some of its methods.
   *
   * @param type a public interface, which may inherit from one that is not
   */
  static Object wrap(Class<?> type, Object sound, Overriding overriding) {
    return proxy(
        type,
        (proxy, method, arguments) -> {
          if (method.getDeclaringClass() == Object.class) {
            return identity(proxy, method, arguments);
          }
          // Not by reflection: that would ask who declared the method.
          MethodHandle handle =
              MethodHandles.publicLookup()
                  .findVirtual(
                      type,
                      method.getName(),
                      MethodType.methodType(method.getReturnType(), method.getParameterTypes()));
          Object result = handle.bindTo(sound).invokeWithArguments(arguments(arguments));
          return overriding.result(method.getName(), result);
        });
  }

  private static Object[] arguments(Object @Nullable [] arguments) {
    return arguments == null ? new Object[0] : arguments;
  }

  /** Changes what methods return. */
  interface Overriding {
    @Nullable Object result(String method, @Nullable Object sound);
  }

  private static @Nullable Object call(
      Method method, @Nullable Object target, @Nullable Object... arguments) {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(e.getCause());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
