package io.etcdregistry.internal.watch;

/** What {@link RangeMachine} decides in every state about every event; "-" is nothing. */
final class RangeDecisions {
  static final String TABLE =
      """
      new                       | START       | UNLOADED, call 1, never due: LIST
      new                       | LISTED      | -
      new                       | LIST_FAILED | -
      new                       | REFUSED     | UNLOADED, due 1100, failed 1
      new                       | STREAM_UP   | UNLOADED, stream
      new                       | STREAM_BACK | UNLOADED, stream
      new                       | STREAM_DOWN | UNLOADED, doubtful
      new                       | CREATED     | -
      new                       | COMPACTED   | -
      new                       | CANCELED    | -
      new                       | RESET       | UNLOADED, call 1, reset, never due: LIST
      new                       | DOUBTED     | UNLOADED, doubtful
      new                       | TICK        | UNLOADED, call 1, never due: LIST
      new                       | TICK early  | -

      own, no stream            | START       | -
      own, no stream            | LISTED      | -
      own, no stream            | LIST_FAILED | -
      own, no stream            | REFUSED     | UNLOADED, due 1100, failed 1
      own, no stream            | STREAM_UP   | WATCHED, stream: WATCH
      own, no stream            | STREAM_BACK | WATCHED, stream: WATCH
      own, no stream            | STREAM_DOWN | -
      own, no stream            | CREATED     | -
      own, no stream            | COMPACTED   | -
      own, no stream            | CANCELED    | -
      own, no stream            | RESET       | UNLOADED, seen 0, call 1, reset: LIST
      own, no stream            | DOUBTED     | LOADED, doubtful
      own, no stream            | TICK        | -
      own, no stream            | TICK early  | -

      own, stream               | START       | WATCHED: WATCH
      own, stream               | LISTED      | -
      own, stream               | LIST_FAILED | -
      own, stream               | REFUSED     | UNLOADED, due 1100, failed 1
      own, stream               | STREAM_UP   | WATCHED: WATCH
      own, stream               | STREAM_BACK | WATCHED: WATCH
      own, stream               | STREAM_DOWN | LOADED, no stream
      own, stream               | CREATED     | -
      own, stream               | COMPACTED   | -
      own, stream               | CANCELED    | -
      own, stream               | RESET       | UNLOADED, seen 0, call 1, reset: LIST
      own, stream               | DOUBTED     | LOADED, doubtful
      own, stream               | TICK        | -
      own, stream               | TICK early  | -

      own, watched              | START       | -
      own, watched              | LISTED      | -
      own, watched              | LIST_FAILED | -
      own, watched              | REFUSED     | UNLOADED, stale, due 1100, failed 1: UNWATCH TELL_STALE
      own, watched              | STREAM_UP   | -
      own, watched              | STREAM_BACK | -
      own, watched              | STREAM_DOWN | LOADED, no stream, stale: TELL_STALE
      own, watched              | CREATED     | -
      own, watched              | COMPACTED   | UNLOADED, stale, due 550, failed 1: TELL_STALE
      own, watched              | CANCELED    | UNLOADED, stale, due 55, failed 1: TELL_STALE
      own, watched              | RESET       | UNLOADED, seen 0, call 1, stale, reset: UNWATCH TELL_STALE LIST
      own, watched              | DOUBTED     | WATCHED, doubtful
      own, watched              | TICK        | -
      own, watched              | TICK early  | -

      listing                   | START       | -
      listing                   | LISTED      | WATCHED, seen 20, no call, live, due 306000: DELIVER WATCH TELL_LIVE
      listing                   | LIST_FAILED | UNLOADED, no call, due 55, failed 1
      listing                   | REFUSED     | UNLOADED, no call, due 1100, failed 1
      listing                   | STREAM_UP   | -
      listing                   | STREAM_BACK | -
      listing                   | STREAM_DOWN | UNLOADED, no stream, doubtful
      listing                   | CREATED     | -
      listing                   | COMPACTED   | -
      listing                   | CANCELED    | -
      listing                   | RESET       | UNLOADED, call 5, reset: LIST
      listing                   | DOUBTED     | UNLOADED, doubtful
      listing                   | TICK        | -
      listing                   | TICK early  | -

      listing, no stream        | START       | -
      listing, no stream        | LISTED      | LOADED, seen 20, no call, due 306000: DELIVER TELL_STALE
      listing, no stream        | LIST_FAILED | UNLOADED, no call, due 55, failed 1
      listing, no stream        | REFUSED     | UNLOADED, no call, due 1100, failed 1
      listing, no stream        | STREAM_UP   | UNLOADED, stream
      listing, no stream        | STREAM_BACK | UNLOADED, stream
      listing, no stream        | STREAM_DOWN | UNLOADED, doubtful
      listing, no stream        | CREATED     | -
      listing, no stream        | COMPACTED   | -
      listing, no stream        | CANCELED    | -
      listing, no stream        | RESET       | UNLOADED, call 5, reset: LIST
      listing, no stream        | DOUBTED     | UNLOADED, doubtful
      listing, no stream        | TICK        | -
      listing, no stream        | TICK early  | -

      listing, doubtful         | START       | -
      listing, doubtful         | LISTED      | WATCHED, seen 20, no call, live, due 2750: DELIVER WATCH TELL_LIVE
      listing, doubtful         | LIST_FAILED | UNLOADED, no call, due 55, failed 1
      listing, doubtful         | REFUSED     | UNLOADED, no call, due 1100, failed 1
      listing, doubtful         | STREAM_UP   | -
      listing, doubtful         | STREAM_BACK | -
      listing, doubtful         | STREAM_DOWN | UNLOADED, no stream
      listing, doubtful         | CREATED     | -
      listing, doubtful         | COMPACTED   | -
      listing, doubtful         | CANCELED    | -
      listing, doubtful         | RESET       | UNLOADED, call 5, reset, not doubtful: LIST
      listing, doubtful         | DOUBTED     | -
      listing, doubtful         | TICK        | -
      listing, doubtful         | TICK early  | -

      listing after reset       | START       | -
      listing after reset       | LISTED      | WATCHED, seen 20, no call, live, reset over, due 306000: DELIVER WATCH TELL_LIVE
      listing after reset       | LIST_FAILED | UNLOADED, no call, due 55, failed 1
      listing after reset       | REFUSED     | UNLOADED, no call, due 1100, failed 1
      listing after reset       | STREAM_UP   | -
      listing after reset       | STREAM_BACK | -
      listing after reset       | STREAM_DOWN | UNLOADED, no stream, doubtful
      listing after reset       | CREATED     | -
      listing after reset       | COMPACTED   | -
      listing after reset       | CANCELED    | -
      listing after reset       | RESET       | UNLOADED, call 5: LIST
      listing after reset       | DOUBTED     | UNLOADED, doubtful
      listing after reset       | TICK        | -
      listing after reset       | TICK early  | -

      failed                    | START       | UNLOADED, call 1, never due: LIST
      failed                    | LISTED      | -
      failed                    | LIST_FAILED | -
      failed                    | REFUSED     | UNLOADED, due 4400, failed 3
      failed                    | STREAM_UP   | -
      failed                    | STREAM_BACK | -
      failed                    | STREAM_DOWN | UNLOADED, no stream, doubtful
      failed                    | CREATED     | -
      failed                    | COMPACTED   | -
      failed                    | CANCELED    | -
      failed                    | RESET       | UNLOADED, call 1, reset, never due: LIST
      failed                    | DOUBTED     | UNLOADED, doubtful
      failed                    | TICK        | UNLOADED, call 1, never due: LIST
      failed                    | TICK early  | -

      loaded                    | START       | -
      loaded                    | LISTED      | -
      loaded                    | LIST_FAILED | -
      loaded                    | REFUSED     | UNLOADED, due 1100, failed 1
      loaded                    | STREAM_UP   | WATCHED, stream: WATCH
      loaded                    | STREAM_BACK | RETURNED, stream, call 1, never due: LIST
      loaded                    | STREAM_DOWN | LOADED, doubtful
      loaded                    | CREATED     | -
      loaded                    | COMPACTED   | -
      loaded                    | CANCELED    | -
      loaded                    | RESET       | UNLOADED, seen 0, call 1, reset, never due: LIST
      loaded                    | DOUBTED     | LOADED, doubtful, due 2750
      loaded                    | TICK        | -
      loaded                    | TICK early  | -

      loaded, comparing         | START       | -
      loaded, comparing         | LISTED      | LOADED, seen 20, no call, due 306000: COMPARE
      loaded, comparing         | LIST_FAILED | LOADED, no call, doubtful, due 306000, failed 1
      loaded, comparing         | REFUSED     | UNLOADED, no call, due 1100, failed 1
      loaded, comparing         | STREAM_UP   | WATCHED, stream: WATCH
      loaded, comparing         | STREAM_BACK | RETURNED, stream
      loaded, comparing         | STREAM_DOWN | LOADED, doubtful
      loaded, comparing         | CREATED     | -
      loaded, comparing         | COMPACTED   | -
      loaded, comparing         | CANCELED    | -
      loaded, comparing         | RESET       | UNLOADED, seen 0, call 5, reset: LIST
      loaded, comparing         | DOUBTED     | LOADED, doubtful
      loaded, comparing         | TICK        | -
      loaded, comparing         | TICK early  | -

      patient                   | START       | -
      patient                   | LISTED      | -
      patient                   | LIST_FAILED | -
      patient                   | REFUSED     | UNLOADED, due 306000, failed 1
      patient                   | STREAM_UP   | WATCHED, stream: WATCH
      patient                   | STREAM_BACK | RETURNED, stream, due 16500
      patient                   | STREAM_DOWN | LOADED, doubtful
      patient                   | CREATED     | -
      patient                   | COMPACTED   | -
      patient                   | CANCELED    | -
      patient                   | RESET       | UNLOADED, seen 0, call 1, reset, never due: LIST
      patient                   | DOUBTED     | LOADED, doubtful, due 16500
      patient                   | TICK        | -
      patient                   | TICK early  | -

      patient, back             | START       | -
      patient, back             | LISTED      | -
      patient, back             | LIST_FAILED | -
      patient, back             | REFUSED     | UNLOADED, due 306000, failed 1
      patient, back             | STREAM_UP   | RETURNED, due 16500
      patient, back             | STREAM_BACK | RETURNED, due 16500
      patient, back             | STREAM_DOWN | RETURNED, no stream
      patient, back             | CREATED     | -
      patient, back             | COMPACTED   | -
      patient, back             | CANCELED    | -
      patient, back             | RESET       | UNLOADED, seen 0, call 1, reset, never due: LIST
      patient, back             | DOUBTED     | RETURNED, doubtful
      patient, back             | TICK        | RETURNED, call 1, never due: LIST
      patient, back             | TICK early  | -

      patient, live             | START       | -
      patient, live             | LISTED      | -
      patient, live             | LIST_FAILED | -
      patient, live             | REFUSED     | UNLOADED, stale, due 306000, failed 1: UNWATCH TELL_STALE
      patient, live             | STREAM_UP   | -
      patient, live             | STREAM_BACK | -
      patient, live             | STREAM_DOWN | LOADED, no stream, stale, doubtful: TELL_STALE
      patient, live             | CREATED     | -
      patient, live             | COMPACTED   | UNLOADED, stale, due 550, failed 1: TELL_STALE
      patient, live             | CANCELED    | UNLOADED, stale, due 55, failed 1: TELL_STALE
      patient, live             | RESET       | UNLOADED, seen 0, call 1, stale, reset, never due: UNWATCH TELL_STALE LIST
      patient, live             | DOUBTED     | WATCHED, doubtful, due 16500
      patient, live             | TICK        | -
      patient, live             | TICK early  | -

      back, comparing           | START       | -
      back, comparing           | LISTED      | WATCHED, seen 20, no call, due 306000: COMPARE WATCH
      back, comparing           | LIST_FAILED | RETURNED, no call, due 55, failed 1
      back, comparing           | REFUSED     | UNLOADED, no call, due 1100, failed 1
      back, comparing           | STREAM_UP   | -
      back, comparing           | STREAM_BACK | -
      back, comparing           | STREAM_DOWN | RETURNED, no stream
      back, comparing           | CREATED     | -
      back, comparing           | COMPACTED   | -
      back, comparing           | CANCELED    | -
      back, comparing           | RESET       | UNLOADED, seen 0, call 5, reset: LIST
      back, comparing           | DOUBTED     | RETURNED, doubtful
      back, comparing           | TICK        | -
      back, comparing           | TICK early  | -

      back, failed              | START       | -
      back, failed              | LISTED      | -
      back, failed              | LIST_FAILED | -
      back, failed              | REFUSED     | UNLOADED, due 2200, failed 2
      back, failed              | STREAM_UP   | RETURNED, call 5, never due: LIST
      back, failed              | STREAM_BACK | RETURNED, call 5, never due: LIST
      back, failed              | STREAM_DOWN | RETURNED, no stream
      back, failed              | CREATED     | -
      back, failed              | COMPACTED   | -
      back, failed              | CANCELED    | -
      back, failed              | RESET       | UNLOADED, seen 0, call 5, reset, never due: LIST
      back, failed              | DOUBTED     | RETURNED, doubtful
      back, failed              | TICK        | RETURNED, call 5, never due: LIST
      back, failed              | TICK early  | -

      back, no stream           | START       | -
      back, no stream           | LISTED      | LOADED, seen 20, no call, due 306000: COMPARE
      back, no stream           | LIST_FAILED | RETURNED, no call, due 55, failed 1
      back, no stream           | REFUSED     | UNLOADED, no call, due 1100, failed 1
      back, no stream           | STREAM_UP   | RETURNED, stream
      back, no stream           | STREAM_BACK | RETURNED, stream
      back, no stream           | STREAM_DOWN | -
      back, no stream           | CREATED     | -
      back, no stream           | COMPACTED   | -
      back, no stream           | CANCELED    | -
      back, no stream           | RESET       | UNLOADED, seen 0, call 5, reset: LIST
      back, no stream           | DOUBTED     | RETURNED, doubtful
      back, no stream           | TICK        | -
      back, no stream           | TICK early  | -

      watch asked               | START       | -
      watch asked               | LISTED      | -
      watch asked               | LIST_FAILED | -
      watch asked               | REFUSED     | UNLOADED, due 2200, failed 2: UNWATCH
      watch asked               | STREAM_UP   | -
      watch asked               | STREAM_BACK | -
      watch asked               | STREAM_DOWN | LOADED, no stream, doubtful
      watch asked               | CREATED     | WATCHED, live: TELL_LIVE
      watch asked               | COMPACTED   | UNLOADED, due 550, failed 2
      watch asked               | CANCELED    | UNLOADED, due 110, failed 2
      watch asked               | RESET       | UNLOADED, seen 0, call 1, reset, never due: UNWATCH LIST
      watch asked               | DOUBTED     | WATCHED, doubtful, due 2750
      watch asked               | TICK        | -
      watch asked               | TICK early  | -

      watch asked, doubtful     | START       | -
      watch asked, doubtful     | LISTED      | -
      watch asked, doubtful     | LIST_FAILED | -
      watch asked, doubtful     | REFUSED     | UNLOADED, due 1100, failed 1: UNWATCH
      watch asked, doubtful     | STREAM_UP   | -
      watch asked, doubtful     | STREAM_BACK | -
      watch asked, doubtful     | STREAM_DOWN | LOADED, no stream
      watch asked, doubtful     | CREATED     | WATCHED, live, due 2750: TELL_LIVE
      watch asked, doubtful     | COMPACTED   | UNLOADED, due 550, failed 1
      watch asked, doubtful     | CANCELED    | UNLOADED, due 55, failed 1
      watch asked, doubtful     | RESET       | UNLOADED, seen 0, call 1, reset, not doubtful, never due: UNWATCH LIST
      watch asked, doubtful     | DOUBTED     | WATCHED, due 2750
      watch asked, doubtful     | TICK        | -
      watch asked, doubtful     | TICK early  | -

      live                      | START       | -
      live                      | LISTED      | -
      live                      | LIST_FAILED | -
      live                      | REFUSED     | UNLOADED, stale, due 1100, failed 1: UNWATCH TELL_STALE
      live                      | STREAM_UP   | -
      live                      | STREAM_BACK | -
      live                      | STREAM_DOWN | LOADED, no stream, stale, doubtful: TELL_STALE
      live                      | CREATED     | -
      live                      | COMPACTED   | UNLOADED, stale, due 550, failed 1: TELL_STALE
      live                      | CANCELED    | UNLOADED, stale, due 55, failed 1: TELL_STALE
      live                      | RESET       | UNLOADED, seen 0, call 1, stale, reset, never due: UNWATCH TELL_STALE LIST
      live                      | DOUBTED     | WATCHED, doubtful, due 2750
      live                      | TICK        | -
      live                      | TICK early  | -

      live, due                 | START       | -
      live, due                 | LISTED      | -
      live, due                 | LIST_FAILED | -
      live, due                 | REFUSED     | UNLOADED, stale, due 1100, failed 1: UNWATCH TELL_STALE
      live, due                 | STREAM_UP   | -
      live, due                 | STREAM_BACK | -
      live, due                 | STREAM_DOWN | LOADED, no stream, stale, doubtful: TELL_STALE
      live, due                 | CREATED     | -
      live, due                 | COMPACTED   | UNLOADED, stale, due 550, failed 1: TELL_STALE
      live, due                 | CANCELED    | UNLOADED, stale, due 55, failed 1: TELL_STALE
      live, due                 | RESET       | UNLOADED, seen 0, call 1, stale, reset, never due: UNWATCH TELL_STALE LIST
      live, due                 | DOUBTED     | WATCHED, doubtful
      live, due                 | TICK        | WATCHED, call 1, never due: LIST
      live, due                 | TICK early  | -

      live, comparing           | START       | -
      live, comparing           | LISTED      | WATCHED, seen 20, no call, due 306000: COMPARE
      live, comparing           | LIST_FAILED | WATCHED, no call, due 2750, failed 1
      live, comparing           | REFUSED     | UNLOADED, no call, stale, due 1100, failed 1: UNWATCH TELL_STALE
      live, comparing           | STREAM_UP   | -
      live, comparing           | STREAM_BACK | -
      live, comparing           | STREAM_DOWN | LOADED, no stream, stale, doubtful: TELL_STALE
      live, comparing           | CREATED     | -
      live, comparing           | COMPACTED   | UNLOADED, no call, stale, due 550, failed 1: TELL_STALE
      live, comparing           | CANCELED    | UNLOADED, no call, stale, due 55, failed 1: TELL_STALE
      live, comparing           | RESET       | UNLOADED, seen 0, call 5, stale, reset: UNWATCH TELL_STALE LIST
      live, comparing           | DOUBTED     | WATCHED, doubtful
      live, comparing           | TICK        | -
      live, comparing           | TICK early  | -

      live, comparing, doubtful | START       | -
      live, comparing, doubtful | LISTED      | WATCHED, seen 20, no call, due 2750: COMPARE
      live, comparing, doubtful | LIST_FAILED | WATCHED, no call, due 2750, failed 1
      live, comparing, doubtful | REFUSED     | UNLOADED, no call, stale, due 1100, failed 1: UNWATCH TELL_STALE
      live, comparing, doubtful | STREAM_UP   | -
      live, comparing, doubtful | STREAM_BACK | -
      live, comparing, doubtful | STREAM_DOWN | LOADED, no stream, stale: TELL_STALE
      live, comparing, doubtful | CREATED     | -
      live, comparing, doubtful | COMPACTED   | UNLOADED, no call, stale, due 550, failed 1: TELL_STALE
      live, comparing, doubtful | CANCELED    | UNLOADED, no call, stale, due 55, failed 1: TELL_STALE
      live, comparing, doubtful | RESET       | UNLOADED, seen 0, call 5, stale, reset, not doubtful: UNWATCH TELL_STALE LIST
      live, comparing, doubtful | DOUBTED     | -
      live, comparing, doubtful | TICK        | -
      live, comparing, doubtful | TICK early  | -
      """;

  private RangeDecisions() {}
}
