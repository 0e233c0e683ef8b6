/** Lists of many instances, of which each differs a little from the one before. */
package io.etcdregistry.internal.roster;
