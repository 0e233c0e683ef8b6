package io.etcdregistry;

/**
 * A call to an instance that a view chose: see {@link ServiceView#begin()}. What is told of its end
 * lets the view choose better, and leave out an instance that fails.
 *
 * <p>The first of {@link #succeeded()}, {@link #failed}, {@link #unreachable} and {@link #close()}
 * ends it; all later ones do nothing. Thread-safe: a call may end on another thread than it began
 * on.
 */
public interface Call extends AutoCloseable {
  /**
   * Whom to call.
   *
   * @return the instance, as it was when it was chosen
   */
  Instance instance();

  /**
   * The instance answered as it should, an answer that says no included. What the call took until
   * now is its latency.
   */
  void succeeded();

  /**
   * The instance failed: it did not answer in time, or said that it cannot serve. What the caller
   * is to blame for is no failure of the instance's.
   *
   * @param why a phrase for the log, such as {@code "HTTP 503"} or an exception's text
   */
  void failed(String why);

  /**
   * Nobody is there: the connection was refused, or its machine cannot be reached. Unlike a
   * failure, one such call leaves the instance out, see {@link ViewOptions#ejection}.
   *
   * @param why a phrase for the log, such as {@code "connection refused"} or an exception's text
   */
  void unreachable(String why);

  /**
   * Ends the call without saying how it went: it is not under way any more, and counts neither for
   * nor against the instance. Idempotent; never throws.
   */
  @Override
  void close();
}
