package io.etcdregistry.internal.balance;

/**
 * The member with the fewest calls under way for its weight; among equals the first from a place
 * drawn by weight, so that a client that makes one call at a time keeps to the weights, too. Ends
 * with the first member that has no call under way: looks at all of them only when all are busy.
 *
 * <p>Least connections, as in nginx and HAProxy.
 */
final class LeastPending implements Selector {
  private final Selector starts;
  private final Node[] nodes;
  private final double[] weights;

  LeastPending(Selector starts, Table table) {
    this.starts = starts;
    this.nodes = table.nodes();
    this.weights = table.weights();
  }

  @Override
  public int next() {
    int place = starts.next();
    int best = place;
    double least = nodes[place].pending() / weights[place];
    for (int looked = 1; looked < nodes.length && least > 0; looked++) {
      place = place + 1 == nodes.length ? 0 : place + 1;
      double load = nodes[place].pending() / weights[place];
      if (load < least) {
        best = place;
        least = load;
      }
    }
    return best;
  }
}
