/**
 * The fault matrix: everything that happens to a real cluster on a bad day, with two hundred joined
 * instances in client processes, and a checker that holds what the readers saw against what etcd
 * itself says happened.
 *
 * <p>A row is a test method with {@link io.etcdregistry.it.faults.Row}. It plays in a {@link
 * io.etcdregistry.it.faults.Scene}, and leaves its figures for {@link
 * io.etcdregistry.it.faults.FaultReport}.
 */
package io.etcdregistry.it.faults;
