#!/bin/sh
# Installs Debian packages without letting them start a service: install-with-apt.sh PACKAGE...
# Runs as root. A shell script, so that what runs with sudo can be read whole, and so that the policy file is removed
# by the same process that waits for apt, even when whoever started it is killed.
# LOCAL_STACK_SYSTEM_ROOT stands in for / in tests.
set -eu

root=${LOCAL_STACK_SYSTEM_ROOT:-}
policy=$root/usr/sbin/policy-rc.d
mark='# temporary: gather-and-store installs packages without starting them'
units='redis-server redis redis-sentinel valkey-server valkey mariadb mysql mysqld'
export DEBIAN_FRONTEND=noninteractive LC_ALL=C

# An earlier installation that was killed outright may have left its policy file.
if [ -f "$policy" ] && grep -qxF "$mark" "$policy"; then rm -f "$policy"; fi

cleanup() { if [ -n "${ours:-}" ]; then rm -f "$policy"; fi; }
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

if [ ! -e "$policy" ]; then
  ours=yes
  mkdir -p "${policy%/*}"
  printf '#!/bin/sh\n%s\nexit 101\n' "$mark" >"$policy"
  chmod 755 "$policy"
fi

present() { # the units of ours that this machine has
  for unit in $units; do
    for folder in lib/systemd/system usr/lib/systemd/system etc/systemd/system; do
      if [ -e "$root/$folder/$unit.service" ]; then echo "$unit"; break; fi
    done
  done
}

apt() { # apt-get with patience: another program may hold its locks
  for attempt in 1 2 3 4 5 6; do
    if output=$(apt-get -o DPkg::Lock::Timeout=120 "$@" 2>&1 </dev/null); then
      printf '%s\n' "$output"
      return 0
    fi
    printf '%s\n' "$output"
    case $output in *'Could not get lock'* | *'Unable to lock'*) sleep "${LOCAL_STACK_LOCK_WAIT:-10}" ;; *) return 1 ;; esac
  done
  return 1
}

lists_are_fresh() {
  [ -n "$(find "$root/var/lib/apt/lists" -maxdepth 1 -name '*_Packages*' -mtime -1 2>/dev/null | head -n 1)" ]
}

now=
if [ -d "$root/run/systemd/system" ]; then now=--now; fi
disable() { # where there is no systemctl, the packages have made the links all the same
  systemctl disable $now "$1.service" >/dev/null 2>&1 && return
  deb-systemd-helper disable "$1.service" >/dev/null 2>&1 || true
  update-rc.d "$1" disable >/dev/null 2>&1 || true
}

before=" $(present | tr '\n' ' ')"
updated=
if ! lists_are_fresh; then apt update -q && updated=yes; fi
if ! apt install -y -q --no-install-recommends "$@"; then
  [ -z "$updated" ] || exit 1
  apt update -q
  apt install -y -q --no-install-recommends "$@"
fi

for unit in $(present); do
  case $before in
    *" $unit "*) ;;
    *) disable "$unit" ;;
  esac
done
