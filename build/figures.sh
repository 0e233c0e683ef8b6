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

# A figure ($1) with its unit ($2), which is a larger one where the figure is large.
with_unit() {
  awk -v figure="$1" -v unit="$2" 'BEGIN {
    if (unit == " ns" && figure >= 10000) { figure = sprintf("%.0f", figure / 1000); unit = " µs" }
    if (unit == " ms" && figure >= 10000) { figure = sprintf("%.1f", figure / 1000); unit = " s" }
    printf "%s%s", figure, unit
  }'
}

# What others come to: a name, a figure and its unit each. Who has no figure, as it could not be had, is left out.
others() {
  local text=
  for (( ; $# > 0; )); do
    [ -z "$2" ] || text+="${text:+; }$1 $(with_unit "$2" "$3")"
    shift 3
  done
  printf '%s' "$text"
}

# $1: what is measured, $2: our figure, $3: its unit and what is said besides, $4: what others come to.
row() {
  printf '| %s | %s | %s |\n' "$1" "$(with_unit "$2" "$3")" "$4"
}

# $1: the folder with what all parts have printed.
figures_table() {
  local figures=$1
  echo '| | etcd-registry | others |'
  echo '|---|---|---|'
  row 'choosing one of 10 instances' "$(figure lookup ServiceView.pick 1)" ' ns' "$(others \
    'Spring Cloud LoadBalancer' "$(figure lookup 'Spring Cloud LoadBalancer' 1)" ' ns' \
    Eureka "$(figure lookup 'Eureka client' 1)" ' ns' \
    Curator "$(figure lookup 'Curator ServiceProvider' 1)" ' ns' \
    'npm (asks etcd)' "$(figure lookup 'npm etcd-registry' 1)" ' ns')"
  row 'bytes allocated by it' "$(figure lookup ServiceView.pick 2)" '' "$(others \
    'Spring Cloud LoadBalancer' "$(figure lookup 'Spring Cloud LoadBalancer' 2)" '' \
    Curator "$(figure lookup 'Curator ServiceProvider' 2)" '')"
  row '1,000 services at rest: bytes a second for etcd' "$(figure steady etcd-registry 4)" '' "$(others \
    npm "$(figure steady 'npm etcd-registry' 4)" '' 'a lease each' "$(figure steady 'one lease each' 4)" '')"
  row 'and writes a second' "$(figure steady etcd-registry 1)" '' "$(others \
    npm "$(figure steady 'npm etcd-registry' 1)" '' 'a lease each' "$(figure steady 'one lease each' 1)" '')"
  row '`join` called until another process would choose it' "$(figure propagation etcd-registry 1)" ' ms' "$(seen_by_others 1)"
  row '`leave` called until no other process would' "$(figure propagation etcd-registry 2)" ' ms' "$(seen_by_others 2)"
  row 'killed until no other process would, TTL 10 s' "$(figure propagation etcd-registry 3)" ' ms' "$(seen_by_others 3)"
  row 'joins a second, one after the other' "$(figure join etcd-registry 1)" '' "$(others \
    'bare guarded puts' "$(figure join 'raw guarded transactions' 1)" '' \
    Curator "$(figure join Curator 1)" '' npm "$(figure join 'npm etcd-registry' 1)" '')"
  row 'joins a second, a thousand at once' "$(figure join etcd-registry 3)" '' "$(others \
    'bare puts (100 in a transaction)' "$(figure join 'raw nested transactions of 100' 3)" '' \
    npm "$(figure join 'npm etcd-registry' 3)" '')"
  row 'memory an instance, of 100,000 with 120 bytes each' "$(figure memory 'ServiceView' 3)" ' B' "$(others \
    "Curator (of $(figure memory 'Curator ServiceCache' 1))" "$(figure memory 'Curator ServiceCache' 3)" ' B')"
  row 'first load of 100,000' "$(figure load 'ServiceView   ' 1)" ' ms' "$(others \
    'reading the bytes alone' "$(figure load 'raw Range in pages' 1)" ' ms')"
  row '`list` of 1,000 in a shell' "$(figure list 'etcd-registry list' 1)" ' ms' "$(others \
    etcdctl "$(figure list 'etcdctl get --prefix' 1)" ' ms' \
    'a Java that does nothing' "$(figure list 'java, doing nothing' 1)" ' ms' \
    npm "$(figure list 'npm etcd-registry list' 1)" ' ms')"
}

# $1: which column of the part on what others see.
seen_by_others() {
  others \
    'a bare watch' "$(figure propagation 'raw watch' "$1")" ' ms' \
    Curator "$(figure propagation Curator "$1")" ' ms' \
    'npm (asks all the time)' "$(figure propagation 'npm etcd-registry, polling' "$1")" ' ms' \
    Eureka "$(figure propagation 'Eureka, its defaults' "$1" | grep -v '^-$')" ' ms'
}

# Puts the table into README, between its marks.
figures_into_readme() {
  table=$(figures_table "$1") awk '
    $0 == "<!-- /figures -->" { inside = 0 }
    !inside { print }
    $0 == "<!-- figures -->" { inside = 1; print ENVIRON["table"] }' README.md >"$1/README.md" && cat "$1/README.md" >README.md && rm "$1/README.md"
}
