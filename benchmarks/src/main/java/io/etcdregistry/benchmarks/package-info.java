/**
 * What the library costs, and others beside it. To run:
 *
 * <pre>
 * mvn -q package -pl benchmarks -am -DskipTests
 * java -jar benchmarks/target/benchmarks.jar PickBenchmark -prof gc        # one thread
 * java -jar benchmarks/target/benchmarks.jar PickBenchmark -prof gc -t max # as many as cores
 * java -jar benchmarks/target/benchmarks.jar PeersBenchmark -prof gc       # others
 * java -cp benchmarks/target/benchmarks.jar io.etcdregistry.benchmarks.DevServerBenchmark ETCD_HOME
 * java -cp benchmarks/target/benchmarks.jar io.etcdregistry.benchmarks.CommandLineBenchmark ETCD_HOME \
 *     cli/target/dist/bin/etcd-registry
 * </pre>
 */
package io.etcdregistry.benchmarks;
