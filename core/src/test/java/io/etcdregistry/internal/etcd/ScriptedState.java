package io.etcdregistry.internal.etcd;

import static io.etcdregistry.internal.etcd.ScriptedEtcd.fail;
import static io.etcdregistry.internal.etcd.ScriptedEtcd.say;

import com.google.protobuf.ByteString;
import io.etcdregistry.protocol.Compare;
import io.etcdregistry.protocol.DeleteRangeResponse;
import io.etcdregistry.protocol.Event;
import io.etcdregistry.protocol.KeyValue;
import io.etcdregistry.protocol.LeaseGrantRequest;
import io.etcdregistry.protocol.LeaseGrantResponse;
import io.etcdregistry.protocol.LeaseTimeToLiveRequest;
import io.etcdregistry.protocol.LeaseTimeToLiveResponse;
import io.etcdregistry.protocol.PutRequest;
import io.etcdregistry.protocol.PutResponse;
import io.etcdregistry.protocol.RangeRequest;
import io.etcdregistry.protocol.RangeResponse;
import io.etcdregistry.protocol.RequestOp;
import io.etcdregistry.protocol.ResponseHeader;
import io.etcdregistry.protocol.ResponseOp;
import io.etcdregistry.protocol.TxnRequest;
import io.etcdregistry.protocol.TxnResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * What scripted etcds hold: reads, guarded writes and grants are answered from it, by all that
 * serve it. Streams say nothing by themselves: that is the script's part.
 */
final class ScriptedState {
  private static final Status NO_LEASE =
      Status.NOT_FOUND.withDescription("etcdserver: requested lease not found");

  /** Every change, in order. */
  final List<Event> events = new ArrayList<>();

  /** Leases that were granted, in order. */
  final List<Long> granted = new ArrayList<>();

  final Set<Long> leases = new LinkedHashSet<>();
  private final TreeMap<String, KeyValue> pairs = new TreeMap<>();
  private long revision = 100;

  /** Lets an etcd answer from this. */
  void serve(ScriptedEtcd etcd) {
    etcd.now = this::header;
    etcd.range = (request, answer) -> say(answer, range(request));
    etcd.txn = this::txn;
    etcd.grant = this::grant;
    etcd.timeToLive = this::timeToLive;
  }

  long revision() {
    return revision;
  }

  List<String> keys() {
    return List.copyOf(pairs.keySet());
  }

  KeyValue pair(String key) {
    return pairs.getOrDefault(key, KeyValue.getDefaultInstance());
  }

  /** Puts by hand, each at the same next revision. */
  List<Event> put(String... keys) {
    revision++;
    List<Event> made = new ArrayList<>();
    for (String key : keys) {
      String name = key.split("/", -1)[1];
      made.add(put(key, ByteString.copyFromUtf8("{\"name\":\"" + name + "\"}"), 0));
    }
    return made;
  }

  /** Deletes by hand. */
  List<Event> delete(String key) {
    revision++;
    return List.of(deleted(key));
  }

  /** Ends a lease, with its keys. */
  void expire(long lease) {
    leases.remove(lease);
    List<String> gone =
        pairs.values().stream()
            .filter(pair -> pair.getLease() == lease)
            .map(pair -> pair.getKey().toStringUtf8())
            .toList();
    if (!gone.isEmpty()) {
      revision++;
      gone.forEach(this::deleted);
    }
  }

  private Event put(String key, ByteString value, long lease) {
    KeyValue before = pairs.get(key);
    KeyValue pair =
        KeyValue.newBuilder()
            .setKey(ByteString.copyFromUtf8(key))
            .setValue(value)
            .setLease(lease)
            .setCreateRevision(before == null ? revision : before.getCreateRevision())
            .setModRevision(revision)
            .build();
    pairs.put(key, pair);
    Event event = Event.newBuilder().setKv(pair).build();
    events.add(event);
    return event;
  }

  private Event deleted(String key) {
    pairs.remove(key);
    Event event =
        Event.newBuilder()
            .setType(Event.EventType.DELETE)
            .setKv(
                KeyValue.newBuilder().setKey(ByteString.copyFromUtf8(key)).setModRevision(revision))
            .build();
    events.add(event);
    return event;
  }

