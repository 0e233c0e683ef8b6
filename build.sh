#!/usr/bin/env bash
# Builds and tests etcd-registry on a machine that has a JDK, Maven and little else; see `./build.sh help`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. build/etcd.sh
. build/programs.sh
. build/toolchain.sh
. build/maven.sh
. build/faults.sh
. build/bench.sh
. build/dist.sh

help() {
  cat <<'TEXT'
usage: ./build.sh [COMMAND]

  test [ETCD]    build everything and run every test, also those against a real etcd (the default; what CI runs);
                 without ETCD, some of these run on each version of etcd that we vouch for
  quick          build and run everything but the tests against a real etcd
  simulate [SEEDS] [FIRST]
                 let clients on a simulated etcd go through bad times, a story for each seed: 1000000, from 0 on, if
                 nothing else is said. Prints how it goes on and which seeds failed, then the story of the first
                 of these; exits with 1 if there is one
  differential [SEQUENCES] [FIRST] [ETCD]
                 ask the development server and a real etcd the same, in random sequences of 200 requests, one for each
                 seed: 100000 (hours), from 0 on, if nothing else is said. Prints what differs; exits with 1 if anything does
  faults [ROUNDS [ETCD]]
                 play every fault on real clusters of three versions of etcd, and write FAULTS.md (20 min a round)
  bench [PART] [--long]
                 measure the library, the development server and the command line beside others, and write BENCHMARKS.md
                 (10 min; --long: hours). PART is pick, lookup, join, propagation, steady, memory,
                 load, start, fanout, devserver or list
  dist           pack the command line: a tar.gz that runs where it is unpacked and a .deb, in .build/packages
  etcd [ETCD]    only fetch etcd and etcdctl, and print the folder that holds them
  clean          remove what was built; etcd stays
  help           this text

ETCD is a version, such as 3.4.23, 3.5.16 or 3.5.30, taken from Debian's packages. Without one it is what this
machine's own release of Debian offers. ETCD_HOME=DIR names an etcd of your own (DIR/bin/etcd and DIR/bin/etcdctl).
TEXT
}

run_tests() {
  local version=${1:-} home homes=''
  require_toolchain
  install_programs
  if home=$(etcd_home "$version"); then
    say "etcd: $home"
    [ -n "$version${ETCD_HOME:-}" ] || homes=$(etcd_homes)
    run_maven -Detcd.home="$home" -Detcd.homes="$homes"
  else
    say "WARNING: no etcd could be had here, so EVERY TEST THAT NEEDS ONE IS SKIPPED (and counted as skipped)."
    run_maven
  fi
}

simulate() {
  require_toolchain
  mvn --batch-mode -q -Dstyle.color=never -pl core -am test -Dtest=SimulationTest -Dsurefire.failIfNoSpecifiedTests=false \
    -Dtest.output.to.file=false -Dtest.jvm.options='-XX:+UseParallelGC -Xmx1g' \
    -Dsimulation.seeds="$1" -Dsimulation.first="$2" -Dsimulation.threads="$(nproc)" || return 1
}

differential() {
  local home
  require_toolchain
  home=$(etcd_home "${3:-}") || {
    say "differential: no etcd could be had here"
    return 1
  }
  mvn --batch-mode -q -Dstyle.color=never -pl it -am verify -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false \
    -Dit.test='DevServerDifferentialIT#sequences*' -Dfailsafe.failIfNoSpecifiedTests=false -Dfaults.skip=true \
    -Dtest.output.to.file=false -Detcd.home="$home" -Ddifferential.sequences="$1" -Ddifferential.first="$2"
}

case ${1:-test} in
  test) run_tests "${2:-}" ;;
  quick)
    require_toolchain
    run_maven -pl '!it,!it/consumer,!it/clients'
    ;;
  simulate) simulate "${2:-1000000}" "${3:-0}" ;;
  differential) differential "${2:-100000}" "${3:-0}" "${4:-}" ;;
  faults)
    require_toolchain
    run_faults "${2:-1}" "${3:-}"
    ;;
  bench)
    require_toolchain
    shift
    length=short parts=()
    for argument in "$@"; do
      if [ "$argument" = --long ]; then length=long; else parts+=("$argument"); fi
    done
    run_benchmarks "${parts[*]}" "$length"
    ;;
  dist)
    ./etcd-registry version >/dev/null
    package cli/target/dist .build/packages
    ;;
  etcd) etcd_home "${2:-}" ;;
  clean)
    require_toolchain
    mvn -q clean
    ;;
  help | -h | --help) help ;;
  *)
    help >&2
    exit 2
    ;;
esac
