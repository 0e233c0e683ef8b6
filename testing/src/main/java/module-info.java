import org.jspecify.annotations.NullMarked;

/** A registry, an etcd in memory, its faults and its time for JUnit tests. */
@NullMarked
module io.etcdregistry.testing {
  exports io.etcdregistry.testing;

  requires transitive io.etcdregistry;
  requires transitive io.etcdregistry.devserver;
  requires transitive org.junit.jupiter.api;
  requires static transitive org.jspecify;
}
