package io.etcdregistry.internal.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.etcd.Picker.Candidate;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PickerTest {
  // Each endpoint is "tried", or how long it has yet to rest.
  @ParameterizedTest
  @CsvSource({
    // endpoints, preferred, picked
    "0 0 0, 0, 0",
    "0 0 0, 2, 2",
    "5 0 0, 0, 1",
    "0 0 5, 2, 0",
    "0 5 5, 1, 0",
    "tried 0 0, 0, 1",
    "0 0 tried, 2, 0",
    "tried 5 0, 0, 2",
    "tried 5 4, 0, 2",
    "tried 4 5, 0, 1",
    "5 4 3, 0, 2",
    "5 5 5, 1, 1",
    "-3 0 0, 0, 0",
    "9, 0, 0",
    "0, 0, 0",
    "tried, 0, -1",
    "tried tried tried, 1, -1",
    "tried tried 9, 0, 2",
  })
  void pick_takesThePreferredThenTheNextThatServesThenWhoRestedMost(
      String endpoints, int preferred, int picked) {
    List<Candidate> candidates =
        Arrays.stream(endpoints.split(" ", -1))
            .map(
                each ->
                    each.equals("tried")
                        ? new Candidate(true, 0)
                        : new Candidate(false, Long.parseLong(each)))
            .toList();
    assertThat(Picker.pick(candidates, preferred))
        .isEqualTo(picked < 0 ? OptionalInt.empty() : OptionalInt.of(picked));
  }
}
