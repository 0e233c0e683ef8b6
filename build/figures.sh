# The table of the most telling figures, from what the parts of the benchmarks have printed. Sourced by bench.sh.

# The n-th figure ($3) of the line of a part ($1) that begins with a label ($2); ranges in parentheses do not count.
figure() {
  [ -e "$figures/$1" ] || return 0
  awk -v label="$2" -v n="$3" '
    index($0, label) == 1 {
      rest = substr($0, length(label) + 1)
      gsub(/\([^)]*\)/, "", rest)
      split(rest, figure, " ")
      print figure[n]
      exit
    }' "$figures/$1"
}

# A row, unless its own figure ($2) is not known.
row() {
  [ -z "$2" ] || printf '| %s | %s | %s |\n' "$1" "$2$3" "$4"
}

# $1: the folder with what the parts have printed.
figures_table() {
  local figures=$1
  echo '| | etcd-registry | others |'
  echo '|---|---|---|'
  row 'choosing one of 10 instances' "$(figure lookup ServiceView.pick 1)" " ns, $(figure lookup ServiceView.pick 2) B" \
    "Spring Cloud LoadBalancer $(figure lookup 'Spring Cloud LoadBalancer' 1) ns, Eureka $(figure lookup 'Eureka client' 1) ns, Curator $(figure lookup 'Curator ServiceProvider' 1) ns; the npm package asks etcd: $(figure lookup 'npm etcd-registry' 1) ns"
  row '1,000 services at rest: writes and bytes a second for etcd' "$(figure steady etcd-registry 1)" ", $(figure steady etcd-registry 4) B" \
    "npm $(figure steady 'npm etcd-registry' 1), $(figure steady 'npm etcd-registry' 4) B; a lease each $(figure steady 'one lease each' 1), $(figure steady 'one lease each' 4) B"
  row '`join` called until another process would choose it' "$(figure propagation etcd-registry 1)" ' ms' \
    "a bare watch $(figure propagation 'raw watch' 1) ms, Curator $(figure propagation Curator 1) ms, Eureka $(figure propagation 'Eureka, its defaults' 1) ms"
  row '`leave` called until no other process would' "$(figure propagation etcd-registry 2)" ' ms' \
    "a bare watch $(figure propagation 'raw watch' 2) ms, Curator $(figure propagation Curator 2) ms, Eureka $(figure propagation 'Eureka, its defaults' 2) ms"
  row 'killed until no other process would, TTL 10 s' "$(figure propagation etcd-registry 3)" ' ms' \
    "Curator $(figure propagation Curator 3) ms"
  row 'joins a second, one after the other' "$(figure join etcd-registry 1)" '' \
    "bare guarded puts $(figure join 'raw guarded transactions' 1), Curator $(figure join Curator 1), npm $(figure join 'npm etcd-registry' 1)"
  row 'joins a second, a thousand at once' "$(figure join etcd-registry 3)" '' \
    "bare puts, 100 in a transaction, $(figure join 'raw nested transactions of 100' 3); npm $(figure join 'npm etcd-registry' 3)"
  row 'memory an instance, of 100,000 with 120 bytes each' "$(figure memory 'ServiceView' 3)" ' B' \
    "Curator $(figure memory 'Curator ServiceCache' 3) B"
  row 'first load of 100,000' "$(figure load 'ServiceView   ' 1)" ' ms' "reading the bytes alone $(figure load 'raw Range in pages' 1) ms"
  row '`list` of 1,000 in a shell' "$(figure list 'etcd-registry list' 1)" ' ms' \
    "etcdctl $(figure list 'etcdctl get --prefix' 1) ms, a Java that does nothing $(figure list 'java, doing nothing' 1) ms, npm $(figure list 'npm etcd-registry list' 1) ms"
}

# Puts the table into README, between its marks.
figures_into_readme() {
  local table
  table=$(figures_table "$1") awk '
    $0 == "<!-- /figures -->" { inside = 0 }
    !inside { print }
    $0 == "<!-- figures -->" { inside = 1; print ENVIRON["table"] }' README.md >"$1/README.md" && cat "$1/README.md" >README.md && rm "$1/README.md"
}
