/** Keys and documents: what a record looks like in etcd. */
package io.etcdregistry.internal.codec;
