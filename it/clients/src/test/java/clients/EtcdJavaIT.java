package clients;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import com.ibm.etcd.api.DeleteRangeResponse;
import com.ibm.etcd.api.Event;
import com.ibm.etcd.api.KeyValue;
import com.ibm.etcd.api.LeaseTimeToLiveResponse;
import com.ibm.etcd.api.PutResponse;
import com.ibm.etcd.api.RangeResponse;
import com.ibm.etcd.api.TxnResponse;
import com.ibm.etcd.client.EtcdClient;
import com.ibm.etcd.client.KvStoreClient;
import com.ibm.etcd.client.kv.KvClient;
import com.ibm.etcd.client.lease.LeaseClient;
import com.ibm.etcd.client.lease.PersistentLease;
import io.etcdregistry.it.harness.RequiresEtcd;
import io.grpc.Status;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** etcd-java. */
@RequiresEtcd
@Timeout(120)
class EtcdJavaIT {
  private static final int LIMIT_SECONDS = 30;

  private final BothServers<KvStoreClient> servers =
      new BothServers<>(endpoint -> EtcdClient.forEndpoints(endpoint).withPlainText().build());

  @Test
  void putGetDelete() throws Exception {
    servers.give(
        List.of(
            "put 2",
            "put 3, before: a=1",
            "get: a=2 [2,3,2]",
            "get at 2: a=1 [2,2,1]",
            "prefix: a=2 [2,3,2] ab=3 [4,4,1]",
            "count 2",
            "deleted 2: a=2 [2,3,2] ab=3 [4,4,1]",
            "all: ",
            "refused: OUT_OF_RANGE etcdserver: mvcc: required revision is a future revision"),
        client -> {
          KvClient kv = client.getKvClient();
          say("put " + kv.put(bytes("a"), bytes("1")).sync().getHeader().getRevision());
          PutResponse put = kv.put(bytes("a"), bytes("2")).prevKv().sync();
          say("put " + put.getHeader().getRevision() + ", before: " + shortly(put.getPrevKv()));
          say("get: " + rows(kv.get(bytes("a")).sync().getKvsList()));
          say("get at 2: " + rows(kv.get(bytes("a")).revision(2).sync().getKvsList()));
          done(kv.put(bytes("ab"), bytes("3")).sync());
          say("prefix: " + rows(kv.get(bytes("a")).asPrefix().sync().getKvsList()));
          say("count " + kv.get(bytes("a")).asPrefix().countOnly().sync().getCount());
          DeleteRangeResponse deleted = kv.delete(bytes("a")).asPrefix().prevKv().sync();
          say("deleted " + deleted.getDeleted() + ": " + rows(deleted.getPrevKvsList()));
          say("all: " + rows(kv.get(KvClient.ALL_KEYS).sync().getKvsList()));
          sayRefused(() -> kv.get(bytes("a")).revision(99).sync());
        });
  }

  @Test
  void transaction() throws Exception {
    servers.give(
        List.of("true, 2 answers: b=2 [2,2,1]", "false, 1 answers: b=2 [2,2,1]", "batch at 3"),
        client -> {
          KvClient kv = client.getKvClient();
          done(kv.put(bytes("b"), bytes("2")).sync());
          done(kv.delete(bytes("none")).sync());
          say(
              txn(
                  kv.txnIf()
                      .notExists(bytes("a"))
                      .and()
                      .cmpEqual(bytes("b"))
                      .value(bytes("2"))
                      .then()
                      .get(kv.get(bytes("b")).asRequest())
                      .get(kv.get(bytes("a")).asRequest())
                      .sync()));
          TxnResponse batch = kv.batch().put(kv.put(bytes("c"), bytes("3")).asRequest()).sync();
          say(
              txn(
                  kv.txnIf()
                      .cmpGreater(bytes("b"))
                      .mod(2)
                      .then()
                      .delete(kv.delete(bytes("b")).asRequest())
                      .elseDo()
                      .get(kv.get(bytes("b")).asRequest())
                      .sync()));
          say("batch at " + batch.getHeader().getRevision());
        });
  }

