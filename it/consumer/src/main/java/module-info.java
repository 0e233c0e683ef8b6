/** A program that knows the library and nothing that is under it. */
module consumer {
  requires io.etcdregistry;
}
