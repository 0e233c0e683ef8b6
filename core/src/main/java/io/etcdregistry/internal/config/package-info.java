/** The connection string: one line of text that says all a registry needs to know. */
package io.etcdregistry.internal.config;
