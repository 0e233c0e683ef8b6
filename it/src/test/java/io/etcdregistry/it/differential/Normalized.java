package io.etcdregistry.it.differential;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import com.google.protobuf.TextFormat;
import io.etcdregistry.protocol.KeyValue;
import io.etcdregistry.protocol.LeaseLeasesResponse;
import io.etcdregistry.protocol.LeaseStatus;
import io.etcdregistry.protocol.LeaseTimeToLiveResponse;
import io.etcdregistry.protocol.RangeRequest;
import io.etcdregistry.protocol.RangeResponse;
import io.etcdregistry.protocol.RequestOp;
import io.etcdregistry.protocol.ResponseHeader;
import io.etcdregistry.protocol.ResponseOp;
import io.etcdregistry.protocol.TxnRequest;
import io.etcdregistry.protocol.TxnResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/**
 * Answers as text in which what need not be equal is made equal. That is all of it, here and in the
 * requests, with the reasons:
 *
 * <ul>
 *   <li>Cluster id, member id and term of a header: who answers is the one thing that must differ.
 *   <li>The order of rows that are equal in what they are sorted by: etcd's sort is not stable, so
 *       two etcds differ, too. That rows are sorted is checked. With such a sort no limit is asked
 *       for ({@link RandomRequests}), as which of the equals are cut off is open.
 *   <li>The order of the keys of a lease, and of leases: etcd keeps both in hash maps.
 *   <li>The whole seconds that a lease has left, but for whether there are any: they pass between
 *       two questions.
 *   <li>Ids that a server chooses for a lease: random. That grant is asked for, its id taken out,
 *       and the lease revoked by each server's own id ({@link Sequence}); all others choose their
 *       ids.
 *   <li>How events are spread over answers, and the revision in those headers: it depends on when a
 *       server sends ({@link Watcher}). Events and their order are compared.
 *   <li>Events at the very revision of the last compaction are not asked for: a deletion there is
 *       told by etcd 3.5.30 and not by etcd 3.4.23.
 *   <li>A transaction that deletes holds no put that keeps a key's value or lease: etcd dies of it,
 *       if it is the same key.
 * </ul>
 */
final class Normalized {
  private static final Comparator<ByteString> BYTES =
      ByteString.unsignedLexicographicalComparator();

  private Normalized() {}

  /** An answer to a request, which may be a refusal already in text. */
  static String of(MessageLite request, Object answer) {
    if (request instanceof RangeRequest range && answer instanceof RangeResponse rows) {
      return text(ordered(range, rows));
    } else if (request instanceof TxnRequest txn && answer instanceof TxnResponse response) {
      return text(ordered(txn, response));
    } else if (answer instanceof LeaseTimeToLiveResponse lease) {
      return text(ordered(lease));
    } else if (answer instanceof LeaseLeasesResponse leases) {
      return text(ordered(leases));
    }
    return answer instanceof Message message ? text(message) : answer.toString();
  }

  /** The revision in the header of an answer, if it has one. */
  static OptionalLong revision(Object answer) {
    if (answer instanceof Message message) {
      FieldDescriptor header = message.getDescriptorForType().findFieldByName("header");
      return OptionalLong.of(((ResponseHeader) message.getField(header)).getRevision());
    }
    return OptionalLong.empty();
  }

  /** A message as text, without who it is from. */
  static String text(Message message) {
    return TextFormat.printer().printToString(anonymous(message));
  }

  private static Message anonymous(Message message) {
    if (message instanceof ResponseHeader header) {
      return header.toBuilder().clearClusterId().clearMemberId().clearRaftTerm().build();
    }
    Message.Builder copy = message.toBuilder();
    for (FieldDescriptor field : message.getAllFields().keySet()) {
      if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        if (field.isRepeated()) {
          for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
            copy.setRepeatedField(
                field, i, anonymous((Message) message.getRepeatedField(field, i)));
          }
        } else {
          copy.setField(field, anonymous((Message) message.getField(field)));
        }
      }
    }
    return copy.build();
  }

  private static TxnResponse ordered(TxnRequest request, TxnResponse response) {
    List<RequestOp> operations =
        response.getSucceeded() ? request.getSuccessList() : request.getFailureList();
    TxnResponse.Builder ordered = response.toBuilder();
    for (int i = 0; i < operations.size(); i++) {
      ResponseOp.Builder inner = ordered.getResponses(i).toBuilder();
      if (operations.get(i).hasRequestRange()) {
        inner.setResponseRange(
            ordered(operations.get(i).getRequestRange(), inner.getResponseRange()));
      } else if (operations.get(i).hasRequestTxn()) {
        inner.setResponseTxn(ordered(operations.get(i).getRequestTxn(), inner.getResponseTxn()));
      }
      ordered.setResponses(i, inner);
    }
    return ordered.build();
  }

  /**
   * Sorts rows again, with the key after what they are sorted by; fails if they were not sorted.
   */
  private static RangeResponse ordered(RangeRequest request, RangeResponse response) {
    Comparator<KeyValue> target = target(request.getSortTarget());
    if (request.getSortOrder() == RangeRequest.SortOrder.DESCEND) {
      target = target.reversed();
    }
    List<KeyValue> rows = new ArrayList<>(response.getKvsList());
    for (int i = 1; i < rows.size(); i++) {
      if (target.compare(rows.get(i - 1), rows.get(i)) > 0) {
        throw new AssertionError("not sorted: " + response);
      }
    }
    rows.sort(target.thenComparing(KeyValue::getKey, BYTES));
    return response.toBuilder().clearKvs().addAllKvs(rows).build();
  }

  private static Comparator<KeyValue> target(RangeRequest.SortTarget target) {
    return switch (target) {
      case VERSION -> Comparator.comparingLong(KeyValue::getVersion);
      case CREATE -> Comparator.comparingLong(KeyValue::getCreateRevision);
      case MOD -> Comparator.comparingLong(KeyValue::getModRevision);
      // Rows that were asked for without their values are all equal here.
      case VALUE -> Comparator.comparing(KeyValue::getValue, BYTES);
      default -> Comparator.comparing(KeyValue::getKey, BYTES);
    };
  }

  private static LeaseTimeToLiveResponse ordered(LeaseTimeToLiveResponse lease) {
    List<ByteString> keys = new ArrayList<>(lease.getKeysList());
    keys.sort(BYTES);
    return lease.toBuilder()
        .clearKeys()
        .addAllKeys(keys)
        .setTTL(Math.min(lease.getTTL(), 1))
        .build();
  }

  private static LeaseLeasesResponse ordered(LeaseLeasesResponse leases) {
    List<LeaseStatus> all = new ArrayList<>(leases.getLeasesList());
    all.sort(Comparator.comparingLong(LeaseStatus::getID));
    return leases.toBuilder().clearLeases().addAllLeases(all).build();
  }
}
