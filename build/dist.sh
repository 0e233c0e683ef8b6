# Packages of the command line: a tar.gz that runs where it is unpacked, and a .deb. Sourced by build.sh.

# package DIST OUT: packs what the build left in DIST (bin and lib) into OUT, and prints what it made.
package() {
  local dist=$1 out=$2 jar version name root
  jar=$(echo "$dist"/lib/etcd-registry-cli-*.jar)
  version=${jar##*/etcd-registry-cli-}
  version=${version%.jar}
  name=etcd-registry-$version
  rm -rf "${out:?}/$name" "$out/deb"
  mkdir -p "$out/$name"
  lay_out "$dist" "$out/$name" share/zsh/site-functions share/systemd
  cp LICENSE README.md "$out/$name"
  tar -C "$out" --owner=0 --group=0 --sort=name -czf "$out/$name.tar.gz" "$name"
  printf '%s\n' "$out/$name.tar.gz"

  command -v dpkg-deb >/dev/null || {
    printf 'no .deb: there is no dpkg-deb here\n' >&2
    return
  }
  root=$out/deb
  mkdir -p "$root/usr/bin" "$root/usr/share/doc/etcd-registry" "$root/DEBIAN"
  lay_out "$dist" "$root/usr/share/etcd-registry" ../zsh/vendor-completions ../../lib/systemd/system ..
  ln -s ../share/etcd-registry/bin/etcd-registry "$root/usr/bin/etcd-registry"
  cp LICENSE "$root/usr/share/doc/etcd-registry/copyright"
  # A ~ sorts before everything: a snapshot is older than its release.
  cat >"$root/DEBIAN/control" <<CONTROL
Package: etcd-registry
Version: $(printf '%s' "$version" | sed 's/-/~/')
Architecture: all
Maintainer: the etcd-registry project <etcd-registry@localhost>
Section: net
Priority: optional
Depends: default-jre-headless (>= 2:1.17) | java17-runtime-headless
Description: service discovery on etcd
 Services join with a JSON document, everyone else looks them up, and a record
 lives as long as the process behind it. This is the command line.
CONTROL
  # Who may write there leaves an archive of loaded classes, which dpkg knows nothing of.
  printf '#!/bin/sh\nrm -f "${DPKG_ROOT:-}"/usr/share/etcd-registry/lib/classes-*.jsa*\n' >"$root/DEBIAN/prerm"
  chmod 755 "$root/DEBIAN/prerm"
  dpkg-deb --root-owner-group -Zgzip -b "$root" "$out/etcd-registry_${version}_all.deb" >/dev/null
  printf '%s\n' "$out/etcd-registry_${version}_all.deb"
}

# lay_out DIST TO ZSH SYSTEMD [SHARE]: the program in TO, what goes with it beside, in folders relative to TO.
lay_out() {
  local dist=$1 to=$2 share=${5:-share} command=$2/bin/etcd-registry
  mkdir -p "$to" "$to/$3" "$to/$4" "$to/$share/man/man1" "$to/$share/bash-completion/completions"
  cp -r "$dist/bin" "$dist/lib" "$to"
  rm -f "$to"/lib/*.jsa*
  "$dist/bin/etcd-registry" manual "$to/$share/man/man1"
  gzip -9n "$to/$share/man/man1"/*.1
  "$dist/bin/etcd-registry" completion bash >"$to/$share/bash-completion/completions/etcd-registry"
  "$dist/bin/etcd-registry" completion zsh >"$to/$3/_etcd-registry"
  cp build/etcd-registry-join@.service "$to/$4"
  [ -x "$command" ]
}
