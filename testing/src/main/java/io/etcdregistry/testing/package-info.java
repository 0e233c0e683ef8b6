/** What tests of programs that use a registry need: an etcd, its faults, and time. */
package io.etcdregistry.testing;
