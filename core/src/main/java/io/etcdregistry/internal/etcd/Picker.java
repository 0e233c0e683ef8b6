package io.etcdregistry.internal.etcd;

import java.util.List;
import java.util.OptionalInt;

/**
 * Which endpoint is tried next: a pure decision.
 *
 * <p>The preferred one as long as it serves; then the others in the client's own order. One that
 * rests is passed over while another is left; when all rest, the one that has rested most is as
 * good as any, so that there is always somebody to ask.
 */
final class Picker {
  /**
   * An endpoint as far as picking goes.
   *
   * @param tried whether this call has tried it, in this round
   * @param rests the nanoseconds it has yet to rest; zero or less if it does not
   */
  record Candidate(boolean tried, long rests) {}

  private Picker() {}

  /**
   * Picks.
   *
   * @param candidates in the client's own order
   * @param preferred the index to begin with
   * @return the index to try; empty if all have been tried
   */
  static OptionalInt pick(List<Candidate> candidates, int preferred) {
    int most = -1;
    for (int i = 0; i < candidates.size(); i++) {
      int index = (preferred + i) % candidates.size();
      Candidate candidate = candidates.get(index);
      if (candidate.tried()) {
        continue;
      }
      if (candidate.rests() <= 0) {
        return OptionalInt.of(index);
      }
      if (most < 0 || candidate.rests() < candidates.get(most).rests()) {
        most = index;
      }
    }
    return most < 0 ? OptionalInt.empty() : OptionalInt.of(most);
  }
}