  ResponseHeader header() {
    return ResponseHeader.newBuilder().setClusterId(7).setRevision(revision).build();
  }

  private RangeResponse range(RangeRequest request) {
    String from = request.getKey().toStringUtf8();
    String end = request.getRangeEnd().toStringUtf8();
    RangeResponse.Builder found = RangeResponse.newBuilder().setHeader(header());
    if (end.isEmpty()) {
      if (pairs.containsKey(from)) {
        found.addKvs(pair(from));
      }
    } else {
      found.addAllKvs(pairs.subMap(from, end).values());
    }
    return found.build();
  }

  private void grant(LeaseGrantRequest request, StreamObserver<LeaseGrantResponse> answer) {
    granted.add(request.getID());
    leases.add(request.getID());
    say(
        answer,
        LeaseGrantResponse.newBuilder()
            .setHeader(header())
            .setID(request.getID())
            .setTTL(request.getTTL())
            .build());
  }

  private void timeToLive(
      LeaseTimeToLiveRequest request, StreamObserver<LeaseTimeToLiveResponse> answer) {
    LeaseTimeToLiveResponse.Builder found =
        LeaseTimeToLiveResponse.newBuilder().setHeader(header()).setID(request.getID());
    if (leases.contains(request.getID())) {
      found.setTTL(5).setGrantedTTL(9);
      pairs.values().stream()
          .filter(pair -> pair.getLease() == request.getID())
          .forEach(pair -> found.addKeys(pair.getKey()));
    } else {
      found.setTTL(-1);
    }
    say(answer, found.build());
  }

  private void txn(TxnRequest request, StreamObserver<TxnResponse> answer) {
    if (!leasesExist(request)) {
      fail(answer, NO_LEASE);
      return;
    }
    revision++;
    int before = events.size();
    TxnResponse.Builder made = apply(request);
    if (events.size() == before) {
      revision--;
    }
    say(answer, made.setHeader(header()).build());
  }

  private boolean leasesExist(TxnRequest request) {
    for (RequestOp each : request.getSuccessList()) {
      long lease = each.getRequestPut().getLease();
      if ((each.hasRequestTxn() && !leasesExist(each.getRequestTxn()))
          || (lease != 0 && !leases.contains(lease))) {
        return false;
      }
    }
    return true;
  }

  private TxnResponse.Builder apply(TxnRequest request) {
    boolean holds = request.getCompareList().stream().allMatch(this::holds);
    TxnResponse.Builder answer = TxnResponse.newBuilder().setSucceeded(holds);
    for (RequestOp each : holds ? request.getSuccessList() : request.getFailureList()) {
      answer.addResponses(apply(each));
    }
    return answer;
  }

  private boolean holds(Compare guard) {
    KeyValue found = pair(guard.getKey().toStringUtf8());
    return switch (guard.getTarget()) {
      case CREATE -> found.getCreateRevision() == guard.getCreateRevision();
      case MOD -> found.getModRevision() == guard.getModRevision();
      case LEASE -> found.getLease() == guard.getLease();
      default -> throw new IllegalArgumentException("target: " + guard.getTarget());
    };
  }

  private ResponseOp.Builder apply(RequestOp request) {
    ResponseOp.Builder answer = ResponseOp.newBuilder();
    if (request.hasRequestTxn()) {
      return answer.setResponseTxn(apply(request.getRequestTxn()));
    }
    if (request.hasRequestPut()) {
      PutRequest put = request.getRequestPut();
      put(put.getKey().toStringUtf8(), put.getValue(), put.getLease());
      return answer.setResponsePut(PutResponse.getDefaultInstance());
    }
    if (request.hasRequestDeleteRange()) {
      deleted(request.getRequestDeleteRange().getKey().toStringUtf8());
      return answer.setResponseDeleteRange(DeleteRangeResponse.getDefaultInstance());
    }
    return answer.setResponseRange(range(request.getRequestRange()));
  }
}
