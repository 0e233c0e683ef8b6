package io.etcdregistry.it.harness;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/**
 * What an operator does to a cluster's data and membership, with etcdctl, past any proxy. Members
 * that are not healthy are not asked.
 */
public final class ClusterAdmin {
  /** etcd refuses to change members until all were connected for 5 s. */
  private static final Duration MEMBERSHIP_LIMIT = Duration.ofMinutes(3);

  private static final Pattern REVISION = Pattern.compile("\"revision\":(\\d+)");
  private static final String FILLER = "filler/";
  private static final int FILLER_SIZE = 1 << 20;

  private final EtcdCluster cluster;

  ClusterAdmin(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  /** The revision that the cluster is at. */
  public long revision() {
    String answer = anyone().run("get", "no-such-key", "--write-out=json");
    Matcher matcher = REVISION.matcher(answer);
    if (!matcher.find()) {
      throw new IllegalStateException("get said " + answer);
    }
    return Long.parseLong(matcher.group(1));
  }

  /** Compacts all before this revision; the revision itself stays readable. */
  public void compact(long revision) {
    anyone().run("compact", Long.toString(revision));
  }

  /** Compacts all before the present revision, which it returns. */
  public long compact() {
    long revision = revision();
    compact(revision);
    return revision;
  }

  /** Gives back what compaction freed, one member after the other. */
  public void defrag() {
    cluster.members().stream()
        .filter(EtcdServer::isAlive)
        .forEach(member -> cluster.etcdctl(member).run("--command-timeout=30s", "defrag"));
  }

  /** Makes this member the leader. */
  public void moveLeader(EtcdServer to) {
    cluster.etcdctl(cluster.leader()).run("move-leader", memberId(to));
    Awaitility.await("another leader").until(() -> to.metric("etcd_server_is_leader") == 1);
  }

  /**
   * Writes until the cluster refuses for want of space (NOSPACE). Needs a small {@code
   * --quota-backend-bytes}, for example 16777216.
   */
  public void fill() {
    byte[] value = new byte[FILLER_SIZE];
    Arrays.fill(value, (byte) 'x');
    for (int i = 0; alarms().isEmpty(); i++) {
      if (i == 200) {
        throw new IllegalStateException("200 MiB fit: set --quota-backend-bytes");
      }
      Etcdctl.Result put = anyone().tryRun(value, "put", FILLER + i);
      if (put.exitCode() != 0 && !put.stderr().contains("database space exceeded")) {
        throw new IllegalStateException("filling failed: " + put.stderr());
      }
    }
  }

  /** Undoes {@link #fill} as etcd's manual says: deletes, compacts, defragments, disarms. */
  public void makeRoom() {
    anyone().run("del", FILLER, "--prefix");
    compact();
    defrag();
    anyone().run("alarm", "disarm");
    cluster.awaitHealthy();
  }

  /** The alarms that are raised, as etcdctl says it; empty when there is none. */
  public String alarms() {
    return anyone().run("alarm", "list");
  }

  /** Saves all data to this file, which must not exist. */
  public void snapshot(Path file) {
    anyone().run("snapshot", "save", file.toString());
  }

  /** The id that etcd gave the member, in hex. */
  public String memberId(EtcdServer member) {
    return anyone()
        .run("member", "list")
        .lines()
        .map(line -> line.split(", "))
        .filter(fields -> fields[2].equals(member.name()))
        .map(fields -> fields[0])
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(member.name() + " is no member"));
  }

  void addMember(EtcdServer member) {
    changeMembers(
        "--command-timeout=60s", "member", "add", member.name(), "--peer-urls=" + member.peerUrl());
  }

  void removeMember(String id) {
    changeMembers("--command-timeout=60s", "member", "remove", id);
  }

  private void changeMembers(String... command) {
    Awaitility.await(String.join(" ", command))
        .atMost(MEMBERSHIP_LIMIT)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              Etcdctl.Result result = anyone().tryRun(command);
              if (result.exitCode() != 0 && !isTooEarly(result.stderr())) {
                throw new IllegalStateException(result.stderr());
              }
              return result.exitCode() == 0;
            });
  }

  private static boolean isTooEarly(String message) {
    return message.contains("unhealthy cluster") || message.contains("re-configuration failed");
  }

  /** Asks a member that can serve; one with an alarm, for want of a better one. */
  private Etcdctl anyone() {
    List<EtcdServer> members = cluster.members();
    return cluster.etcdctl(
        members.stream()
            .filter(EtcdServer::isHealthy)
            .findFirst()
            .or(() -> members.stream().filter(EtcdServer::answers).findFirst())
            .orElseThrow(() -> new IllegalStateException("no member answers")));
  }
}
