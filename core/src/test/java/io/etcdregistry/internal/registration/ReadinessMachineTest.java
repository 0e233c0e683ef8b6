package io.etcdregistry.internal.registration;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.internal.registration.ReadinessMachine.State;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadinessMachineTest {
  /** Answers in order, p for a pass and f for a failure, and where they lead. */
  @ParameterizedTest
  @CsvSource({
    "f,     false, 250",
    "ffff,  false, 250",
    "p,     true,  5000",
    "ffp,   true,  5000",
    "pf,    true,  1000",
    "pff,   true,  1000",
    "pffp,  true,  5000",
    "pfff,  false, 1000",
    "pffpff,true,  1000",
    "pfffp, false, 1000",
    "pfffpf,false, 1000",
    "pfffpfp,false,1000",
    "pfffpp,true,  5000",
  })
  void answers(String answers, boolean ready, long pauseMillis) {
    State state = State.NEW;
    for (int i = 0; i < answers.length(); i++) {
      state = ReadinessMachine.next(state, answers.charAt(i) == 'p');
    }
    assertThat(state.ready()).isEqualTo(ready);
    assertThat(state.everReady()).isEqualTo(answers.contains("p"));
    assertThat(state.pause()).hasMillis(pauseMillis);
  }
}
