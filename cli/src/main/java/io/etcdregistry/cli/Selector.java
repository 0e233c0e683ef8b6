package io.etcdregistry.cli;

import io.etcdregistry.Instance;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which records are wanted: conditions on their fields, of which all must hold. {@code
 * field=value}, {@code field!=value}, {@code field} (is there), {@code !field} (is not there); a
 * dot in the field leads into nested objects.
 */
final class Selector implements Predicate<Instance> {
  /** What other tools' selectors are made with: a field whose name has these cannot be meant. */
  private static final Pattern NO_FIELD = Pattern.compile("[<>()~!]");

  private final List<Condition> conditions = new ArrayList<>();

  /** A condition: the field's value, or merely its presence if the value is empty. */
  private record Condition(String field, Optional<String> value, boolean wanted)
      implements Predicate<Instance> {
    @Override
    public boolean test(Instance instance) {
      Optional<String> found = find(instance, field);
      return wanted == (value.isPresent() ? found.equals(value) : found.isPresent());
    }
  }

  /**
   * @param expressions each one or more conditions, separated by commas
   */
  static Selector of(List<String> expressions) {
    Selector selector = new Selector();
    for (String expression : expressions) {
      for (String condition : expression.split(",", -1)) {
        selector.conditions.add(condition(condition.strip()));
      }
    }
    return selector;
  }

  private static Condition condition(String text) {
    int equals = text.indexOf('=');
    boolean negated =
        equals < 0 ? text.startsWith("!") : equals > 0 && text.charAt(equals - 1) == '!';
    int fieldStart = equals < 0 && negated ? 1 : 0;
    int fieldEnd = equals < 0 ? text.length() : negated ? equals - 1 : equals;
    String field = text.substring(fieldStart, fieldEnd).strip();
    if (field.isEmpty() || NO_FIELD.matcher(field).find()) {
      throw new CommandException(
          ExitCode.USAGE,
          "-l: '" + text + "' (expected: field=value, field!=value, field or !field)");
    }
    if (equals < 0) {
      return new Condition(field, Optional.empty(), !negated);
    }
    int valueStart = text.startsWith("==", equals) ? equals + 2 : equals + 1;
    return new Condition(field, Optional.of(text.substring(valueStart).strip()), !negated);
  }

  @Override
  public boolean test(Instance instance) {
    return conditions.stream().allMatch(condition -> condition.test(instance));
  }

  /** What the record says or, for the fields that are understood, what their absence means. */
  private static Optional<String> find(Instance instance, String field) {
    return switch (field) {
      case "id" -> Optional.of(instance.id());
      case "name" -> Optional.of(instance.name());
      case "status" -> Optional.of(instance.status().name().toLowerCase(Locale.ROOT));
      case "hostname" -> Optional.of(instance.hostname());
      case "host" -> Optional.of(instance.host());
      case "url" -> Optional.of(instance.url());
      case "protocol" -> Optional.of(instance.protocol());
      default -> find(instance.fields(), field);
    };
  }

  private static Optional<String> find(Map<?, ?> fields, String path) {
    if (fields.containsKey(path)) {
      return Optional.of(text(fields.get(path)));
    }
    for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
      if (fields.get(path.substring(0, dot)) instanceof Map<?, ?> nested) {
        Optional<String> found = find(nested, path.substring(dot + 1));
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private static String text(@Nullable Object value) {
    return value instanceof BigDecimal number ? number.toPlainString() : String.valueOf(value);
  }
}
