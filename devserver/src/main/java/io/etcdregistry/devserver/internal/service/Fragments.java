package io.etcdregistry.devserver.internal.service;

import com.google.protobuf.CodedOutputStream;
import io.etcdregistry.protocol.Event;
import io.etcdregistry.protocol.WatchResponse;
import java.util.ArrayList;
import java.util.List;

/** Splits large watch answers. */
final class Fragments {
  /** What etcd sends in one piece: its limit for requests, and half a mebibyte for gRPC. */
  static final int MAX_BYTES = 2048 * 1024;

  private Fragments() {}

  /**
   * Splits an answer into pieces under {@link #MAX_BYTES}, of at least one event each; all but the
   * last say that more follows.
   */
  static List<WatchResponse> split(WatchResponse whole) {
    if (whole.getSerializedSize() < MAX_BYTES || whole.getEventsCount() < 2) {
      return List.of(whole);
    }
    WatchResponse frame = whole.toBuilder().clearEvents().setFragment(true).build();
    List<WatchResponse> pieces = new ArrayList<>();
    WatchResponse.Builder piece = frame.toBuilder();
    long bytes = frame.getSerializedSize();
    for (Event event : whole.getEventsList()) {
      int size = CodedOutputStream.computeMessageSize(WatchResponse.EVENTS_FIELD_NUMBER, event);
      if (piece.getEventsCount() > 0 && bytes + size >= MAX_BYTES) {
        pieces.add(piece.build());
        piece = frame.toBuilder();
        bytes = frame.getSerializedSize();
      }
      piece.addEvents(event);
      bytes += size;
    }
    pieces.add(piece.setFragment(false).build());
    return pieces;
  }
}
