package io.etcdregistry.it.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** How to start an {@link EtcdCluster}. */
public final class EtcdClusterBuilder {
  private static final String ROOT_PASSWORD = "root-secret";

  private final List<Consumer<Etcdctl>> users = new ArrayList<>();
  private EtcdServer.Builder members = EtcdServer.builder();
  private List<String> advertised = List.of();
  private Optional<ClusterTls> tls = Optional.empty();
  private String token = "etcd-cluster";
  private int size = 3;
  private boolean proxied;
  private boolean partitionable;
  private boolean auth;

  EtcdClusterBuilder() {}

  /** How many members; 3 at first. */
  public EtcdClusterBuilder size(int value) {
    size = value;
    return this;
  }

  /** Settings of each member, in place of all said so far about flags and TLS. */
  public EtcdClusterBuilder members(EtcdServer.Builder value) {
    members = value.copy();
    return this;
  }

  /**
   * Puts a {@link TcpProxy} before each member's client port. The members advertise the proxies, so
   * that clients stay behind them when they learn of members.
   */
  public EtcdClusterBuilder proxied(boolean value) {
    proxied = value;
    return this;
  }

  /** Puts proxies between members too, for {@link EtcdCluster#isolate}. */
  public EtcdClusterBuilder partitionable(boolean value) {
    partitionable = value;
    return this;
  }

  /** Adds a flag of etcd to all members, for example {@code --auth-token-ttl=2}. */
  public EtcdClusterBuilder flag(String flag) {
    members.flag(flag);
    return this;
  }

  /** What the founding members give to clients as their URLs, in place of what leads to them. */
  public EtcdClusterBuilder advertise(List<String> urls) {
    advertised = List.copyOf(urls);
    return this;
  }

  /** The cluster's token: clusters of the same token and peer URLs have the same id. */
  public EtcdClusterBuilder token(String value) {
    token = value;
    return this;
  }

  /** Serves clients over TLS only, to those with a certificate of this authority. */
  public EtcdClusterBuilder tls(TestCertificates certificates) {
    ClusterTls files = ClusterTls.create(certificates);
    files.applyTo(members);
    tls = Optional.of(files);
    return this;
  }

  /**
   * Switches authentication on, with the user {@code root} for the harness. Passwords are hashed
   * cheaply, which {@code flag("--bcrypt-cost=10")} after this undoes.
   */
  public EtcdClusterBuilder auth() {
    auth = true;
    members.flag("--bcrypt-cost=4");
    return this;
  }

  /**
   * Adds a user with the least rights that a service needs, and switches authentication on.
   *
   * @param namespace without the slashes around it; may be empty
   */
  public EtcdClusterBuilder service(String user, String password, String namespace) {
    return user(etcdctl -> etcdctl.addService(user, password, namespace));
  }

  /** Adds a user with the least rights that a reader needs, as {@link #service}. */
  public EtcdClusterBuilder reader(String user, String password, String namespace) {
    return user(etcdctl -> etcdctl.addReader(user, password, namespace));
  }

  private EtcdClusterBuilder user(Consumer<Etcdctl> user) {
    users.add(user);
    return auth ? this : auth();
  }

  /** Starts all members; returns when they are healthy and the users are there. */
  public EtcdCluster start() {
    return EtcdCluster.start(this);
  }

  int size() {
    return size;
  }

  String token() {
    return token;
  }

  boolean isProxied() {
    return proxied;
  }

  boolean isPartitionable() {
    return partitionable;
  }

  ClusterTls tls() {
    return tls.orElseThrow(() -> new IllegalStateException("this cluster was started without tls"));
  }

  Optional<String> advertised(int index) {
    return index < advertised.size() ? Optional.of(advertised.get(index)) : Optional.empty();
  }

  EtcdServer createMember(int number) {
    return members.copy().name("m" + number).create();
  }

  /** With the rights to do all. */
  Etcdctl asRoot(Etcdctl etcdctl) {
    Etcdctl trusted = withTls(etcdctl);
    return auth ? trusted.as("root", ROOT_PASSWORD) : trusted;
  }

  private Etcdctl withTls(Etcdctl etcdctl) {
    return tls.map(files -> files.applyTo(etcdctl)).orElse(etcdctl);
  }

  void createUsers(EtcdCluster cluster) {
    if (auth) {
      Etcdctl nobody = withTls(cluster.member(0).etcdctl());
      users.forEach(user -> user.accept(nobody));
      var unused = nobody.enableAuth(ROOT_PASSWORD);
    }
  }
}
