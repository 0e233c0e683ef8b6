/** What readers see: immutable snapshots of a name or a namespace, behind one volatile. */
package io.etcdregistry.internal.view;
