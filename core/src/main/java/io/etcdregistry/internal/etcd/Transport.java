package io.etcdregistry.internal.etcd;

import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannelBuilder;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What makes channels, and a thread of a client's own, on which brief things run, on time.
 *
 * <p>With gRPC's shaded Netty, which comes with this library, that thread is the one that reads and
 * writes, too: a request is decided about, sent, and its answer understood, without another thread
 * having to wake up, which takes longer than any of it. With another transport of gRPC's, threads
 * are whatever that one has.
 */
public interface Transport extends AutoCloseable {
  /** Shaded Netty if it is there and can be used, else what gRPC finds. No network I/O. */
  static Transport open() {
    try {
      return new NettyTransport();
    } catch (LinkageError notThere) {
      return new AnyTransport();
    } catch (RuntimeException noSelector) {
      System.getLogger("io.etcdregistry")
          .log(Level.WARNING, "gRPC's own threads are used, which is slower", noSelector);
      return new AnyTransport();
    }
  }

  /** The thread. After {@link #close()} it takes nothing more. */
  ScheduledExecutorService thread();

  /** The same, for contexts with much to do: between their turns the network has its own. */
  Executor contexts();

  /**
   * Where small answers are read.
   *
   * @param workers where large ones are
   */
  Executor readers(Executor workers);

  /** Begins a channel; none has connected yet. */
  ManagedChannelBuilder<?> channel(String target, ChannelCredentials credentials);

  /** Ends the thread. Channels must have been shut down before. Idempotent. */
  @Override
  void close();
}
