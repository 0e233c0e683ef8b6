package io.etcdregistry.it.faults;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A row of FAULTS.md, on the test that plays it. The texts are sentences for its reader. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface Row {
  /** Which: a number and a letter, such as {@code 1a}; rows are sorted by it. */
  String id();

  /** What happens. */
  String fault();

  /** What callers and readers see meanwhile. */
  String sees();

  /** What is guaranteed. */
  String guarantee();
}
