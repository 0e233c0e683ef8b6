/**
 * This library beside what else does its work: the same work, in the same run, in turns. Each
 * contender's answers are checked before its time counts.
 *
 * <p>What is compared: the npm package {@code etcd-registry} on etcd's v2 API, Apache Curator on a
 * ZooKeeper in the same JVM, Eureka, Spring Cloud LoadBalancer, and "raw": etcd v3 by bare gRPC, no
 * more than the work itself.
 */
package io.etcdregistry.benchmarks.peers;
