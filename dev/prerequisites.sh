# Sourced by the scripts beside it: makes sure that the tools they name are on this machine.
#
#   require_tools <script> <tool>...     tools: jdk, maven, postgresql, mariadb, redis, rabbitmq, libfaketime
#
# On Debian, as root, it installs what is missing; anywhere else it ends with one error that says what to install.
# Afterwards JAVA_HOME is the JDK of the javac that was found.

jdk_home() {
  local javac
  for javac in "${JAVA_HOME:+$JAVA_HOME/bin/javac}" "$(command -v javac)"; do
    if [[ "$("$javac" -version 2>&1)" =~ ^javac\ ([0-9]+) ]] && ((BASH_REMATCH[1] >= 17)); then
      dirname "$(dirname "$(readlink -f "$javac")")"
      return
    fi
  done
  return 1
}

has_jdk() {
  jdk_home >/dev/null
}

has_maven() {
  command -v mvn >/dev/null
}

# The same three sources, in the same order, in which the tests look for a server.
has_postgresql() {
  [[ -n "${OUTBOX_TEST_POSTGRES_URL:-}" ]] && return
  command -v docker >/dev/null && timeout 5 docker info >/dev/null 2>&1 && return
  command -v postgres >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null
}

has_mariadb() {
  [[ -n "${OUTBOX_TEST_MARIADB_URL:-}" ]] && return
  command -v docker >/dev/null && timeout 5 docker info >/dev/null 2>&1 && return
  { command -v mariadbd >/dev/null || [[ -x /usr/sbin/mariadbd ]]; } && command -v mariadb-install-db >/dev/null
}

has_redis() {
  [[ -n "${OUTBOX_TEST_REDIS_URL:-}" ]] && return
  command -v docker >/dev/null && timeout 5 docker info >/dev/null 2>&1 && return
  command -v redis-server >/dev/null
}

has_rabbitmq() {
  [[ -n "${OUTBOX_TEST_RABBITMQ_URL:-}" ]] && return
  command -v docker >/dev/null && timeout 5 docker info >/dev/null 2>&1 && return
  command -v rabbitmq-server >/dev/null
}

# Shifts the clocks of processes in a test.
has_libfaketime() {
  compgen -G '/usr/lib/*/faketime/libfaketimeMT.so.1' >/dev/null || compgen -G '/usr/lib/faketime/libfaketimeMT.so.1' >/dev/null
}

package_of() {
  case "$1" in
    # Debian 13 has no OpenJDK 17: there its default JDK does.
    jdk) apt-cache show openjdk-17-jdk-headless >/dev/null 2>&1 && echo openjdk-17-jdk-headless || echo default-jdk-headless ;;
    mariadb) echo mariadb-server ;;
    redis) echo redis-server ;;
    rabbitmq) echo rabbitmq-server ;;
    *) echo "$1" ;;
  esac
}

missing_tools() {
  local tool
  for tool in "$@"; do
    "has_$tool" || echo "$tool"
  done
}

# The tests run their own servers, in directories of their own: a package must not start one when it is installed.
start_no_services() {
  local policy=/usr/sbin/policy-rc.d
  if [[ -e "$policy" ]]; then
    "$@"
    return
  fi
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
  "$@" || { rm -f "$policy"; return 1; }
  rm -f "$policy"
}

install_tools() {
  local tool packages=()
  apt-get -qq update
  for tool in "$@"; do
    packages+=("$(package_of "$tool")")
  done
  DEBIAN_FRONTEND=noninteractive start_no_services \
    apt-get -qq install -y --no-install-recommends "${packages[@]}"
}

require_tools() {
  local script="$1" missing
  shift
  mapfile -t missing < <(missing_tools "$@")
  if ((${#missing[@]} > 0)) && ((EUID == 0)) && command -v apt-get >/dev/null; then
    echo "$script: installing ${missing[*]}"
    install_tools "${missing[@]}" >/dev/null || true
    mapfile -t missing < <(missing_tools "$@")
  fi
  if ((${#missing[@]} > 0)); then
    echo "$script: missing here: ${missing[*]}. Install a JDK of version 17 or newer (openjdk-17-jdk-headless)," \
      "Maven 3.8 or newer (maven), PostgreSQL (postgresql), MariaDB (mariadb-server), Redis (redis-server), RabbitMQ (rabbitmq-server) and libfaketime, whichever is missing, and start again." >&2
    exit 1
  fi
  JAVA_HOME="$(jdk_home)"
  export JAVA_HOME
}
