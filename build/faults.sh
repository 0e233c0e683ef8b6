# Plays the fault matrix on several versions of etcd and writes FAULTS.md. Sourced by build.sh.

# $1: how many rounds, $2: versions of etcd, in one word.
run_faults() {
  local rounds=${1:-1} versions=${2:-$ETCD_VERSIONS} results=$PWD/.build/faults status=0 version home round
  case $rounds in
    '' | *[!0-9]* | 0)
      say "faults: $rounds (expected: how many rounds to play, from 1)"
      return 2
      ;;
  esac
  rm -rf "$results"
  for version in $versions; do
    home=$(etcd_home "$version") || {
      say "faults: no etcd $version could be had here"
      return 1
    }
    for ((round = 1; round <= rounds; round++)); do
      say "faults: etcd $version, round $round of $rounds"
      run_maven -pl it -am -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false -Dit.skip=true \
        -Dfaults.parallel=2 -Dfaults.results="$results" -Detcd.home="$home" || status=1
    done
  done
  [ "$status" = 0 ] || {
    say "Some rows failed; FAULTS.md is as it was."
    return 1
  }
  "$(java_command)" -cp it/target/test-classes io.etcdregistry.it.faults.FaultReport "$results" FAULTS.md
  say "FAULTS.md is written from $(find "$results" -name '*.properties' | wc -l) outcomes."
}
