package io.etcdregistry;

/**
 * What the instances of one service have alike.
 *
 * @param stored whether they stand in etcd
 * @param prefix the beginning of their keys, up to the last {@code /}; empty if they do not stand
 *     in etcd
 * @param name see {@link Instance#name}
 */
record Place(boolean stored, String prefix, String name) {
  /** Of those that do not stand in etcd. */
  static Place nowhere(String name) {
    return new Place(false, "", name);
  }
}
