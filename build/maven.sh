# Runs Maven over the reactor and sums up the tests. Sourced by build.sh.

# All tests run even if some fail, so that the last line counts all; the exit code then says that some failed.
run_maven() {
  local status=0
  mkdir -p .build
  find . -path '*/target/*-reports/*' -prune -name 'TEST-*.xml' -exec rm -f {} +
  mvn --batch-mode -Dstyle.color=never -Dmaven.test.failure.ignore=true "$@" verify 2>&1 |
    tee .build/log | show_progress || status=1
  [ "$status" = 0 ] || say "The build failed; .build/log holds all of it."
  print_counts || status=1
  return "$status"
}

# Lets through what a person wants to see: modules, tests, warnings, errors, and that downloads go on.
show_progress() {
  local at_once=()
  # Debian's awk waits for 4 KiB of input otherwise: minutes, where tests take long.
  [[ $(awk -W version 2>&1 </dev/null) != mawk* ]] || at_once=(-W interactive)
  awk "${at_once[@]}" '
    { gsub(/\033\[[0-9;]*m/, "") }
    /^(\[INFO\] )?Downloading from / { next }
    /^(\[INFO\] )?Downloaded from / { if (++files % 50 == 0) { print "   " files " files downloaded"; fflush() }; next }
    /^Progress \(/ { next }
    /^\[INFO\] Building .*\[[0-9]+\/[0-9]+\]$/ { sub(/^\[INFO\] Building /, "== "); print; fflush(); next }
    /^\[INFO\] Tests run: .* -- in / { sub(/^\[INFO\] /, "   "); print; fflush(); next }
    /^\[INFO\]/ || /^ *$/ { next }
    { print; fflush() }'
}

# The sum over all reports of this run, as the last line; fails when a test failed or none ran.
print_counts() {
  find . -path '*/target/*-reports/TEST-*.xml' -exec cat {} + | tr '\n' ' ' | grep -o '<testsuite [^>]*>' | awk '
    function number(name) { return match($0, " " name "=\"[0-9]+") ? substr($0, RSTART + length(name) + 3, RLENGTH) + 0 : 0 }
    { tests += number("tests"); bad += number("failures") + number("errors"); skipped += number("skipped") }
    END {
      printf "%d passed, %d failed, %d skipped\n", tests - bad - skipped, bad, skipped
      exit bad > 0 || tests == 0
    }'
}
