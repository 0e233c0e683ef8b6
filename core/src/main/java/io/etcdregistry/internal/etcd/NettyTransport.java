package io.etcdregistry.internal.etcd;

import io.etcdregistry.internal.time.Threads;
import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.channel.SingleThreadIoEventLoop;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.RejectedExecutionHandlers;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** gRPC's shaded Netty, on one thread. The only class that names it. */
final class NettyTransport implements Transport {
  /** Channels that were shut down have something to do yet. */
  private static final long QUIET_MILLIS = 50;

  private static final long PATIENCE_MILLIS = 2000;

  /** How long tasks may keep the network waiting; the loop looks at the clock every 64 tasks. */
  private static final long TASKS_MILLIS = 1;

  // Not one of a group: what a group does when it ends takes a thread that keeps the JVM from
  // ending.
  private final EventLoop loop =
      new SingleThreadIoEventLoop(
          null,
          Threads.own("io"),
          NioIoHandler.newFactory(),
          Integer.MAX_VALUE,
          RejectedExecutionHandlers.reject(),
          TASKS_MILLIS);

  @Override
  public ScheduledExecutorService thread() {
    return loop;
  }

  @Override
  public Executor contexts() {
    return task -> {
      if (loop.inEventLoop() && !loop.isShuttingDown()) {
        loop.schedule(task, 0, TimeUnit.NANOSECONDS); // when the network has had its turn
      } else {
        loop.execute(task);
      }
    };
  }

  @Override
  public Executor readers(Executor workers) {
    return loop;
  }

  @Override
  public ManagedChannelBuilder<?> channel(String target, ChannelCredentials credentials) {
    return NettyChannelBuilder.forTarget(target, credentials)
        .eventLoopGroup(loop)
        .channelType(NioSocketChannel.class);
  }

  @Override
  public void close() {
    loop.shutdownGracefully(QUIET_MILLIS, PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
  }
}
