# Measures what the library, the development server and the command cost, beside others; writes BENCHMARKS.md and the
# table in README. Sourced by build.sh.
. build/figures.sh
. build/peers.sh
. build/scale.sh

benchmark_parts='pick lookup join propagation steady memory load start fanout devserver list'

# $1: empty for all, or one of the parts; $2: short or long.
run_benchmarks() {
  local only=${1:-} length=${2:-short} results=$PWD/.build/benchmarks home part begun failed= missing
  case " $benchmark_parts  " in
    *" $only "*) ;;
    *)
      say "bench: $only (expected: one of $benchmark_parts, or nothing for all)"
      return 2
      ;;
  esac
  home=$(etcd_home '') || {
    say "bench: no etcd could be had here"
    return 1
  }
  mvn --batch-mode -q -Dstyle.color=never package -pl benchmarks,cli -am -DskipTests || return 1
  mkdir -p "$results"
  [ -n "$only" ] || rm -f "$results"/*
  for part in ${only:-$benchmark_parts}; do
    say "bench: $part"
    begun=$SECONDS
    if "bench_$part" "$home" "$length" >"$results/$part.new"; then
      mv "$results/$part.new" "$results/$part"
      cat "$results/$part" >&2
      say "bench: $part took $((SECONDS - begun)) s"
    else
      failed="$failed $part"
    fi
  done
  missing=
  for part in $benchmark_parts; do
    [ -e "$results/$part" ] || missing="$missing $part"
  done
  if [ -z "$missing" ]; then
    report_benchmarks "$results" "$home" >BENCHMARKS.md
    figures_into_readme "$results"
    say "BENCHMARKS.md and the table in README are written${failed:+, but these parts failed:$failed}."
  else
    say "bench: BENCHMARKS.md and README stay as they are: not measured here:$missing"
  fi
  [ -z "$failed" ]
}

# Choosing an instance. All pickers and every number of threads only if it may take long (half an hour).
bench_pick() {
  local short=(-p picker=random,roundRobin -f 1 -wi 2 -i 5 -w 500ms -r 500ms)
  [ "$2" = short ] || short=(-w 1 -r 1)
  choose "${short[@]}" -t 1 PickBenchmark
  choose "${short[@]}" -t max "PickBenchmark$([ "$2" = long ] || echo .pick)"
}

choose() {
  "$(java_command)" -jar benchmarks/target/benchmarks.jar -prof gc -rf text -rff .build/jmh "$@" >.build/jmh.log 2>&1 || {
    tail -n 20 .build/jmh.log >&2
    return 1
  }
  sed -n 's/^# Threads: \(.*\)/\1/p' .build/jmh.log | head -n 1
  grep -v 'gc\.\(count\|time\|alloc\.rate \)' .build/jmh | sed 's/·gc\.alloc\.rate\.norm/ B/; s/ *$//'
}

bench_devserver() {
  "$(java_command)" -cp benchmarks/target/benchmarks.jar io.etcdregistry.benchmarks.DevServerBenchmark "$1" "$([ "$2" = short ] && echo 5 || echo 15)"
}

bench_list() {
  "$(java_command)" -cp benchmarks/target/benchmarks.jar io.etcdregistry.benchmarks.CommandLineBenchmark \
    "$1" cli/target/dist/bin/etcd-registry "$([ "$2" = short ] && echo 15 || echo 50)" "$(npm_package)"
}

report_benchmarks() {
  cat <<TEXT
# Benchmarks

Written by \`./build.sh bench\`, on $(date -u +%F). Each part runs what is compared in turns or side by side in one run (memory: one after the other), and checks answers before their time
counts; read ratios, not the milliseconds of this machine: $(nproc) × $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(awk '/MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo),
Linux $(uname -r | cut -d- -f1), Java $("$(java_command)" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.version = //p'), $("$2/bin/etcd" --version | head -n 1).

TEXT
  figures_table "$1"
  section "$1/pick" 'Choosing an instance' 'By `ServiceView.pick()` and by calls that are told of, and the floor: one volatile read, one random number, one array element. Nanoseconds and bytes a choice.'
  section "$1/lookup" 'One look-up' 'Of a service of 10 instances among 1,000, or of more, warm, by one thread. The floor is one volatile read, one random number, one array element. The npm package asks etcd each time, as the raw Range does; the others answer from memory.'
  section "$1/join" 'Joining' '1,000 services by one client that is warm: one after the other, with 64 joins under way, and all at once. Raw is bare gRPC: puts under one lease, each guarded by the key not being there. In both the caller and one more thread take part in each. Ours makes and checks the document, has a time limit and an answer for each, and tells views and observers: all at once that is more than twice the CPU of raw in the client, on cores that etcd shares, and the rest of the difference. The watch that each own key gets 0.1 s later is not in the figure.'
  section "$1/propagation" 'Until others see it' 'From the call in one process until another would choose the instance, or would not any more. Raw is a client that watches by bare gRPC and keeps a map; it puts the same documents, and deletes them where ours says `draining` first: a guarded put, which takes etcd a fifth longer than a delete, and most of what a leave takes longer than raw. A join takes longer than raw as ours makes and checks the document, and reads the record it is told of on a thread beside.'
  section "$1/steady" 'At rest' 'What 1,000 services that stay cost an etcd, each contender with an etcd of its own.'
  section "$1/memory" 'Memory' 'What an instance takes in a client: the live heap with a view of all, less that without. Curator'\''s documents hold the same address and port.'
  section "$1/load" 'Many instances' 'The first load of a view, beside a Range in pages over bare gRPC, which makes nothing of what it reads; and one change among few and among many, until a listener is told.'
  section "$1/start" 'Starting a client' 'From making it until its first look-up is answered, each in a JVM of its own; what the JVM itself takes is taken off. A view goes on watching, asks for operators'\'' overrides and the members, and reads on two threads beside the one that a client has at rest; Range is one question. Most of the heap is Netty'\''s: jetcd'\''s is an older one, without events for the flight recorder. Tuned is with Netty'\''s events for the flight recorder off, and its former way to keep buffers: `-Dio.grpc.netty.shaded.io.netty.jfr.enabled=false -Dio.grpc.netty.shaded.io.netty.allocator.type=pooled`.'
  section "$1/fanout" 'Many clients' 'One change of a service that all watch. Streams are those of clients without the rest of them; registries are whole. [docs/SCALE.md](docs/SCALE.md) says what follows.'
  section "$1/devserver" 'The development server' 'Beside a real etcd with its data in memory, for the same client in the same JVM.'
  section "$1/list" 'The command line' '`etcd-registry list` of 1,000 services, beside `etcdctl get --prefix` of the same keys, a Java that does nothing, and the npm package'\''s `list` of as many. Most of the time is picocli and gRPC on Netty in a JVM that has not compiled them yet; RATIONALE says more.'
}

section() {
  [ -e "$1" ] || return 0
  printf '\n## %s\n\n%s\n\n```\n' "$2" "$3"
  cat "$1"
  printf '```\n'
}
