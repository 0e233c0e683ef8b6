package io.etcdregistry.internal.store;

/**
 * What the port promises, as tests. Written against a real etcd, and held against everything that
 * stands in for one: a backend that differs is wrong.
 */
public abstract class StoreContract extends StoreSuite
    implements CommitContract,
        GuardContract,
        ListContract,
        LeaseContract,
        WatchContract,
        WatchHistoryContract,
        CompactionContract,
        ClosingContract {}
