package io.etcdregistry.cli;

import io.etcdregistry.RegistryException;
import io.etcdregistry.internal.diagnosis.EndpointReport;
import io.etcdregistry.internal.diagnosis.Inspector;
import io.etcdregistry.internal.diagnosis.Inspector.Right;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Who may do what: rights, the lack of them, and namespaces. */
final class RightsCheck {
  private static final String AUTH = "auth";
  private static final String RIGHTS = "rights";
  private static final int NAME_AND_ID = 2;

  private final Inspector inspector;
  private final List<EndpointReport> endpoints;
  private final Mends mends;
  private final List<Finding> findings = new ArrayList<>();

  RightsCheck(Inspector inspector, List<EndpointReport> endpoints, Mends mends) {
    this.inspector = inspector;
    this.endpoints = endpoints;
    this.mends = mends;
  }

  /**
   * What is found.
   *
   * @throws RegistryException if etcd answers nothing: then nothing else need be asked
   */
  List<Finding> findings() {
    Optional<String> refusal = inspector.refusal();
    if (refusal.isPresent()) {
      findings.add(stranger(refusal.get()));
      return findings;
    }
    rights();
    namespaces();
    return findings;
  }

  private String who() {
    return inspector.user().map(user -> "the user " + user).orElse("whoever has no user");
  }

  private Finding stranger(String answer) {
    return inspector
        .user()
        .map(
            user ->
                Finding.problem(
                    AUTH,
                    "etcd does not take us for the user " + user + ": " + answer,
                    "Nothing can join or be found.",
                    mends.etcdctl("user passwd " + Mends.quoted(user))
                        + ", or give the password that it has"))
        .orElseGet(
            () ->
                Finding.problem(
                    AUTH,
                    "etcd wants to know the user: " + answer,
                    "Nothing can join or be found.",
                    "name one in the connection, -e USER@HOST or ?user=USER, and have its password"
                        + " in ETCD_REGISTRY_PASSWORD or a passwordFile"));
  }

  private void rights() {
    String range = range(inspector.prefix());
    Optional<String> read = inspector.missing(Right.READ);
    Optional<String> write = inspector.missing(Right.WRITE);
    read.ifPresent(
        answer ->
            findings.add(
                Finding.problem(
                    RIGHTS,
                    who() + " may not read " + range + " (" + answer + ")",
                    "Nothing can be looked up.",
                    grant("read", inspector.prefix()))));
    write.ifPresent(
        answer ->
            findings.add(
                Finding.note(
                    RIGHTS,
                    who() + " may not write " + range + " (" + answer + ")",
                    "Clients need no more; services cannot join.",
                    grant("readwrite", inspector.prefix()))));
    overrides();
    if (read.isEmpty() && write.isEmpty()) {
      findings.add(Finding.ok(RIGHTS, who() + " may read and write " + range));
    }
    nested();
    if (inspector.user().isEmpty() && read.isEmpty()) {
      findings.add(
          Finding.note(
              AUTH,
              "etcd asks for no user",
              "Whoever reaches it can change and delete every record.",
              mends.etcdctl("user add root") + " && " + mends.etcdctl("auth enable")));
    }
  }

  private void overrides() {
    inspector
        .missing(Right.READ_OVERRIDES)
        .ifPresent(
            answer ->
                findings.add(
                    Finding.note(
                        RIGHTS,
                        who()
                            + " may not read "
                            + range(inspector.overrides())
                            + " ("
                            + answer
                            + ")",
                        "What operators say with drain and disable is not heard.",
                        grant("read", inspector.overrides()))));
  }

  /** Where the user may write everywhere, the versions tell. */
  private void nested() {
    if (inspector.user().isPresent() && inspector.nestedUnchecked().orElseGet(this::hasOldMember)) {
      findings.add(
          Finding.problem(
              RIGHTS,
              "this etcd does not check rights inside nested transactions",
              "Every user of the cluster can read and write everything, whatever its roles say.",
              "upgrade etcd to 3.4.42, 3.5.28, 3.6.9 or newer; until then give users to trusted"
                  + " programs only"));
    }
  }

  private boolean hasOldMember() {
    return endpoints.stream()
        .flatMap(endpoint -> endpoint.status().stream())
        .anyMatch(status -> EtcdVersion.parse(status.version()).trustsNestedTransactions());
  }

  private static String range(String prefix) {
    return prefix + " to " + end(prefix);
  }

  private static String end(String prefix) {
    return prefix.substring(0, prefix.length() - 1) + "0";
  }

  /** By a role of its own, which is there already if something else was granted so before. */
  private String grant(String right, String prefix) {
    String user = Mends.quoted(inspector.user().orElse("USER"));
    String role = Mends.quoted("etcd-registry-" + inspector.user().orElse("USER"));
    return mends.etcdctl("role add " + role)
        + "; "
        + mends.etcdctl(
            "role grant-permission " + role + " " + right + " " + prefix + " " + end(prefix))
        + " && "
        + mends.etcdctl("user grant-role " + user + " " + role);
  }

  private void namespaces() {
    List<String> keys;
    try {
      keys = inspector.allKeys();
    } catch (RegistryException e) {
      // Who may see one namespace only cannot be told of others, and need not be.
      return;
    }
    Set<String> namespaces = new TreeSet<>();
    boolean bare = false;
    for (String key : keys) {
      List<String> parts = List.of(key.split("/", -1));
      bare |= parts.size() == NAME_AND_ID + 1;
      if (parts.size() > NAME_AND_ID + 1) {
        namespaces.add(String.join("/", parts.subList(1, parts.size() - NAME_AND_ID)));
      }
    }
    if (bare && !namespaces.isEmpty()) {
      findings.add(
          Finding.note(
              "namespace",
              "there are records without a namespace beside the namespaces "
                  + namespaces.stream().limit(5).collect(Collectors.joining(", "))
                  + (namespaces.size() > 5 ? ", ..." : ""),
              "Rights to the records without a namespace (services/) are rights to all namespaces.",
              "give those services a namespace: -e HOST/NAMESPACE"));
    }
  }
}
