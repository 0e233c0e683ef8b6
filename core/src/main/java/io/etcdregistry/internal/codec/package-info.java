/** How services and instances are laid out as keys of etcd. */
@NullMarked
package io.etcdregistry.internal.codec;

import org.jspecify.annotations.NullMarked;
