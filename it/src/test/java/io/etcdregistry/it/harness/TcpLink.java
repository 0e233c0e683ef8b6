package io.etcdregistry.it.harness;

import io.etcdregistry.it.harness.TcpProxy.Conditions;
import io.etcdregistry.it.harness.TcpProxy.Direction;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Optional;
import java.util.Queue;

/**
 * One connection through a {@link TcpProxy}: two ends and a bounded queue of bytes each way.
 * Belongs to the proxy's thread.
 */
final class TcpLink {
  /** Nothing to do before an end is ready or the conditions change. */
  static final long NEVER = Long.MAX_VALUE;

  private static final int MOST_HELD = 1 << 20;
  private static final int MOST_AT_ONCE = 1 << 14;
  private static final int SLICES_PER_SECOND = 50;

  private final Selector selector;
  private final String source;
  private final SelectionKey client;
  private final Pipe toTarget = new Pipe(Direction.TO_TARGET);
  private final Pipe toClient = new Pipe(Direction.TO_CLIENT);
  private Optional<SelectionKey> target = Optional.empty();
  private boolean forgotten;
  private boolean closed;

  TcpLink(Selector selector, SocketChannel client, String source) throws IOException {
    this.selector = selector;
    this.source = source;
    this.client = register(client, SelectionKey.OP_READ);
  }

  private SelectionKey register(SocketChannel channel, int interest) throws IOException {
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    return channel.register(selector, interest, this);
  }

  boolean isClosed() {
    return closed;
  }

  void forget() {
    forgotten = true;
  }

  /** Closes both ends with RST. */
  void reset() {
    closed = true;
    close(client, true);
    target.ifPresent(key -> close(key, true));
  }

  /** Takes in what an end has. */
  void ready(SelectionKey key) {
    if (closed) {
      return;
    }
    if (key.isConnectable()) {
      finishConnecting(key);
    } else if (key.isReadable()) {
      (key.equals(client) ? toTarget : toClient).read((SocketChannel) key.channel());
    }
  }

  /** Passes on what may pass now; returns how many nanoseconds later there is more to do. */
  long move(Conditions conditions, int targetPort) {
    if (!closed && target.isEmpty() && !drops(Direction.TO_TARGET, conditions)) {
      connect(targetPort);
    }
    long now = System.nanoTime();
    long next =
        Math.min(
            closed ? NEVER : toTarget.write(target.filter(this::isConnected), now, conditions),
            closed ? NEVER : toClient.write(Optional.of(client), now, conditions));
    if (!closed && toTarget.done && toClient.done) {
      closed = true;
      close(client, false);
      target.ifPresent(key -> close(key, false));
    }
    if (!closed && forgotten && toTarget.end != End.NONE && toClient.end != End.NONE) {
      reset();
    }
    if (!closed) {
      client.interestOps(interest(toTarget, toClient));
      target
          .filter(this::isConnected)
          .ifPresent(key -> key.interestOps(interest(toClient, toTarget)));
    }
    return next;
  }

  private static int interest(Pipe in, Pipe out) {
    return (in.hasRoom() ? SelectionKey.OP_READ : 0) | (out.blocked ? SelectionKey.OP_WRITE : 0);
  }

  private boolean drops(Direction direction, Conditions conditions) {
    return forgotten || conditions.drops(direction, source);
  }

