package io.etcdregistry.internal.etcd;

import io.etcdregistry.internal.telemetry.Telemetry;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.TlsChannelCredentials;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocketFactory;

/** Channels over TCP, each with what etcd needs. */
final class GrpcDialer implements Dialer {
  private static final long KEEP_ALIVE_SECONDS = 5; // etcd's floor: it hangs up on faster ones
  private static final long KEEP_ALIVE_TIMEOUT_SECONDS = 3;
  private static final long IDLE_SECONDS = 60;

  private final Transport transport;
  private final Loop loop;
  private final ChannelCredentials credentials;
  private final Optional<TlsFiles> files;

  /** Reads the files of the configuration; a {@code StoreException} says which one cannot be. */
  GrpcDialer(Optional<EtcdConfig.Tls> tls, Transport transport, Loop loop, Telemetry telemetry) {
    this.transport = transport;
    this.loop = loop;
    this.files = tls.map(paths -> new TlsFiles(paths, loop, telemetry));
    this.credentials =
        files.map(TlsFiles::credentials).orElseGet(InsecureChannelCredentials::create);
  }

  @Override
  public ManagedChannel dial(Address address) {
    return configure(address, credentials).build();
  }

  @Override
  public boolean tls() {
    return files.isPresent();
  }

  @Override
  public Optional<SSLSocketFactory> sockets() {
    return files.map(TlsFiles::sockets);
  }

  @Override
  public ManagedChannel dialOtherwise(Address address) {
    ChannelCredentials other =
        tls() ? InsecureChannelCredentials.create() : TlsChannelCredentials.create();
    return configure(address, other).build();
  }

  private ManagedChannelBuilder<?> configure(Address address, ChannelCredentials with) {
    // A percent sign begins the zone of an IPv6 address.
    String target = "dns:///" + address.toString().replace("%", "%25");
    ManagedChannelBuilder<?> builder =
        transport
            .channel(target, with)
            .executor(loop.executor())
            .disableRetry()
            .disableServiceConfigLookUp()
            .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
            .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
            .idleTimeout(IDLE_SECONDS, TimeUnit.SECONDS)
            .maxInboundMessageSize(MAX_MESSAGE)
            .userAgent("etcd-registry");
    if (address.loopback()) {
      // Nobody need be asked how it is reached, which may block, so no thread is needed for that.
      builder.proxyDetector(any -> null).offloadExecutor(loop.executor());
    }
    return builder;
  }

  @Override
  public void close() {
    files.ifPresent(TlsFiles::close);
  }
}
