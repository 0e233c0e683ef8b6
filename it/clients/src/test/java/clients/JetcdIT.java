package clients;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Lease;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.common.exception.CompactedException;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.lease.LeaseKeepAliveResponse;
import io.etcd.jetcd.lease.LeaseTimeToLiveResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.LeaseOption;
import io.etcd.jetcd.options.PutOption;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.support.CloseableClient;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
import io.etcdregistry.it.harness.RequiresEtcd;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** jetcd. */
@RequiresEtcd
@Timeout(120)
class JetcdIT {
  private static final int LIMIT_SECONDS = 30;

  private final BothServers<Client> servers =
      new BothServers<>(endpoint -> Client.builder().endpoints("http://" + endpoint).build());

  @Test
  void putGetDelete() throws Exception {
    servers.give(
        List.of(
            "put 2",
            "put 3, before: a=1",
            "put 4",
            "get: a=2 [2,3,2]",
            "get at 2: a=1 [2,2,1]",
            "prefix, newest first, one: b=3 [4,4,1] of 2, more true",
            "keys: a= [2,3,2]",
            "deleted 2 at 5: a=2 [2,3,2] b=3 [4,4,1]",
            "count 0",
            "refused: etcdserver: mvcc: required revision is a future revision"),
        client -> {
          KV kv = client.getKVClient();
          say("put " + get(kv.put(bytes("a"), bytes("1"))).getHeader().getRevision());
          var put = get(kv.put(bytes("a"), bytes("2"), PutOption.builder().withPrevKV().build()));
          say("put " + put.getHeader().getRevision() + ", before: " + shortly(put.getPrevKv()));
          say("put " + get(kv.put(bytes("b"), bytes("3"))).getHeader().getRevision());
          say("get: " + rows(get(kv.get(bytes("a"))).getKvs()));
          GetOption past = GetOption.builder().withRevision(2).build();
          say("get at 2: " + rows(get(kv.get(bytes("a"), past)).getKvs()));
          GetResponse newest = get(kv.get(bytes("\0"), newestFirst()));
          say(
              "prefix, newest first, one: "
                  + rows(newest.getKvs())
                  + " of "
                  + newest.getCount()
                  + ", more "
                  + newest.isMore());
          GetOption keys = GetOption.builder().withKeysOnly(true).build();
          say("keys: " + rows(get(kv.get(bytes("a"), keys)).getKvs()));
          var deleted =
              get(
                  kv.delete(
                      bytes("a"),
                      DeleteOption.builder().withRange(bytes("c")).withPrevKV(true).build()));
          say(
              "deleted "
                  + deleted.getDeleted()
                  + " at "
                  + deleted.getHeader().getRevision()
                  + ": "
                  + rows(deleted.getPrevKvs()));
          GetOption count = GetOption.builder().withCountOnly(true).build();
          say("count " + get(kv.get(bytes("a"), count)).getCount());
          sayRefused(kv.get(bytes("a"), GetOption.builder().withRevision(99).build()));
        });
  }

  private static GetOption newestFirst() {
    return GetOption.builder()
        .withRange(bytes("\0"))
        .withSortField(GetOption.SortTarget.MOD)
        .withSortOrder(GetOption.SortOrder.DESCEND)
        .withLimit(1)
        .build();
  }

  @Test
  void transaction() throws Exception {
    servers.give(
        List.of(
            "true: puts 2, rows b=2 [2,2,1]",
            "false: puts 0, rows a=1 [2,2,1]",
            "refused: etcdserver: duplicate key given in txn request"),
        client -> {
          KV kv = client.getKVClient();
          say(
              txn(
                  kv.txn()
                      .If(new Cmp(bytes("a"), Cmp.Op.EQUAL, CmpTarget.version(0)))
                      .Then(
                          Op.put(bytes("a"), bytes("1"), PutOption.DEFAULT),
                          Op.put(bytes("b"), bytes("2"), PutOption.DEFAULT),
                          Op.get(bytes("b"), GetOption.DEFAULT))
                      .commit()));
          say(
              txn(
                  kv.txn()
                      .If(
                          new Cmp(bytes("a"), Cmp.Op.EQUAL, CmpTarget.value(bytes("1"))),
                          new Cmp(bytes("b"), Cmp.Op.GREATER, CmpTarget.modRevision(2)))
                      .Then(Op.delete(bytes("a"), DeleteOption.DEFAULT))
                      .Else(Op.get(bytes("a"), GetOption.DEFAULT))
                      .commit()));
          sayRefused(
              kv.txn()
                  .Then(
                      Op.put(bytes("a"), bytes("1"), PutOption.DEFAULT),
                      Op.put(bytes("a"), bytes("2"), PutOption.DEFAULT))
                  .commit());
        });
  }