  private void connect(int targetPort) {
    try {
      SocketChannel channel = SocketChannel.open();
      SelectionKey key = register(channel, 0);
      target = Optional.of(key);
      boolean connected =
          channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort));
      key.interestOps(connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT);
    } catch (IOException e) {
      reset();
    }
  }

  private void finishConnecting(SelectionKey key) {
    try {
      ((SocketChannel) key.channel()).finishConnect();
    } catch (IOException e) {
      reset();
    }
  }

  private boolean isConnected(SelectionKey key) {
    return ((SocketChannel) key.channel()).isConnected();
  }

  private static void close(SelectionKey key, boolean abruptly) {
    try {
      if (abruptly) {
        ((SocketChannel) key.channel()).setOption(StandardSocketOptions.SO_LINGER, 0);
      }
      key.channel().close();
    } catch (IOException e) {
      // it was gone already
    }
  }

  /** What came in at one end, in order, and when. */
  private record Chunk(long readAt, ByteBuffer bytes) {}

  /** How an end stopped sending. */
  private enum End {
    NONE,
    CLOSED,
    RESET
  }

  /** One direction. */
  private final class Pipe {
    private final Direction direction;
    private final Queue<Chunk> held = new ArrayDeque<>();
    private int bytesHeld;
    private End end = End.NONE;
    private long endedAt;
    private long freeAt = System.nanoTime();
    private boolean blocked;
    private boolean done;

    Pipe(Direction direction) {
      this.direction = direction;
    }

    boolean hasRoom() {
      return end == End.NONE && bytesHeld < MOST_HELD;
    }

    void read(SocketChannel from) {
      ByteBuffer buffer = ByteBuffer.allocate(MOST_AT_ONCE);
      try {
        if (from.read(buffer) < 0) {
          ends(End.CLOSED);
          return;
        }
      } catch (IOException e) {
        ends(End.RESET);
        return;
      }
      byte[] bytes = Arrays.copyOf(buffer.array(), buffer.position());
      held.add(new Chunk(System.nanoTime(), ByteBuffer.wrap(bytes)));
      bytesHeld += bytes.length;
    }

    private void ends(End how) {
      end = how;
      endedAt = System.nanoTime();
    }

    /** Passes on what is due; returns how many nanoseconds later more is. */
    long write(Optional<SelectionKey> to, long now, Conditions conditions) {
      blocked = false;
      if (done || to.isEmpty() || drops(direction, conditions)) {
        return NEVER;
      }
      SocketChannel channel = (SocketChannel) to.get().channel();
      try {
        while (!held.isEmpty()) {
          long wait = held.peek().readAt + conditions.delayNanos() - now;
          wait = conditions.isThrottled() ? Math.max(wait, freeAt - now) : wait;
          if (wait > 0) {
            return wait;
          }
          if (!send(channel, held.peek().bytes, now, conditions)) {
            blocked = true;
            return NEVER;
          }
        }
        long wait = endedAt + conditions.delayNanos() - now;
        if (end == End.NONE || wait > 0) {
          return end == End.NONE ? NEVER : wait;
        }
        passEnd(channel);
        return NEVER;
      } catch (IOException e) {
        return receiverGone();
      }
    }

    /** Whether the receiver took as much as the throttle lets pass at once. */
    private boolean send(SocketChannel to, ByteBuffer bytes, long now, Conditions conditions)
        throws IOException {
      int slice = bytes.remaining();
      if (conditions.isThrottled()) {
        slice = (int) Math.min(slice, conditions.bytesPerSecond() / SLICES_PER_SECOND + 1);
      }
      int written = to.write(bytes.slice(bytes.position(), slice));
      bytes.position(bytes.position() + written);
      bytesHeld -= written;
      if (conditions.isThrottled()) {
        freeAt = now + written * 1_000_000_000L / conditions.bytesPerSecond();
      }
      if (!bytes.hasRemaining()) {
        held.remove();
      }
      return written == slice;
    }

    private void passEnd(SocketChannel to) throws IOException {
      if (end == End.RESET) {
        reset();
      } else {
        to.shutdownOutput();
        done = true;
      }
    }

    /** Its end took no more, so that it was reset; the other end learns it after all it is due. */
    private long receiverGone() {
      Pipe back = direction == Direction.TO_TARGET ? toClient : toTarget;
      held.clear();
      bytesHeld = 0;
      done = true;
      if (back.done) {
        reset();
      } else {
        back.ends(End.RESET);
      }
      return 0;
    }
  }
}
