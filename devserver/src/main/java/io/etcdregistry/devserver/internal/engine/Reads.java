package io.etcdregistry.devserver.internal.engine;

import com.google.protobuf.ByteString;
import io.etcdregistry.protocol.KeyValue;
import io.etcdregistry.protocol.RangeRequest;
import io.etcdregistry.protocol.RangeResponse;
import io.etcdregistry.protocol.ResponseHeader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Answers range requests. */
final class Reads {
  private Reads() {}

  /**
   * Answers a range request.
   *
   * @param header what its revision is added to
   * @throws RefusedException if the revision is compacted or in the future
   */
  static RangeResponse range(Mvcc store, RangeRequest request, ResponseHeader header) {
    Mvcc.Rows found =
        store.range(
            Span.of(request.getKey(), request.getRangeEnd()),
            request.getRevision(),
            request.getCountOnly() ? 1 : rowsToRead(request));
    RangeResponse.Builder response =
        RangeResponse.newBuilder()
            .setHeader(header.toBuilder().setRevision(store.readRevision()))
            .setCount(found.count());
    if (request.getCountOnly()) {
      return response.build();
    }
    List<KeyValue> rows = sorted(filtered(found.rows(), request), request);
    if (request.getLimit() > 0 && rows.size() > request.getLimit()) {
      rows = rows.subList(0, (int) request.getLimit());
      response.setMore(true);
    }
    for (KeyValue row : rows) {
      response.addKvs(request.getKeysOnly() ? withoutValue(row) : row);
    }
    return response.build();
  }

  /** One more than the limit tells whether there is more; an order or a filter needs all rows. */
  private static long rowsToRead(RangeRequest request) {
    boolean all =
        request.getLimit() <= 0
            || request.getSortOrder() != RangeRequest.SortOrder.NONE
            || isFiltered(request);
    return all ? 0 : Math.min(request.getLimit(), Integer.MAX_VALUE) + 1;
  }

  private static boolean isFiltered(RangeRequest request) {
    return request.getMinModRevision() != 0
        || request.getMaxModRevision() != 0
        || request.getMinCreateRevision() != 0
        || request.getMaxCreateRevision() != 0;
  }

  private static List<KeyValue> filtered(List<KeyValue> rows, RangeRequest request) {
    if (!isFiltered(request)) {
      return rows;
    }
    List<KeyValue> kept = new ArrayList<>(rows);
    kept.removeIf(
        row ->
            outside(row.getModRevision(), request.getMinModRevision(), request.getMaxModRevision())
                || outside(
                    row.getCreateRevision(),
                    request.getMinCreateRevision(),
                    request.getMaxCreateRevision()));
    return kept;
  }

  private static boolean outside(long revision, long min, long max) {
    return (min != 0 && revision < min) || (max != 0 && revision > max);
  }

  /** etcd sorts by a target other than the key even if no order is asked for, ascending. */
  private static List<KeyValue> sorted(List<KeyValue> rows, RangeRequest request) {
    boolean byKey = request.getSortTarget() == RangeRequest.SortTarget.KEY;
    boolean descending = request.getSortOrder() == RangeRequest.SortOrder.DESCEND;
    if (byKey && !descending) {
      return rows;
    }
    Comparator<KeyValue> order = order(request.getSortTarget());
    List<KeyValue> sorted = new ArrayList<>(rows);
    sorted.sort(descending ? order.reversed() : order);
    return sorted;
  }

  private static Comparator<KeyValue> order(RangeRequest.SortTarget target) {
    return switch (target) {
      case KEY -> Comparator.comparing(KeyValue::getKey, Span.ORDER);
      case VERSION -> Comparator.comparingLong(KeyValue::getVersion);
      case CREATE -> Comparator.comparingLong(KeyValue::getCreateRevision);
      case MOD -> Comparator.comparingLong(KeyValue::getModRevision);
      case VALUE -> Comparator.comparing(KeyValue::getValue, Span.ORDER);
      case UNRECOGNIZED -> throw new RefusedException(Refusal.INVALID_SORT_OPTION);
    };
  }

  private static KeyValue withoutValue(KeyValue row) {
    return row.toBuilder().setValue(ByteString.EMPTY).build();
  }
}