  @Test
  void lease() throws Exception {
    servers.give(
        List.of(
            "granted 77 for 60",
            "ttl 60, keys [a]",
            "renewed 60",
            "listed 1",
            "revoked",
            "rows ",
            "ttl -1",
            "kept alive",
            "refused: NOT_FOUND etcdserver: requested lease not found"),
        client -> {
          LeaseClient leases = client.getLeaseClient();
          var granted = leases.grant(60).leaseId(77).sync();
          say("granted " + granted.getID() + " for " + granted.getTTL());
          KvClient kv = client.getKvClient();
          done(kv.put(bytes("a"), bytes("1"), 77).sync());
          LeaseTimeToLiveResponse life = get(leases.ttl(77, true));
          say(
              "ttl "
                  + life.getGrantedTTL()
                  + ", keys "
                  + life.getKeysList().stream().map(ByteString::toStringUtf8).toList());
          say("renewed " + get(leases.keepAliveOnce(77)).getTTL());
          say("listed " + get(leases.list()).getLeasesCount());
          var revoked = get(leases.revoke(77));
          say(revoked.hasHeader() ? "revoked" : "revoked by nobody");
          say("rows " + rows(kv.get(bytes("a")).sync().getKvsList()));
          say("ttl " + get(leases.ttl(77)).getTTL());
          try (PersistentLease kept = leases.maintain().minTtl(5).start()) {
            long id = get(kept);
            say(get(leases.ttl(id)).getTTL() > 0 ? "kept alive" : "not kept alive");
          }
          sayRefused(() -> get(leases.revoke(77)));
        });
  }

  @Test
  void watch() throws Exception {
    servers.give(
        List.of(
            "PUT a=1 [2,2,1]",
            "PUT a=2 [2,3,2] before a=1",
            "DELETE a= [0,4,0] before a=2",
            "PUT ab=3 [6,6,1]"),
        client -> {
          KvClient kv = client.getKvClient();
          PutResponse first = kv.put(bytes("a"), bytes("1")).sync();
          try (KvClient.WatchIterator watch =
              kv.watch(bytes("a"))
                  .asPrefix()
                  .prevKv()
                  .startRevision(first.getHeader().getRevision())
                  .start()) {
            done(kv.put(bytes("a"), bytes("2")).sync());
            done(kv.delete(bytes("a")).sync());
            done(kv.put(bytes("b"), bytes("not watched")).sync());
            done(kv.put(bytes("ab"), bytes("3")).sync());
            while (servers.saidSoFar() < 4) {
              watch.next().getEvents().forEach(event -> say(event(event)));
            }
          }
        });
  }

  private static void done(Object answer) {
    Objects.requireNonNull(answer);
  }

  private void say(String what) {
    servers.say(what);
  }

  private interface Call {
    Object run() throws Exception;
  }

  private void sayRefused(Call call) {
    try {
      say("not refused: " + call.run());
    } catch (Exception e) {
      Status status = Status.fromThrowable(e);
      say("refused: " + status.getCode() + " " + status.getDescription());
    }
  }

  private static <T> T get(ListenableFuture<T> call) throws Exception {
    return call.get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  private static String txn(TxnResponse response) {
    StringBuilder rows = new StringBuilder();
    response.getResponsesList().stream()
        .map(answer -> answer.getResponseRange())
        .map(RangeResponse::getKvsList)
        .forEach(found -> rows.append(rows(found)));
    return response.getSucceeded() + ", " + response.getResponsesCount() + " answers: " + rows;
  }

  private static String event(Event event) {
    return event.getType()
        + " "
        + row(event.getKv())
        + (event.hasPrevKv() ? " before " + shortly(event.getPrevKv()) : "");
  }

  private static String rows(List<KeyValue> rows) {
    return String.join(" ", rows.stream().map(EtcdJavaIT::row).toList());
  }

  private static String row(KeyValue row) {
    return BothServers.row(
        shortly(row), row.getCreateRevision(), row.getModRevision(), row.getVersion());
  }

  private static String shortly(KeyValue row) {
    return row.getKey().toStringUtf8() + "=" + row.getValue().toStringUtf8();
  }

  private static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }
}
