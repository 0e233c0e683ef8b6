/** What a program may replace in a registry: its clock. */
package io.etcdregistry.spi;
