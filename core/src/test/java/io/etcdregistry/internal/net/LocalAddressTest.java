package io.etcdregistry.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcdregistry.RegistryException;
import io.etcdregistry.RegistryException.Reason;
import io.etcdregistry.internal.net.LocalAddress.Choice;
import io.etcdregistry.internal.net.LocalAddress.Wish;
import io.etcdregistry.internal.net.Network.Interface;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LocalAddressTest {
  private static final String LO = "lo=127.0.0.1 ::1";
  private static final String NO_ROUTE =
      "no route leads out and it is the first one, on interface ";
  private static final String ALONE =
      "this machine has no other address; other machines cannot reach it";
  private static final Wish NOTHING = wish("", "", "");

  private static InetAddress ip(String text) {
    return Ip.parse(text).orElseThrow();
  }

  private static List<InetAddress> ips(String text) {
    return text.isEmpty()
        ? List.of()
        : Arrays.stream(text.split(" ", -1)).map(LocalAddressTest::ip).toList();
  }

  private static Wish wish(String hostname, String networkInterface, String cidr) {
    return new Wish(
        Optional.of(hostname).filter(s -> !s.isEmpty()),
        Optional.of(networkInterface).filter(s -> !s.isEmpty()),
        Cidr.parse(cidr),
        List.of());
  }

  /** {@code lo=127.0.0.1 ::1; eth0=10.0.0.1}, in the order of their index. */
  private static Network network(String interfaces, String towardEtcd, String out) {
    List<Interface> list = new ArrayList<>();
    for (String each : interfaces.isEmpty() ? new String[0] : interfaces.split("; ", -1)) {
      String name = each.substring(0, each.indexOf('='));
      List<InetAddress> addresses = ips(each.substring(each.indexOf('=') + 1));
      list.add(new Interface(name, list.size() + 1, Interface.leadsInward(name), addresses));
    }
    Collections.reverse(list); // the order in which they are found does not count
    return new Network(list, Ip.parse(towardEtcd), ips(out));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // interfaces | toward etcd | out | address | why
        "lo=127.0.0.1; eth0=10.0.0.1|''|10.0.0.1|10.0.0.1|packets to the world leave from it",
        "lo=127.0.0.1; eth0=10.0.0.1; eth1=10.1.0.1|10.1.0.1|10.0.0.1|10.1.0.1|packets to etcd leave from it, on interface eth1",
        "lo=127.0.0.1; eth0=10.0.0.1; docker0=172.17.0.1|172.17.0.1|10.0.0.1|10.0.0.1|packets to the world leave from it",
        "lo=127.0.0.1; eth0=10.0.0.1; br-1f=172.18.0.1|172.18.0.1|''|10.0.0.1|" + NO_ROUTE + "eth0",
        "lo=127.0.0.1; eth0=10.0.0.1|127.0.0.1|10.0.0.1|10.0.0.1|packets to the world leave from it",
        "lo=127.0.0.1; eth0=fd00::1|''|fd00::1|fd00::1|packets to the world leave from it",
        "lo=127.0.0.1; eth0=10.0.0.1 fd00::1|''|10.0.0.1 fd00::1|10.0.0.1|packets to the world leave from it",
        "lo=127.0.0.1; eth0=fe80::1 2001:db8::5|''|''|2001:db8::5|" + NO_ROUTE + "eth0",
        "lo=127.0.0.1; eth0=fd00::1; eth1=10.0.0.1|''|''|10.0.0.1|" + NO_ROUTE + "eth1",
        "lo=127.0.0.1; eth1=10.0.0.2; eth0=10.0.0.1|''|''|10.0.0.2|" + NO_ROUTE + "eth1",
        "lo=127.0.0.1; docker0=172.17.0.1; eth0=192.168.1.10|''|''|192.168.1.10|"
            + NO_ROUTE
            + "eth0",
        "lo=127.0.0.1; docker0=172.17.0.1; eth0=fd00::7|''|''|fd00::7|" + NO_ROUTE + "eth0",
        "lo=127.0.0.1; docker0=172.17.0.1|''|''|172.17.0.1|" + NO_ROUTE + "docker0",
        "lo=127.0.0.1; eth0=169.254.1.1; wg0=10.9.0.1|''|''|10.9.0.1|" + NO_ROUTE + "wg0",
        "lo=127.0.0.1; eth0=169.254.1.1|''|''|169.254.1.1|" + NO_ROUTE + "eth0",
        "lo=127.0.0.1; tun0=10.8.0.2|''|10.8.0.2|10.8.0.2|packets to the world leave from it",
        "lo=127.0.0.1 ::1; eth0=fe80::1|''|''|127.0.0.1|" + ALONE,
        "lo=127.0.0.1|''|127.0.0.1|127.0.0.1|" + ALONE,
        "''|''|''|127.0.0.1|" + ALONE,
      })
  void choose_nothingSaid_takesWhatOthersReach(
      String interfaces, String etcd, String out, String address, String why) {
    assertThat(LocalAddress.choose(NOTHING, network(interfaces, etcd, out)))
        .isEqualTo(new Choice(address, why, !why.equals(ALONE)));
  }

  @ParameterizedTest
  @CsvSource({
    "eth1, '', 10.1.0.1, 'interface eth1 is configured, on interface eth1'",
    "lo, '', 127.0.0.1, 'interface lo is configured, on interface lo'",
    "docker0, '', 172.17.0.1, 'interface docker0 is configured, on interface docker0'",
    "'', 10.1.0.0/16, 10.1.0.1, 'cidr 10.1.0.0/16 is configured, on interface eth1'",
    "'', 10.0.0.0/8, 10.0.0.2, 'cidr 10.0.0.0/8 is configured, on interface eth0'",
    "'', fd00::/8, fd00::1, 'cidr fd00::/8 is configured, on interface eth1'",
    "eth1, fd00::/8, fd00::1,"
        + " 'interface eth1 with cidr fd00::/8 is configured, on interface eth1'",
  })
  void choose_interfaceOrBlock_isFollowed(String nic, String cidr, String address, String why) {
    Network network =
        network(
            LO + "; eth0=10.0.0.1 10.0.0.2; eth1=fd00::1 10.1.0.1; docker0=172.17.0.1",
            "172.17.0.1",
            "10.0.0.2");

    assertThat(LocalAddress.choose(wish("", nic, cidr), network))
        .isEqualTo(new Choice(address, why, !why.equals(ALONE)));
  }

  @ParameterizedTest
  @CsvSource({
    "eth9, '', interface eth9",
    "'', 10.2.0.0/16, cidr 10.2.0.0/16",
    "eth0, fd00::/8, interface eth0 with cidr fd00::/8"
  })
  void choose_interfaceOrBlockThatIsNotThere_isRefused(String nic, String cidr, String asked) {
    assertThatThrownBy(
            () ->
                LocalAddress.choose(
                    wish("", nic, cidr), network("lo=127.0.0.1; eth0=10.0.0.1", "", "10.0.0.1")))
        .hasMessage(
            asked
                + ": no such address on this machine"
                + " (expected: lo with 127.0.0.1, eth0 with 10.0.0.1)")
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID));
  }

  @Test
  void choose_hostname_isTaken() {
    Choice choice = new Choice("db.example", "it is configured", true);

    assertThat(LocalAddress.find(wish("db.example", "", ""))).isEqualTo(choice);
    assertThat(LocalAddress.find(NOTHING.or(Optional.of("db.example")))).isEqualTo(choice);
    assertThat(wish("a", "", "").or(Optional.empty()).hostname()).hasValue("a");
  }

  @Test
  void find_thisMachine_isNotLoopbackIfThereIsAnother() throws Exception {
    Choice choice = LocalAddress.find(NOTHING);

    InetAddress found = ip(choice.address());
    assertThat(NetworkInterface.getByInetAddress(found)).as("%s", choice).isNotNull();
    boolean another =
        Network.look(List.of()).interfaces().stream()
            .flatMap(each -> each.addresses().stream())
            .anyMatch(a -> !a.isLoopbackAddress() && !a.isLinkLocalAddress());
    assertThat(found.isLoopbackAddress()).as("%s", choice).isEqualTo(!another);
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker0", "br-12ab", "veth1", "vEthernet (WSL)", "cali1", "tun0", "wg0"})
  void leadsInward_containersGuestsAndTunnels(String name) {
    assertThat(Interface.leadsInward(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"eth0", "enp3s0", "br0", "bond0", "wlan0", "wlp2s0", "en0", "ens5", "lo"})
  void leadsInward_others(String name) {
    assertThat(Interface.leadsInward(name)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "0:0:0:0:0:0:0:0, ::",
    "0:0:0:0:0:0:0:1, ::1",
    "2001:DB8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "fe80:0:0:0:0:0:0:0, fe80::",
    "1:0:0:2:0:0:0:3, 1:0:0:2::3",
    "10.0.0.1, 10.0.0.1",
    "::ffff:10.0.0.1, 10.0.0.1"
  })
  void text_isCanonical(String given, String text) {
    assertThat(Ip.text(ip(given))).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "host",
        "1",
        "1.2.3",
        "1.2.3.256",
        "1.2.3.4.5",
        "fe80::1%lo",
        ":",
        "g::1",
        "[::1]"
      })
  void parse_whatIsNoAddress_isEmpty(String text) {
    assertThat(Ip.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.1.1, true",
    "10.0.0.0/8, 11.0.0.0, false",
    "10.1.2.3/32, 10.1.2.3, true",
    "10.1.2.3/31, 10.1.2.2, true",
    "10.1.2.3/32, 10.1.2.2, false",
    "0.0.0.0/0, 9.9.9.9, true",
    "0.0.0.0/0, ::9, false",
    "fd00::/8, fdff::1, true",
    "fd00::/9, fdff::1, false"
  })
  void contains_comparesLeadingBits(String cidr, String address, boolean contains) {
    assertThat(Cidr.parse(cidr).orElseThrow().contains(ip(address))).isEqualTo(contains);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10.0.0.0",
        "10.0.0.0/",
        "10.0.0.0/33",
        "::/129",
        "host/8",
        "10.0.0.0/-1",
        "/8"
      })
  void cidr_malformed_isEmpty(String text) {
    assertThat(Cidr.parse(text)).isEmpty();
  }
}
