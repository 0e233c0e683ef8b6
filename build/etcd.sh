# Gets a real etcd and etcdctl for the tests, without root, from Debian's packages. Sourced by build.sh.
#
# apt-get runs on folders of its own (nothing of the machine's package system is touched), reads the mirror from the
# machine's own sources, and checks signatures as usual. The packages are unpacked, not installed: no service starts.

ETCD_ROOT=$PWD/.build/etcd
ETCD_VERSIONS='3.4.23 3.5.16 3.5.30'
DEBIAN_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# Prints the folder whose bin/ holds etcd and etcdctl; fetches them if need be. $1: a version, or nothing.
etcd_home() {
  local wanted=$1 home suite
  if [ -n "${ETCD_HOME:-}" ]; then
    is_etcd_home "$ETCD_HOME" && printf '%s\n' "$ETCD_HOME" && return
    say "ETCD_HOME=$ETCD_HOME holds no bin/etcd and bin/etcdctl"
    return 1
  fi
  home=$ETCD_ROOT/${wanted:-default}
  if ! is_etcd_home "$home"; then
    for suite in $(suites_for "$wanted"); do
      fetch_etcd "$suite" "$wanted" && break
    done
  fi
  if ! is_etcd_home "$home" && [ -z "$wanted" ]; then
    link_installed_etcd "$home" || true
  fi
  is_etcd_home "$home" && printf '%s\n' "$home"
}

# Prints version=folder for each version that we vouch for, with commas between; the folder is empty for one that cannot
# be had.
etcd_homes() {
  local version home separator=''
  for version in $ETCD_VERSIONS; do
    if ! home=$(etcd_home "$version"); then
      home=''
      say "WARNING: no etcd $version could be had here, so EVERY TEST ON IT IS SKIPPED (and counted as skipped)."
    fi
    printf '%s%s=%s' "$separator" "$version" "$home"
    separator=,
  done
}

is_etcd_home() {
  [ -x "$1/bin/etcd" ] && [ -x "$1/bin/etcdctl" ]
}

# The releases of Debian to ask, likely ones first.
suites_for() {
  local own
  own=$(. /etc/os-release 2>/dev/null && printf '%s\n' "${VERSION_CODENAME:-}" || true)
  case $1 in
    '') printf '%s\n' "$own" bookworm trixie ;;
    3.4.*) printf '%s\n' bookworm ;;
    3.5.16) printf '%s\n' trixie ;;
    *) printf '%s\n' "$own" forky sid ;;
  esac | awk 'NF && !seen[$0]++'
}

# The mirror this machine takes its own packages from, read from its sources in both of apt's formats.
debian_mirror() {
  local list
  for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
    [ -r "$list" ] && sed -n \
      -e 's/^deb  *\(\[[^]]*\]  *\)\{0,1\}\([^ ]*\) .*/\2/p' \
      -e 's/^URIs: *//p' "$list"
  done | tr ' ' '\n' | grep -E '/debian/?$' | head -n 1 || true
}

# $1: release of Debian, $2: version of etcd or nothing. Leaves .build/etcd/<version>, and "default" if none was asked.
fetch_etcd() {
  local suite=$1 wanted=$2 work mirror version
  command -v apt-get >/dev/null && command -v dpkg >/dev/null || {
    say "etcd: this machine has no apt-get and dpkg to fetch it with"
    return 1
  }
  mirror=$(debian_mirror)
  if [ -z "$mirror" ]; then
    say "etcd: this machine's apt sources name no Debian mirror"
    return 1
  fi
  mkdir -p "$ETCD_ROOT"
  work=$(mktemp -d "$ETCD_ROOT/fetch.XXXXXX")
  say "etcd: asking Debian $suite"
  if version=$(download_etcd "$work" "$mirror" "$suite" "$wanted") && unpack_etcd "$work" "$version"; then
    [ -n "$wanted" ] || ln -sfn "$version" "$ETCD_ROOT/default"
  else
    say "etcd: not from Debian $suite: $(tail -n 1 "$work/log" 2>/dev/null)"
    rm -rf "$work"
    return 1
  fi
  rm -rf "$work"
}

# Downloads both packages into $1 and prints the version of etcd, without Debian's part of it.
download_etcd() {
  local work=$1 mirror=$2 suite=$3 wanted=$4 signed='' package
  [ -r "$DEBIAN_KEYRING" ] && signed="[signed-by=$DEBIAN_KEYRING] "
  mkdir -p "$work"/state/lists/partial "$work"/cache/archives/partial "$work"/preferences
  touch "$work/status"
  printf 'deb %s%s %s main\n' "$signed" "$mirror" "$suite" >"$work/sources.list"
  private_apt() {
    local tool=$1
    shift
    "$tool" -q -o Dir::State="$work/state" -o Dir::State::status="$work/status" -o Dir::Cache="$work/cache" \
      -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=- \
      -o Dir::Etc::preferences=- -o Dir::Etc::preferencesparts="$work/preferences" \
      -o APT::Sandbox::User="$(id -un)" -o Acquire::Languages=none -o Acquire::Retries=2 "$@"
  }
  private_apt apt-get update >"$work/log" 2>&1 || return 1
  package=$(private_apt apt-cache policy etcd-server 2>>"$work/log" | sed -n 's/^ *Candidate: //p')
  case $package in
    '' | '(none)')
      echo "it has no package etcd-server" >>"$work/log"
      return 1
      ;;
    "${wanted:-$package}" | "$wanted"-*) ;;
    *)
      echo "it has $package" >>"$work/log"
      return 1
      ;;
  esac
  say "etcd: downloading etcd-server and etcd-client $package"
  (cd "$work" && private_apt apt-get download etcd-server etcd-client >>"$work/log" 2>&1) || return 1
  printf '%s\n' "${package%%-*}"
}

unpack_etcd() {
  local work=$1 version=$2 package
  for package in "$work"/*.deb; do
    dpkg -x "$package" "$work/unpacked" >>"$work/log" 2>&1 || return 1
  done
  mkdir -p "$work/home/bin"
  mv "$work/unpacked/usr/bin/"etcd* "$work/home/bin/"
  rm -rf "${ETCD_ROOT:?}/$version"
  mv "$work/home" "$ETCD_ROOT/$version"
}

# The last resort: an etcd that somebody installed.
link_installed_etcd() {
  local home=$1 tool
  for tool in etcd etcdctl; do
    command -v $tool >/dev/null || return 1
  done
  mkdir -p "$home/bin"
  for tool in etcd etcdctl; do
    ln -sf "$(command -v $tool)" "$home/bin/$tool"
  done
}
