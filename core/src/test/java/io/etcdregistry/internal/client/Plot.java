package io.etcdregistry.internal.client;

import io.etcdregistry.internal.store.FakeCluster.Version;
import java.time.Duration;
import java.util.Random;

/**
 * What kind of story a {@link Simulation} tells.
 *
 * @param owners clients that join, and read
 * @param readers clients that only read
 * @param names how many services there are
 * @param ports how many keys each service has
 * @param steps how long the bad time is
 * @param latency the longest way of a message on a good day
 * @param ttl of every registration
 * @param version whose manners the cluster has
 * @param dropsDeletes whether etcd's own bug is simulated: deletes that no watch is told of
 * @param resets whether the cluster may be wiped and restored
 * @param weather how often each kind of trouble comes
 */
record Plot(
    int owners,
    int readers,
    int names,
    int ports,
    int steps,
    Duration latency,
    Duration ttl,
    Version version,
    boolean dropsDeletes,
    boolean resets,
    Weather weather) {
  /**
   * Out of a hundred steps, how many are what; the rest are of the cluster's operators.
   *
   * @param use the clients' own doing
   * @param calls calls that go wrong
   * @param network a client's network
   * @param process a client's process
   * @param scenes several things in a row, as they are known to go together
   */
  record Weather(int use, int calls, int network, int process, int scenes) {}

  /** A plot at random. */
  static Plot of(Random random) {
    boolean crowd = random.nextInt(25) == 0;
    boolean alone = random.nextInt(8) == 0;
    int owners = crowd ? 12 + random.nextInt(12) : alone ? 1 : 2 + random.nextInt(3);
    int readers = alone ? random.nextInt(2) : 1 + random.nextInt(2);
    return new Plot(
        owners,
        readers,
        1 + random.nextInt(3),
        1 + random.nextInt(2),
        crowd ? 25 : 30 + random.nextInt(50),
        Duration.ofMillis(random.nextInt(4) == 0 ? 150 : 20),
        Duration.ofSeconds(random.nextInt(4) == 0 ? 3 : 10),
        random.nextBoolean() ? Version.V3_4 : Version.V3_5,
        random.nextInt(5) == 0,
        random.nextInt(2) == 0,
        weather(random));
  }

  private static Weather weather(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> new Weather(60, 5, 20, 5, 5);
      case 1 -> new Weather(50, 30, 5, 0, 10);
      case 2 -> new Weather(40, 5, 10, 15, 20);
      default -> new Weather(40, 18, 14, 10, 8);
    };
  }
}
