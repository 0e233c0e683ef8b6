package io.etcdregistry.internal.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.watch.RangeMachine.Action;
import io.etcdregistry.internal.watch.RangeMachine.Event;
import io.etcdregistry.internal.watch.RangeMachine.Step;
import io.etcdregistry.internal.watch.RangeState.Phase;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A range among events at random, as far as a hub may send them, and what must be true of it. */
final class RangeMachineWalkTest {
  private static final long MILLI = 1_000_000;
  private static final List<Event> ANY = List.of(Event.values());

  /** Whatever happens in whatever order, the range is on its way to be followed, by one watch. */
  @Test
  void next_anySequence_keepsItsPromises() {
    for (int seed = 0; seed < 300; seed++) {
      new Walk(seed).run();
    }
  }

  private static final class Walk {
    private final Random random;
    private RangeState state = RangeState.unloaded(false);
    private long now = 1_000_000 * MILLI;
    private boolean stream;
    private boolean watch;
    private boolean toldLive;
    private int listing;
    private boolean loaded;

    Walk(int seed) {
      random = new Random(seed);
    }

    void run() {
      step(Event.START);
      for (int i = 0; i < 300; i++) {
        now += random.nextInt(3000) * MILLI;
        Event event = ANY.get(random.nextInt(ANY.size()));
        if (possible(event)) {
          step(event);
        }
      }
    }

    private boolean possible(Event event) {
      return switch (event) {
        case START -> false;
        case LISTED, LIST_FAILED -> state.call() != 0;
        case REFUSED -> state.call() != 0 || watch;
        case STREAM_UP, STREAM_BACK -> !stream;
        case STREAM_DOWN -> stream;
        case CREATED, COMPACTED, CANCELED -> watch;
        case RESET, DOUBTED, TICK -> true;
      };
    }

    private void step(Event event) {
      RangeState before = state;
      boolean up = event == Event.STREAM_UP || event == Event.STREAM_BACK;
      stream = up || (stream && event != Event.STREAM_DOWN);
      watch = watch && stream && event != Event.COMPACTED && event != Event.CANCELED;
      long revision = before.seen() + random.nextInt(10);
      Step step = RangeMachine.next(before, event, revision, now, random.nextLong());
      state = step.state();
      loaded = loaded && event != Event.RESET;
      step.actions().forEach(action -> act(action, event, before));
      check();
    }

    private void act(Action action, Event event, RangeState before) {
      switch (action) {
        case LIST -> {
          assertThat(state.call()).isGreaterThan(listing);
          listing = state.call();
        }
        case DELIVER -> loaded = true;
        case COMPARE -> assertThat(before.phase()).isNotEqualTo(Phase.UNLOADED);
        case WATCH -> {
          assertThat(watch).as("one watch at a time, after %s in %s", event, before).isFalse();
          assertThat(stream).isTrue();
          watch = true;
        }
        case UNWATCH -> watch = false;
        case TELL_LIVE -> toldLive = true;
        case TELL_STALE -> toldLive = false;
      }
    }

    private void check() {
      assertThat(state.streamUp()).isEqualTo(stream);
      assertThat(state.live()).as("%s", state).isEqualTo(toldLive);
      assertThat(state.phase() == Phase.WATCHED).as("%s", state).isEqualTo(watch);
      assertThat(state.phase() == Phase.LOADED && stream).as("%s", state).isFalse();
      assertThat(state.phase() == Phase.UNLOADED || loaded).as("%s", state).isTrue();
      boolean due = state.dueAt() != RangeState.NEVER;
      assertThat(due).as("listed again, or being listed: %s", state).isEqualTo(state.call() == 0);
    }
  }
}
