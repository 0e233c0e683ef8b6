package io.etcdregistry.internal.store;

import java.util.List;

/**
 * A stream that carries watches, each under an id that the caller chose. Thread-safe. After it
 * broke or was closed every call is ignored.
 */
public interface WatchStream {
  /**
   * Begins a watch.
   *
   * @param id unused on this stream so far, positive
   * @param range what to watch
   * @param from the first revision to tell of, or 0 for what comes
   */
  void create(long id, KeyRange range, long from);

  /**
   * Ends a watch. Events under way may still come.
   *
   * @param id as it was created
   */
  void cancel(long id);

  /** Asks for a sign of life, answered by {@link Listener#progress}. */
  void requestProgress();

  /**
   * Ends the stream; its listener hears nothing more.
   *
   * @param silent whether this is because answers failed to come: the endpoint is then left alone
   *     for a while, so that the next stream goes elsewhere
   */
  void close(boolean silent);

  /** Hears a stream's answers. */
  interface Listener {
    /**
     * A watch is set up. Says nothing of what has been delivered.
     *
     * @param id as it was created
     * @param header the cluster, and its revision then
     */
    void created(long id, Header header);

    /**
     * Events of one or more whole revisions, in order.
     *
     * @param id the watch
     * @param header the cluster, and its revision when they were sent
     * @param events at least one
     */
    void events(long id, Header header, List<Event> events);

    /**
     * A watch was refused or ended by etcd.
     *
     * @param id the watch
     * @param compactRevision the oldest revision that could be watched, or 0 if that is not the
     *     cause
     * @param cause why
     */
    void canceled(long id, long compactRevision, StoreException cause);

    /** A sign of life. Says nothing of what has been delivered. */
    void progress();

    /**
     * The stream ended by itself: the last call of this listener.
     *
     * @param cause why
     */
    void broken(StoreException cause);
  }

  /**
   * One change of a key.
   *
   * @param pair the key as it is now; for a delete only key and modRevision mean anything
   * @param deleted whether it is gone
   */
  record Event(KeyValue pair, boolean deleted) {}
}
