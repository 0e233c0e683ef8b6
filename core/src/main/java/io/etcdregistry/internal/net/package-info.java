/** Which of this machine's addresses others can reach. */
package io.etcdregistry.internal.net;
