/**
 * What an operator may want to know: the one place that the other packages report to. It counts,
 * logs and tells the observers.
 */
package io.etcdregistry.internal.telemetry;
