package io.etcdregistry.internal.store;

/**
 * A key with its value and its history.
 *
 * @param key the key, a char for each byte
 * @param value the bytes; never changed by anyone
 * @param createRevision the revision that created the key
 * @param modRevision the revision that wrote this value
 * @param lease the lease it dies with, or 0
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a record: equality is by revision
public record KeyValue(
    String key, byte[] value, long createRevision, long modRevision, long lease) {}
