package io.etcdregistry.it.differential;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.etcdregistry.protocol.CompactionRequest;
import io.etcdregistry.protocol.DeleteRangeRequest;
import io.etcdregistry.protocol.LeaseGrantRequest;
import io.etcdregistry.protocol.LeaseGrantResponse;
import io.etcdregistry.protocol.LeaseRevokeRequest;
import io.etcdregistry.protocol.PutRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A random sequence of requests, the same for a seed, with watches all along. */
final class Sequence {
  private static final ByteString ZERO = ByteString.copyFrom(new byte[] {0});
  private static final int MOST_WATCHES = 12;

  private final Duo duo;
  private final String name;
  private final long seed;
  private final Duration patience;
  private long revision;
  private long compacted;
  private int applied;

  /**
   * A sequence to play on two servers of the same past.
   *
   * @param patience how long to wait for what a watch is to be told
   */
  Sequence(Duo duo, long seed, Duration patience) {
    this.duo = duo;
    this.seed = seed;
    this.name = "seed " + seed;
    this.patience = patience;
  }

  /**
   * Plays it.
   *
   * @return how many requests were not refused
   * @throws AssertionError at the first difference
   */
  int play(int steps) {
    clear();
    RandomRequests requests = new RandomRequests(seed, revision);
    int watches = 0;
    try (Watchers watchers = new Watchers(duo, revision, compacted, patience)) {
      for (int step = 1; step <= steps; step++) {
        if (watches < MOST_WATCHES && requests.oneIn(10)) {
          watchers.create(requests.watch(revision, compacted), revision, compacted);
          watches++;
        }
        MessageLite request = requests.next(revision);
        if (request instanceof CompactionRequest) {
          watchers.catchUp(revision, compacted);
        }
        ask(request, name + ", step " + step);
      }
      watchers.finish(revision, compacted);
    } catch (AssertionError e) {
      throw new AssertionError(name + ": " + e.getMessage(), e);
    }
    return applied;
  }

  /** Leaves nothing of sequences before this one: no key, no lease, no history. */
  private void clear() {
    ask(PutRequest.newBuilder().setKey(ZERO).build(), "at the beginning");
    ask(DeleteRangeRequest.newBuilder().setKey(ZERO).setRangeEnd(ZERO).build(), "at the beginning");
    for (long lease = 1; lease <= RandomRequests.LEASES; lease++) {
      ask(LeaseRevokeRequest.newBuilder().setID(lease).build(), "at the beginning");
    }
    ask(CompactionRequest.newBuilder().setRevision(revision).build(), "at the beginning");
    applied = 0;
  }

  private void ask(MessageLite request, String when) {
    CompletableFuture<Object> asked = CompletableFuture.supplyAsync(() -> duo.ours().ask(request));
    Object expected = duo.real().ask(request);
    Object answer = asked.join();
    if (request instanceof LeaseGrantRequest grant && grant.getID() == 0) {
      expected = withoutLease(duo.real(), expected);
      answer = withoutLease(duo.ours(), answer);
    }
    assertThat(Normalized.of(request, answer))
        .as("%s: %s", when, request)
        .isEqualTo(Normalized.of(request, expected));
    revision = Math.max(revision, Normalized.revision(expected).orElse(0));
    boolean refused = expected instanceof String;
    applied += refused ? 0 : 1;
    if (request instanceof CompactionRequest compaction && !refused) {
      compacted = compaction.getRevision();
    }
  }

  /** Gives a lease back whose id the server chose, and leaves the id out. */
  private static Object withoutLease(Peer peer, Object answer) {
    if (answer instanceof LeaseGrantResponse granted) {
      Object revoked = peer.ask(LeaseRevokeRequest.newBuilder().setID(granted.getID()).build());
      assertThat(revoked).isNotInstanceOf(String.class);
      return granted.toBuilder().clearID().build();
    }
    return answer;
  }
}
