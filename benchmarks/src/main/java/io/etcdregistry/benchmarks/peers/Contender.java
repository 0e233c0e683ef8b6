package io.etcdregistry.benchmarks.peers;

import java.util.function.Supplier;

/**
 * One in whose hands instances come and go.
 *
 * @param name what it is called in the table
 * @param service which service's instances come and go
 * @param observer sees them
 * @param actors starts processes that join and leave
 */
record Contender(String name, String service, Observer observer, Supplier<Driver> actors) {
  /** What was measured of it, in milliseconds. */
  record Measured(Samples join, Samples leave, Samples kill) {
    Measured() {
      this(new Samples(), new Samples(), new Samples());
    }

    void addAll(Measured others) {
      join.addAll(others.join);
      leave.addAll(others.leave);
      kill.addAll(others.kill);
    }
  }
}
