/** An in-process, in-memory etcd v3 for development and tests: {@link DevServer} is all of it. */
package io.etcdregistry.devserver;
