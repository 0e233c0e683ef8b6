/** The module that picocli's own jar is. */
module info.picocli {
  exports picocli;

  requires static java.sql;
}
