/** Eureka's server and client as programs that lines on their standard input tell what to do. */
package io.etcdregistry.benchmarks.eureka;
