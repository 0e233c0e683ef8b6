package io.etcdregistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.etcdregistry.Instance.Status;
import io.etcdregistry.internal.config.Seed;
import java.lang.reflect.Constructor;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Records whose equality is written out compare all that they hold. */
final class WrittenOutEqualityTest {
  static Stream<Arguments> records() {
    Instance override = InstanceTest.complete(Instance.named("orders").port(1));
    return Stream.of(
        arguments(Place.class, List.of(true, "services/a/", "a"), List.of(false, "services/", "b")),
        arguments(
            Traits.class,
            Arrays.asList(Status.UP, 1.0, null, 0, 0, null),
            List.of(Status.DOWN, 0.5, "eu", 1, 2, override)),
        arguments(
            Seed.class, List.of("a", OptionalInt.empty()), List.of("b", OptionalInt.of(2379))));
  }

  @ParameterizedTest
  @MethodSource("records")
  void equals_isOfEveryComponent(Class<?> type, List<Object> values, List<Object> others)
      throws ReflectiveOperationException {
    Constructor<?> constructor = type.getDeclaredConstructors()[0];
    Object one = constructor.newInstance(values.toArray());
    assertThat(constructor.newInstance(values.toArray())).isEqualTo(one).hasSameHashCodeAs(one);
    for (int i = 0; i < type.getRecordComponents().length; i++) {
      Object[] changed = values.toArray();
      changed[i] = others.get(i);
      assertThat(constructor.newInstance(changed))
          .as(type.getRecordComponents()[i].getName())
          .isNotEqualTo(one);
    }
  }
}
