# Measures many instances, changes and clients: memory, load, start and fan-out. Sourced by bench.sh.

scale_class() {
  local class=$1
  shift
  # ZooKeeper refuses lists over a megabyte unless both sides are told otherwise.
  "$(java_command)" -XX:+UseSerialGC -Xmx2g -Djute.maxbuffer=67108864 -cp benchmarks/target/benchmarks.jar "io.etcdregistry.benchmarks.$class" "$@"
}

bench_memory() {
  if [ "$2" = short ]; then
    scale_class MemoryBenchmark "$1" 100000 10000 2
  else
    scale_class MemoryBenchmark "$1" 100000 100000 5
  fi
}

bench_load() {
  if [ "$2" = short ]; then
    scale_class LoadBenchmark "$1" 100000 5000 5
  else
    scale_class LoadBenchmark "$1" 100000 50000 20
  fi
}

bench_start() {
  local jetcd
  jetcd=$(jetcd_class_path) || say 'bench: without jetcd, which could not be had'
  scale_class StartBenchmark "$1" "$([ "$2" = short ] && echo 5 || echo 20)" ${jetcd:+"$jetcd"}
}

# jetcd has a class path of its own, as it contradicts ours.
jetcd_class_path() {
  local folder=.build/jetcd
  mvn --batch-mode -q -f benchmarks/src/jetcd/pom.xml dependency:copy-dependencies -DoutputDirectory="$PWD/$folder/lib" >&2 || return 1
  javac -proc:none -d "$folder/classes" -cp "$folder/lib/*:benchmarks/target/classes" benchmarks/src/jetcd/JetcdProbe.java >&2 || return 1
  printf '%s\n' "$folder/classes:$folder/lib/*:benchmarks/target/classes"
}

bench_fanout() {
  if [ "$2" = short ]; then
    scale_class FanoutBenchmark "$1" 1000 100 2
  else
    scale_class FanoutBenchmark "$1" 1000 200 10
  fi
}
