package io.etcdregistry.it.harness;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** Several real etcd members that form one cluster. Each can be stopped or paused by itself. */
public final class EtcdCluster implements AutoCloseable {
  private final List<EtcdServer> members;

  private EtcdCluster(List<EtcdServer> members) {
    this.members = List.copyOf(members);
  }

  /** Three members with etcd's own defaults; returns when all are healthy. */
  public static EtcdCluster start() {
    return start(3, EtcdServer.builder());
  }

  /** So many members with these settings; returns when all are healthy. */
  public static EtcdCluster start(int size, EtcdServer.Builder settings) {
    List<EtcdServer> members = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      members.add(settings.copy().name("m" + i).create());
    }
    EtcdCluster cluster = new EtcdCluster(members);
    String initialCluster =
        members.stream()
            .map(member -> member.name() + "=" + member.peerUrl())
            .collect(Collectors.joining(","));
    try {
      members.forEach(member -> member.initialCluster(initialCluster));
      members.forEach(EtcdServer::launch);
      members.forEach(EtcdServer::awaitHealthy);
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  /** All members, in the order of {@link #connection}. */
  public List<EtcdServer> members() {
    return members;
  }

  /** One of the members. */
  public EtcdServer member(int index) {
    return members.get(index);
  }

  /** All members' addresses, separated by commas. */
  public String connection() {
    return members.stream().map(EtcdServer::url).collect(Collectors.joining(","));
  }

  /** The member that leads, asked of those that answer; waits for an election to end. */
  public EtcdServer leader() {
    return Awaitility.await("a leader")
        .atMost(Duration.ofSeconds(30))
        .until(this::findLeader, Optional::isPresent)
        .orElseThrow();
  }

  private Optional<EtcdServer> findLeader() {
    return members.stream()
        .filter(EtcdServer::isHealthy)
        .filter(member -> member.metric("etcd_server_is_leader") == 1)
        .findFirst();
  }

  /** An etcdctl that knows all members. */
  public Etcdctl etcdctl() {
    return Etcdctl.at(members.stream().map(EtcdServer::url).toArray(String[]::new));
  }

  @Override
  public void close() {
    members.forEach(EtcdServer::close);
  }
}
