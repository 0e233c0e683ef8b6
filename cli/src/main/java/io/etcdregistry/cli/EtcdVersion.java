package io.etcdregistry.cli;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of etcd, as a member says it; what follows the three numbers does not count. */
record EtcdVersion(int major, int minor, int patch) implements Comparable<EtcdVersion> {
  private static final Pattern TEXT =
      Pattern.compile("(\\d{1,5})\\.(\\d{1,5})(?:\\.(\\d{1,5}))?.*");

  private static final Comparator<EtcdVersion> ORDER =
      Comparator.comparingInt(EtcdVersion::major)
          .thenComparingInt(EtcdVersion::minor)
          .thenComparingInt(EtcdVersion::patch);

  /** Reads one; what is no version is newer than all that are known. */
  static EtcdVersion parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      return new EtcdVersion(Integer.MAX_VALUE, 0, 0);
    }
    String patch = matcher.group(3);
    return new EtcdVersion(
        Integer.parseInt(matcher.group(1)),
        Integer.parseInt(matcher.group(2)),
        patch == null ? 0 : Integer.parseInt(patch));
  }

  boolean isBefore(int otherMajor, int otherMinor, int otherPatch) {
    return compareTo(new EtcdVersion(otherMajor, otherMinor, otherPatch)) < 0;
  }

  /**
   * Whether it checks no rights inside nested transactions (CVE-2026-33343), which was mended in
   * three lines at the same time.
   */
  boolean trustsNestedTransactions() {
    return switch (minor) {
      case 5 -> major == 3 && patch < 28;
      case 6 -> major == 3 && patch < 9;
      default -> isBefore(3, 4, 42);
    };
  }

  @Override
  public int compareTo(EtcdVersion other) {
    return ORDER.compare(this, other);
  }
}
