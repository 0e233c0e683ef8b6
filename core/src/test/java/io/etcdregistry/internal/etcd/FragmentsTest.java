package io.etcdregistry.internal.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.etcdregistry.internal.etcd.Fragments.Joined;
import io.etcdregistry.internal.etcd.Fragments.Joint;
import io.etcdregistry.protocol.Event;
import io.etcdregistry.protocol.KeyValue;
import io.etcdregistry.protocol.WatchResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

class FragmentsTest {
  private final Fragments fragments = new Fragments(1_000);

  private static WatchResponse piece(long id, boolean more, String key, int size) {
    KeyValue pair =
        KeyValue.newBuilder()
            .setKey(ByteString.copyFromUtf8(key))
            .setValue(ByteString.copyFrom(new byte[size]))
            .build();
    return WatchResponse.newBuilder()
        .setWatchId(id)
        .setFragment(more)
        .addEvents(Event.newBuilder().setKv(pair))
        .build();
  }

  private Joined add(WatchResponse piece) {
    return fragments.add(piece.getWatchId(), piece);
  }

  private static List<String> keys(Joined joined) {
    return joined.events().stream().map(event -> event.pair().key()).toList();
  }

  @Test
  void add_whole_isGivenBack() {
    assertThat(keys(add(piece(1, false, "a", 5_000)))).containsExactly("a");
  }

  @Test
  void add_piecesOfTwoWatches_areJoinedApart() {
    assertThat(add(piece(1, true, "a", 1)).joint()).isEqualTo(Joint.PARTIAL);
    assertThat(add(piece(2, true, "b", 1)).joint()).isEqualTo(Joint.PARTIAL);
    assertThat(add(piece(1, true, "c", 1)).joint()).isEqualTo(Joint.PARTIAL);
    assertThat(keys(add(piece(1, false, "d", 1)))).containsExactly("a", "c", "d");
    assertThat(keys(add(piece(2, false, "e", 1)))).containsExactly("b", "e");
    assertThat(keys(add(piece(1, false, "f", 1)))).containsExactly("f");
  }

  @Test
  void add_aboveTheBound_overflowsAndHoldsNothing() {
    assertThat(add(piece(1, true, "a", 600)).joint()).isEqualTo(Joint.PARTIAL);
    assertThat(add(piece(2, true, "b", 600)).joint()).isEqualTo(Joint.OVERFLOW);
    assertThat(add(piece(2, true, "c", 200)).joint()).isEqualTo(Joint.PARTIAL);
    assertThat(keys(add(piece(1, false, "d", 1)))).containsExactly("a", "d");
    assertThat(add(piece(3, true, "e", 700)).joint()).isEqualTo(Joint.PARTIAL);
  }

  @Test
  void forget_dropsThePiecesOfOneWatch() {
    add(piece(1, true, "a", 900));
    fragments.forget(1);
    assertThat(add(piece(2, true, "b", 900)).joint()).isEqualTo(Joint.PARTIAL);
    assertThat(keys(add(piece(1, false, "c", 1)))).containsExactly("c");
  }
}
