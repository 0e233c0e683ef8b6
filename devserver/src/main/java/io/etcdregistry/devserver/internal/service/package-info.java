/**
 * The engine on the wire: etcd's gRPC services, the watches, the lease timer, threads, transport.
 */
package io.etcdregistry.devserver.internal.service;
