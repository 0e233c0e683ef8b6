# Is there a JDK and a Maven that can build this? Sourced by build.sh and by the launcher.

say() { printf '%s\n' "$*" >&2; }

# The Java to use: $JAVA_HOME's if set, as Maven does it, else the one on the path.
java_command() {
  if [ -n "${JAVA_HOME:-}" ]; then
    printf '%s\n' "$JAVA_HOME/bin/java"
  else
    command -v java || true
  fi
}

require_java() {
  local java version
  java=$(java_command)
  version=$({ [ -n "$java" ] && "$java" -XshowSettings:properties -version; } 2>&1 |
    sed -n 's/^ *java\.specification\.version = \(1\.\)\{0,1\}//p' || true)
  if [ "${version:-0}" -lt "$1" ]; then
    say "etcd-registry needs Java $1 or newer, found ${version:+Java }${version:-none}: on Debian, 'apt-get install openjdk-17-jdk-headless' installs it."
    return 1
  fi
}

require_toolchain() {
  local javac version
  require_java 17 || return 1
  javac=$(dirname "$(readlink -f "$(java_command)")")/javac
  if [ ! -x "$javac" ]; then
    say "etcd-registry needs the Java compiler, found only a Java runtime: on Debian, 'apt-get install openjdk-17-jdk-headless' installs it."
    return 1
  fi
  version=$(mvn --version 2>/dev/null | sed -n 's/^[^A]*Apache Maven \([0-9]*\.[0-9]*\).*/\1/p' || true)
  case $version in
    '' | [0-2].* | 3.[0-7])
      say "etcd-registry needs Maven 3.8 or newer, found ${version:-none}: on Debian, 'apt-get install maven' installs it."
      return 1
      ;;
  esac
}
