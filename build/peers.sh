# Measures the library beside what else does its work. Sourced by bench.sh; $1 is the home of an etcd, $2 short or long.

bench_lookup() {
  peers LookupBenchmark "$1" "$(npm_package)" "$(eureka)" "$([ "$2" = short ] && echo 1 || echo 5)"
}

bench_join() {
  peers JoinBenchmark "$1" "$(npm_package)" "$([ "$2" = short ] && echo 3 || echo 15)"
}

bench_propagation() {
  local rounds=3 kill=false
  [ "$2" = short ] || rounds=20 kill=true
  peers PropagationBenchmark "$1" "$(npm_package)" "$(eureka)" "$rounds" "$kill"
}

bench_steady() {
  peers SteadyBenchmark "$1" "$(npm_package)" "$([ "$2" = short ] && echo 15 || echo 60)"
}

# Runs a class. What it leaves out, as it could not be had, is said.
peers() {
  local log=.build/$1.log status=0
  "$(java_command)" -cp benchmarks/target/benchmarks.jar "io.etcdregistry.benchmarks.peers.$1" "${@:2}" 2>"$log" || status=$?
  if [ "$status" -ne 0 ]; then
    tail -n 20 "$log" >&2
  else
    grep '^bench: ' "$log" >&2 || true
  fi
  return "$status"
}

# The folder of the npm package, which is fetched; it lacks the package if that cannot be had.
npm_package() {
  local folder=$PWD/.build/npm
  if [ ! -d "$folder/node_modules/etcd-registry" ] && command -v npm >/dev/null; then
    mkdir -p "$folder"
    npm install --prefix "$folder" --no-save --no-package-lock --no-audit --no-fund --ignore-scripts etcd-registry@2.1.1 \
      >.build/npm.log 2>&1 || rm -rf "$folder"
  fi
  printf '%s\n' "$folder"
}

# The folder of Eureka's server and client, which are built; it lacks lib if they cannot be had.
eureka() {
  local folder=$PWD/benchmarks/eureka/target
  if [ ! -d "$folder/lib" ] || [ ! -d "$folder/classes" ]; then
    mvn --batch-mode -q -Dstyle.color=never -f benchmarks/eureka/pom.xml process-classes >.build/eureka.log 2>&1 || rm -rf "$folder"
  fi
  printf '%s\n' "$folder"
}
