# Gets the programs of other languages that tests run, and their tools. Sourced by build.sh.

# Installs from Debian what is missing, which only root can; tests around what is not there are skipped.
install_programs() {
  local pair missing=()
  for pair in python3:python3 node:nodejs curl:curl script:bsdutils zsh:zsh systemd-analyze:systemd; do
    command -v "${pair%%:*}" >/dev/null || missing+=("${pair#*:}")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "programs: installing ${missing[*]}"
    mkdir -p .build
    { apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "${missing[@]}"; } \
      >.build/programs.log 2>&1 && return 0
    say "programs: $(tail -n 1 .build/programs.log)"
  fi
  say "WARNING: not here: ${missing[*]}. TESTS AROUND THEM ARE SKIPPED (and counted as skipped)."
}
