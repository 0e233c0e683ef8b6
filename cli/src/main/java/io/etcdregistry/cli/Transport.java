package io.etcdregistry.cli;

import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannelBuilder;
import io.grpc.ManagedChannelProvider;
import io.grpc.ManagedChannelRegistry;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.FastThreadLocalThread;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How the command reaches an etcd: gRPC on Netty as ever, on one thread that ends with the command.
 *
 * <p>gRPC keeps threads of its own for a second after their last channel, most of the time in
 * native code, and HotSpot, when it exits, waits 0.3 s for such threads ({@code VM_Exit}, in its
 * {@code vmOperations.cpp}): half of what a short command took.
 */
final class Transport extends ManagedChannelProvider {
  private static final int BEFORE_GRPCS_OWN = 9;
  private static final long PATIENCE_MILLIS = 200;

  private static @Nullable Transport installed;

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, this::thread, NioIoHandler.newFactory());

  private volatile @Nullable Thread thread;

  private Transport() {}

  private Thread thread(Runnable task) {
    Thread made = new FastThreadLocalThread(task, "etcd");
    made.setDaemon(true);
    thread = made;
    return made;
  }

  /** Has channels that are made from now on use this. */
  static synchronized void install() {
    if (installed == null) {
      installed = new Transport();
      ManagedChannelRegistry.getDefaultRegistry().register(installed);
    }
  }

  /** Ends the thread, if there is one: no channel works any more. */
  static synchronized void end() {
    if (installed != null) {
      installed.stop();
      installed = null;
    }
  }

  private void stop() {
    ManagedChannelRegistry.getDefaultRegistry().deregister(this);
    group.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
    Thread ending = thread;
    if (ending != null) {
      try {
        ending.join(PATIENCE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  protected boolean isAvailable() {
    return true;
  }

  @Override
  protected int priority() {
    return BEFORE_GRPCS_OWN;
  }

  @Override
  protected Collection<Class<? extends SocketAddress>> getSupportedSocketAddressTypes() {
    return List.of(InetSocketAddress.class);
  }

  @Override
  protected ManagedChannelBuilder<?> builderForAddress(String host, int port) {
    return on(NettyChannelBuilder.forAddress(host, port));
  }

  @Override
  protected ManagedChannelBuilder<?> builderForTarget(String target) {
    return on(NettyChannelBuilder.forTarget(target));
  }

  @Override
  protected NewChannelBuilderResult newChannelBuilder(String target, ChannelCredentials with) {
    return NewChannelBuilderResult.channelBuilder(on(NettyChannelBuilder.forTarget(target, with)));
  }

  private NettyChannelBuilder on(NettyChannelBuilder builder) {
    return builder.eventLoopGroup(group).channelType(NioSocketChannel.class);
  }
}
