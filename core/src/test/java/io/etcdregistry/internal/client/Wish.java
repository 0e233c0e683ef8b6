package io.etcdregistry.internal.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.etcdregistry.Registration;
import io.etcdregistry.internal.store.KeyValue;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A registration of a {@link SimulatedClient}, or the attempt to make one. */
final class Wish {
  private static final Pattern NUMBER = Pattern.compile("\"n\":(\\d+)");

  private final String name;
  private final int number;
  private final Optional<Registration> announced;
  private final CompletableFuture<Registration> joining;
  private boolean leaving;
  private boolean left;

  private Wish(
      String name,
      int number,
      Optional<Registration> announced,
      CompletableFuture<Registration> joining) {
    this.name = name;
    this.number = number;
    this.announced = announced;
    this.joining = joining;
  }

  /** One that someone waits for. */
  static Wish joining(String name, int number, CompletableFuture<Registration> joining) {
    return new Wish(name, number, Optional.empty(), joining);
  }

  /** One that has all the time it needs. */
  static Wish announced(String name, int number, Registration announced) {
    return new Wish(name, number, Optional.of(announced), announced.whenJoined());
  }

  /** The number in a document, by which its wish is known; 0 if it is a stranger's. */
  static int numberOf(KeyValue pair) {
    Matcher matcher = NUMBER.matcher(new String(pair.value(), UTF_8));
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
  }

  String name() {
    return name;
  }

  int number() {
    return number;
  }

  CompletableFuture<Registration> whenJoined() {
    return joining;
  }

  /** Its owner was told that it is in etcd. */
  boolean joined() {
    return joining.isDone() && !joining.isCompletedExceptionally();
  }

  /** Its owner goes on wanting it: it was not left, nor has its join failed. */
  boolean wanted() {
    return !leaving && (announced.isPresent() || !joining.isCompletedExceptionally());
  }

  /** Its owner was told that nothing of it is left in etcd, nor can come. */
  boolean left() {
    return left;
  }

  void leaving() {
    leaving = true;
  }

  void confirmedLeft() {
    left = true;
  }

  /** Its caller does not wait for the join any longer. */
  void cancel() {
    if (announced.isEmpty()) {
      joining.cancel(false);
    }
  }

  /** What its owner holds of it, if it holds anything. */
  Optional<Registration> registration() {
    return joined() ? Optional.of(joining.join()) : announced;
  }

  @Override
  public String toString() {
    return "n=" + number;
  }
}