  @Test
  void lease() throws Exception {
    servers.give(
        List.of(
            "granted 60",
            "ttl 60, keys [a]",
            "renewed 60",
            "kept alive 60",
            "revoked",
            "rows ",
            "ttl -1",
            "refused: etcdserver: requested lease not found"),
        client -> {
          Lease leases = client.getLeaseClient();
          var granted = get(leases.grant(60));
          say("granted " + granted.getTTL());
          long id = granted.getID();
          PutOption leased = PutOption.builder().withLeaseId(id).build();
          get(client.getKVClient().put(bytes("a"), bytes("1"), leased));
          LeaseOption keys = LeaseOption.builder().withAttachedKeys().build();
          LeaseTimeToLiveResponse life = get(leases.timeToLive(id, keys));
          say("ttl " + life.getGrantedTTL() + ", keys " + life.getKeys());
          say("renewed " + get(leases.keepAliveOnce(id)).getTTL());
          say("kept alive " + keptAlive(leases, id));
          get(leases.revoke(id));
          say("revoked");
          say("rows " + rows(get(client.getKVClient().get(bytes("a"))).getKvs()));
          say("ttl " + get(leases.timeToLive(id, keys)).getTTL());
          sayRefused(leases.revoke(id));
        });
  }

  private static long keptAlive(Lease leases, long id) throws Exception {
    CompletableFuture<Long> ttl = new CompletableFuture<>();
    StreamObserver<LeaseKeepAliveResponse> observer =
        new StreamObserver<>() {
          @Override
          public void onNext(LeaseKeepAliveResponse answer) {
            ttl.complete(answer.getTTL());
          }

          @Override
          public void onError(Throwable cause) {
            ttl.completeExceptionally(cause);
          }

          @Override
          public void onCompleted() {}
        };
    CloseableClient kept = leases.keepAlive(id, observer);
    try {
      return get(ttl);
    } finally {
      kept.close();
    }
  }

  @Test
  void watch() throws Exception {
    servers.give(
        List.of(
            "PUT a=1 [2,2,1]",
            "PUT a=2 [2,3,2] before a=1",
            "DELETE a= [0,4,0] before a=2",
            "PUT ab=3 [6,6,1]",
            "compacted 6"),
        client -> {
          KV kv = client.getKVClient();
          get(kv.put(bytes("a"), bytes("1")));
          BlockingQueue<Object> told = new LinkedBlockingQueue<>();
          WatchOption past =
              WatchOption.builder().withRevision(2).isPrefix(true).withPrevKV(true).build();
          Watch watches = client.getWatchClient();
          Watch.Watcher watcher = watches.watch(bytes("a"), past, Watch.listener(told::add));
          get(kv.put(bytes("a"), bytes("2")));
          get(kv.delete(bytes("a")));
          get(kv.put(bytes("b"), bytes("not watched")));
          get(kv.put(bytes("ab"), bytes("3")));
          while (servers.saidSoFar() < 4) {
            ((WatchResponse) next(told)).getEvents().forEach(event -> say(event(event)));
          }
          watcher.close();
          get(kv.compact(6));
          watcher = watches.watch(bytes("a"), past, Watch.listener(told::add, told::add));
          say("compacted " + ((CompactedException) next(told)).getCompactedRevision());
          watcher.close();
        });
  }

  private void say(String what) {
    servers.say(what);
  }

  private void sayRefused(CompletableFuture<?> call) throws Exception {
    try {
      say("not refused: " + get(call));
    } catch (ExecutionException e) {
      say("refused: " + e.getCause().getMessage().replaceFirst("^.*?(etcdserver:)", "$1"));
    }
  }

  private static <T> T get(CompletableFuture<T> call) throws Exception {
    return call.get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  private static Object next(BlockingQueue<Object> told) throws InterruptedException {
    Object next = told.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("the watch was told nothing");
    }
    return next;
  }

  private static String txn(CompletableFuture<TxnResponse> call) throws Exception {
    TxnResponse response = get(call);
    StringBuilder rows = new StringBuilder();
    response.getGetResponses().forEach(got -> rows.append(rows(got.getKvs())));
    return response.isSucceeded()
        + ": puts "
        + response.getPutResponses().size()
        + ", rows "
        + rows;
  }

  private static String event(WatchEvent event) {
    String before = shortly(event.getPrevKV());
    return event.getEventType()
        + " "
        + row(event.getKeyValue())
        + (before.equals("=") ? "" : " before " + before);
  }

  private static String rows(List<KeyValue> rows) {
    return String.join(" ", rows.stream().map(JetcdIT::row).toList());
  }

  private static String row(KeyValue row) {
    return BothServers.row(
        shortly(row), row.getCreateRevision(), row.getModRevision(), row.getVersion());
  }

  private static String shortly(KeyValue row) {
    return row.getKey() + "=" + row.getValue();
  }

  private static ByteSequence bytes(String text) {
    return ByteSequence.from(text, UTF_8);
  }
}
