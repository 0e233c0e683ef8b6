/**
 * What the library costs. To run:
 *
 * <pre>
 * mvn -q package -pl benchmarks -am -DskipTests
 * java -jar benchmarks/target/benchmarks.jar PickBenchmark -prof gc        # one thread
 * java -jar benchmarks/target/benchmarks.jar PickBenchmark -prof gc -t max # as many as cores
 * java -cp benchmarks/target/benchmarks.jar io.etcdregistry.benchmarks.DevServerBenchmark ETCD_HOME
 * </pre>
 */
package io.etcdregistry.benchmarks;
