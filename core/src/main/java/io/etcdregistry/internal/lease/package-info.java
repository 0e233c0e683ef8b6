/**
 * Leases: one for each distinct effective TTL of a client, granted when wanted, renewed while
 * wanted, granted anew when lost.
 */
package io.etcdregistry.internal.lease;
