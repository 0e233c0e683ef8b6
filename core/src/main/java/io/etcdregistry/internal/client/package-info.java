/** The registry itself: the public verbs on top of views and the reconciler. */
package io.etcdregistry.internal.client;
