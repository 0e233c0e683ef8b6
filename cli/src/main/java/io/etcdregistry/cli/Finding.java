package io.etcdregistry.cli;

/**
 * One thing that the doctor found.
 *
 * @param level how bad it is
 * @param check what was looked at: a word
 * @param found what was seen, one sentence
 * @param meaning what follows from it; empty if nothing is wrong
 * @param mend a command that mends it, or what to do; empty if nothing is wrong
 */
record Finding(Level level, String check, String found, String meaning, String mend) {
  /** How bad it is. */
  enum Level {
    /** As it should be. */
    OK,
    /** Worth knowing; nothing has to be done. */
    NOTE,
    /** Something is wrong, or will be. */
    PROBLEM
  }

  static Finding ok(String check, String found) {
    return new Finding(Level.OK, check, found, "", "");
  }

  static Finding note(String check, String found, String meaning, String mend) {
    return new Finding(Level.NOTE, check, found, meaning, mend);
  }

  static Finding problem(String check, String found, String meaning, String mend) {
    return new Finding(Level.PROBLEM, check, found, meaning, mend);
  }
}
