package io.etcdregistry.it.harness;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What members of a cluster reach each other through: a proxy before each member's peer port. All
 * senders to a member share its proxy, because etcd wants every member to know the others by the
 * same URLs; so the proxy tells connections apart by the process they come from.
 */
final class PeerNetwork implements AutoCloseable {
  private final Map<EtcdServer, TcpProxy> proxies = new ConcurrentHashMap<>();
  private Set<String> island = Set.of();

  /** Puts a proxy before a member that was not started yet. */
  void add(EtcdServer member) {
    TcpProxy proxy = TcpProxy.to(member.peerPort(), this::nameOf);
    member.peerUrl("http://" + proxy.address());
    proxies.put(member, proxy);
    apply(member, proxy);
  }

  void remove(EtcdServer member) {
    Optional.ofNullable(proxies.remove(member)).ifPresent(TcpProxy::close);
  }

  /** Nothing passes between these members and the others, either way; within each side all does. */
  void isolate(Set<String> members) {
    island = Set.copyOf(members);
    proxies.forEach(this::apply);
  }

  private void apply(EtcdServer member, TcpProxy proxy) {
    Set<String> cutOff = island;
    boolean onIsland = cutOff.contains(member.name());
    proxy.cut(source -> cutOff.contains(source) != onIsland);
  }

  private String nameOf(int fromPort, int toPort) {
    return LoopbackSockets.inode(fromPort, toPort)
        .flatMap(
            inode ->
                proxies.keySet().stream().filter(member -> isHeldBy(member, inode)).findFirst())
        .map(EtcdServer::name)
        .orElse("");
  }

  private static boolean isHeldBy(EtcdServer member, String inode) {
    return member.runningPid().isPresent()
        && LoopbackSockets.holds(member.runningPid().getAsLong(), inode);
  }

  @Override
  public void close() {
    proxies.values().forEach(TcpProxy::close);
    proxies.clear();
  }
}
