package io.etcdregistry.benchmarks.peers;

import io.etcdregistry.benchmarks.RealEtcd;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** An etcd of one contender's own, and what it does for it. */
final class Watched implements AutoCloseable {
  private static final double TICKS_PER_SECOND = 100; // of /proc on Linux

  private final Relay relay;
  private final RealEtcd etcd;
  private final HttpClient http = HttpClient.newHttpClient();

  /**
   * What it did until a moment.
   *
   * @param nanos when
   * @param proposals committed by raft
   * @param syncs of the log to disk
   * @param messages received on gRPC's streams and calls
   * @param bytes between it and its clients
   * @param cpu seconds of a core
   */
  record Reading(
      long nanos, double proposals, double syncs, double messages, double bytes, double cpu) {}

  Watched(Path home, String... flags) throws IOException {
    relay = new Relay();
    String[] all = new String[flags.length + 1];
    System.arraycopy(flags, 0, all, 0, flags.length);
    all[flags.length] = "--advertise-client-urls=http://" + relay.endpoint();
    etcd = RealEtcd.start(home, all);
    relay.to(etcd.endpoint());
  }

  /** Where its clients are to find it, and do so by its list of members, too. */
  String endpoint() {
    return relay.endpoint();
  }

  /** Where somebody who only looks finds it, uncounted. */
  String witnessEndpoint() {
    return etcd.endpoint();
  }

  Reading read() throws IOException, InterruptedException {
    String metrics =
        http.send(
                HttpRequest.newBuilder(URI.create("http://" + etcd.endpoint() + "/metrics"))
                    .build(),
                HttpResponse.BodyHandlers.ofString())
            .body();
    return new Reading(
        System.nanoTime(),
        sum(metrics, "etcd_server_proposals_committed_total"),
        sum(metrics, "etcd_disk_wal_fsync_duration_seconds_count"),
        sum(metrics, "grpc_server_msg_received_total"),
        relay.bytes(),
        cpu());
  }

  private static double sum(String metrics, String name) {
    return Pattern.compile("^" + name + "(?:\\{[^}]*})? (\\S+)$", Pattern.MULTILINE)
        .matcher(metrics)
        .results()
        .map((MatchResult match) -> Double.valueOf(match.group(1)))
        .reduce(0.0, Double::sum);
  }

  private double cpu() throws IOException {
    String stat = Files.readString(Path.of("/proc/" + etcd.pid() + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
  }

  @Override
  public void close() {
    relay.close();
    etcd.close();
  }
}
