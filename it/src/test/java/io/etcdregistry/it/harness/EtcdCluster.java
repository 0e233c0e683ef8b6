package io.etcdregistry.it.harness;

import io.etcdregistry.it.harness.EtcdServer.Bootstrap;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/**
 * Several real etcd members that form one cluster. Each can be stopped, killed or paused by itself
 * ({@link #member}); what concerns the cluster's data is in {@link #admin}. Not for use by several
 * threads.
 */
public final class EtcdCluster implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final EtcdClusterBuilder settings;
  private final List<EtcdServer> members = new ArrayList<>();
  private final Map<EtcdServer, TcpProxy> proxies = new LinkedHashMap<>();
  private final PeerNetwork peers = new PeerNetwork();
  private int named;

  private EtcdCluster(EtcdClusterBuilder settings) {
    this.settings = settings;
  }

  /** Three members with etcd's own defaults; returns when all are healthy. */
  public static EtcdCluster start() {
    return builder().start();
  }

  /** So many members with these settings; returns when all are healthy. */
  public static EtcdCluster start(int size, EtcdServer.Builder settings) {
    return builder().size(size).members(settings).start();
  }

  /** Settings for a cluster; at first three plain members without proxies. */
  public static EtcdClusterBuilder builder() {
    return new EtcdClusterBuilder();
  }

  static EtcdCluster start(EtcdClusterBuilder settings) {
    EtcdCluster cluster = new EtcdCluster(settings);
    try {
      for (int i = 0; i < settings.size(); i++) {
        cluster.create();
      }
      cluster.found(settings.token());
      cluster.launch();
      cluster.settle();
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  /** All members, in the order of {@link #connection}. */
  public List<EtcdServer> members() {
    return List.copyOf(members);
  }

  /** The ports that they listen on for clients. */
  public int[] ports() {
    return members.stream().mapToInt(EtcdServer::port).toArray();
  }

  /** One of the members. */
  public EtcdServer member(int index) {
    return members.get(index);
  }

  /** The addresses that clients are meant to use: the proxies' where there are proxies. */
  public String connection() {
    return join(this::clientUrl);
  }

  /** The addresses of the members themselves, past any proxy. */
  public String directConnection() {
    return join(EtcdServer::url);
  }

  private String join(Function<EtcdServer, String> part) {
    return members.stream().map(part).collect(Collectors.joining(","));
  }

  /** What clients are meant to use for this member. */
  public String clientUrl(EtcdServer member) {
    TcpProxy proxy = proxies.get(member);
    return proxy == null ? member.url() : member.url().replace(member.address(), proxy.address());
  }

  /** What stands before the client port of the member; needs {@link EtcdClusterBuilder#proxied}. */
  public TcpProxy proxy(int index) {
    return proxy(member(index));
  }

  /** What stands before the client port of the member; needs {@link EtcdClusterBuilder#proxied}. */
  public TcpProxy proxy(EtcdServer member) {
    return Optional.ofNullable(proxies.get(member))
        .orElseThrow(() -> new IllegalStateException("this cluster was started without proxies"));
  }

  /** All proxies before client ports, in the order of {@link #members}. */
  public List<TcpProxy> proxies() {
    return members.stream().map(this::proxy).toList();
  }

  /**
   * Cuts these members off from the others, both ways, until {@link #reunite}; clients still reach
   * all of them. Needs {@link EtcdClusterBuilder#partitionable}.
   */
  public void isolate(EtcdServer... island) {
    if (!settings.isPartitionable()) {
      throw new IllegalStateException("this cluster was started without partitionable(true)");
    }
    peers.isolate(Arrays.stream(island).map(EtcdServer::name).collect(Collectors.toSet()));
  }

  /** Ends what {@link #isolate} began. */
  public void reunite() {
    isolate();
  }

  /** The member that leads, asked of those that answer; waits for an election to end. */
  public EtcdServer leader() {
    return Awaitility.await("a leader")
        .atMost(LIMIT)
        .pollDelay(Duration.ZERO)
        .until(this::findLeader, Optional::isPresent)
        .orElseThrow();
  }

  private Optional<EtcdServer> findLeader() {
    return members.stream()
        .filter(EtcdServer::isHealthy)
        .filter(member -> member.metric("etcd_server_is_leader") == 1)
        .findFirst();
  }

  /** The members that do not lead. */
  public List<EtcdServer> followers() {
    EtcdServer leader = leader();
    return members.stream().filter(member -> member != leader).toList();
  }

  /** One of the members that do not lead. */
  public EtcdServer follower() {
    return followers().get(0);
  }

  /** An etcdctl that knows all members, past any proxy, with all rights. */
  public Etcdctl etcdctl() {
    return settings.asRoot(
        Etcdctl.at(members.stream().map(EtcdServer::url).toArray(String[]::new)));
  }

  /** An etcdctl for this member, past any proxy, with all rights. */
  public Etcdctl etcdctl(EtcdServer member) {
    return settings.asRoot(member.etcdctl());
  }

  /** What an operator does to the cluster's data. */
  public ClusterAdmin admin() {
    return new ClusterAdmin(this);
  }

  /** Starts all members that do not run, and returns when all are healthy. */
  public void startAll() {
    launch();
    awaitHealthy();
  }

  /** Stops all members (SIGTERM), one after the other. */
  public void stopAll() {
    running().forEach(EtcdServer::stop);
  }

  /** Kills all members (SIGKILL). */
  public void killAll() {
    running().forEach(EtcdServer::kill);
  }

  /** Freezes all members (SIGSTOP). */
  public void pauseAll() {
    running().forEach(EtcdServer::pause);
  }

  /** Lets all members go on (SIGCONT). */
  public void resumeAll() {
    running().forEach(EtcdServer::resume);
  }

  private List<EtcdServer> running() {
    return members.stream().filter(EtcdServer::isAlive).toList();
  }

  /** Returns when all members are healthy. */
  public void awaitHealthy() {
    members.forEach(EtcdServer::awaitHealthy);
  }

  /** Adds a member on new ports, and returns it when it is healthy. */
  public EtcdServer addMember() {
    List<String> before = members.stream().map(EtcdCluster::bootstrapPart).toList();
    EtcdServer added = create();
    members.remove(added); // nobody to ask yet
    admin().addMember(added);
    members.add(added);
    String all = String.join(",", before) + "," + bootstrapPart(added);
    added.bootstrap(new Bootstrap(all, "existing", settings.token()));
    added.restart();
    return added;
  }

  /** Takes the member out of the cluster and deletes it, process, data and proxies. */
  public void removeMember(EtcdServer member) {
    String id = admin().memberId(member);
    members.remove(member);
    admin().removeMember(id);
    discard(member);
  }

  /** Takes the member out of the cluster, then adds another on new ports and returns it. */
  public EtcdServer replaceMember(EtcdServer member) {
    removeMember(member);
    return addMember();
  }

  /**
   * Deletes all data and starts the same members anew, with users and roles as at first. The
   * cluster id stays the same, unless members were added or removed.
   */
  public void wipe() {
    wipe(settings.token());
  }

  /** As {@link #wipe()}, with another token, which gives the cluster another id. */
  public void wipe(String token) {
    members.forEach(EtcdServer::deleteData);
    found(token);
    launch();
    settle();
  }

  /**
   * Replaces all data by a snapshot that {@link ClusterAdmin#snapshot} took. The cluster id stays
   * the same, unless members were added or removed.
   */
  public void restore(Path snapshot) {
    members.forEach(EtcdServer::deleteData);
    String all = join(EtcdCluster::bootstrapPart);
    for (EtcdServer member : members) {
      member.bootstrap(Bootstrap.fresh(all, settings.token()));
      member.restore(snapshot);
    }
    startAll();
  }

  /**
   * Replaces all members' certificates by ones of the first of these authorities; new connections
   * get them at once. The members trust clients of any of these authorities after their next start.
   */
  public void renewCertificates(TestCertificates... authorities) {
    settings.tls().renew(authorities);
  }

  @Override
  public void close() {
    List.copyOf(members).forEach(this::discard);
    peers.close();
  }

  private EtcdServer create() {
    EtcdServer member = settings.createMember(named++);
    members.add(member);
    if (settings.isPartitionable()) {
      peers.add(member);
    }
    if (settings.isProxied()) {
      proxies.put(member, TcpProxy.to(member.port()));
      member.advertise(clientUrl(member));
    }
    settings.advertised(members.indexOf(member)).ifPresent(member::advertise);
    return member;
  }

  private void discard(EtcdServer member) {
    members.remove(member);
    member.close();
    peers.remove(member);
    Optional.ofNullable(proxies.remove(member)).ifPresent(TcpProxy::close);
  }

  private void found(String token) {
    String all = join(EtcdCluster::bootstrapPart);
    members.forEach(member -> member.bootstrap(Bootstrap.fresh(all, token)));
  }

  private static String bootstrapPart(EtcdServer member) {
    return member.name() + "=" + member.peerUrl();
  }

  private void launch() {
    members.stream().filter(member -> !member.isAlive()).forEach(EtcdServer::launch);
  }

  private void settle() {
    awaitHealthy();
    settings.createUsers(this);
  }
}
