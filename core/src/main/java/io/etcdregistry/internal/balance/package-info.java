/**
 * Choosing one instance of many: tables that are built with each snapshot, what calls tell of an
 * instance, and who is left out for it.
 */
package io.etcdregistry.internal.balance;
