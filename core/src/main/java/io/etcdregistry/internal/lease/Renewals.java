package io.etcdregistry.internal.lease;

import io.etcdregistry.RegistryStats.Counter;
import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.store.KeepAliveStream;
import io.etcdregistry.internal.store.StoreException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The keepalive stream of a keeper: opened when it is needed, and opened anew after it ended. In
 * the keeper's serial context.
 */
final class Renewals {
  /** Hears what etcd says. */
  interface Listener {
    /** A lease lives for another TTL. */
    void renewed(long lease, Duration ttl);

    /** There is no such lease. */
    void gone(long lease);

    /** What was asked will not be answered. */
    void broken();
  }

  private final Environment env;
  private final Listener listener;
  private @Nullable KeepAliveStream stream;

  Renewals(Environment env, Listener listener) {
    this.env = env;
    this.listener = listener;
  }

  void renew(long lease) {
    KeepAliveStream open = stream;
    if (open == null) {
      Answers answers = new Answers();
      open = env.store().keepAlive(answers);
      answers.mine = open;
      stream = open;
    }
    open.renew(lease);
  }

  /**
   * Closes the stream, if there is one. What was asked on it will not be answered.
   *
   * @param silent whether it is given up because it did not answer
   */
  void close(boolean silent) {
    if (stream != null) {
      stream.close(silent);
      stream = null;
    }
  }

  /** Answers of one stream; those of a stream given up are dropped. */
  private final class Answers implements KeepAliveStream.Listener {
    private @Nullable KeepAliveStream mine;

    @Override
    public void renewed(long lease, Duration ttl) {
      hear(
          () -> {
            if (ttl.isZero()) {
              listener.gone(lease);
            } else {
              env.telemetry().count(Counter.RENEWALS);
              listener.renewed(lease, ttl);
            }
          });
    }

    @Override
    public void broken(StoreException cause) {
      hear(
          () -> {
            stream = null;
            listener.broken();
          });
    }

    private void hear(Runnable news) {
      env.context()
          .execute(
              () -> {
                if (mine == stream) {
                  news.run();
                }
              });
    }
  }
}
