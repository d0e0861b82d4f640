#!/usr/bin/env bash
# chroot.sh SUITE COMMAND…: runs COMMAND in this source tree on another Debian suite, such as trixie or testing.
# It is made once, by debootstrap, in build/chroot/SUITE, of the mirror that apt uses here (or DEBIAN_MIRROR); what
# COMMAND puts into build/ is found in build/on-SUITE afterwards. For root; `./dev test --on SUITE` calls it.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."

fail() { printf 'chroot.sh: %s\n' "$*" >&2; exit 1; }

# The mounts are in a namespace of their own, the processes in another. However this ends, both end with it, and
# nothing outside, such as `rm -rf build`, can walk through a mount.
run_apart() {
  set -m # else the command would inherit a SIGINT that is ignored
  setpriv --pdeathsig KILL unshare --mount --propagation private --pid --fork --kill-child "$0" --apart "$@" &
  trap 'kill -KILL $! 2>/dev/null || true' INT TERM HUP
  wait $!
}

mirror() {
  local codename
  codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
  # shellcheck disable=SC2016
  apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' |
    awk -v here="$codename" '$1 == here || $1 ~ /^((old)*stable|testing|unstable|sid)$/ { print $2; exit }'
}

# What apt needs to reach the mirror as it does here.
copy_apt_settings() { # TO
  local key
  for key in Acquire::http Acquire::https Acquire::Check-Valid-Until Acquire::Check-Date Acquire::ForceIPv4 \
    Acquire::Retries; do
    apt-config dump --format '%f "%v";%n' "$key"
  done | grep -v '""' >"$1/etc/apt/apt.conf.d/50as-outside" || true
  printf '%s\n' 'APT::Install-Recommends "false";' 'Acquire::Languages "none";' >"$1/etc/apt/apt.conf.d/60small"
  # A chroot can be made anew: no flush for each file, no manuals.
  printf '%s\n' force-unsafe-io 'path-exclude=/usr/share/doc/*' 'path-exclude=/usr/share/man/*' \
    'path-exclude=/usr/share/locale/*' >"$1/etc/dpkg/dpkg.cfg.d/small"
  if compgen -G '/usr/local/share/ca-certificates/*.crt' >/dev/null; then
    cp /usr/local/share/ca-certificates/*.crt "$1/usr/local/share/ca-certificates/"
    chroot "$1" update-ca-certificates >/dev/null
  fi
}

make_chroot() { # SUITE
  local new=build/chroot/$1.new from=${DEBIAN_MIRROR-}
  if [[ ! $from ]]; then from=$(mirror); fi
  if [[ ! $from ]]; then apt-get update -qq && from=$(mirror); fi
  [[ $from ]] || fail "apt of this machine names no Debian mirror; set DEBIAN_MIRROR to one"
  rm -rf --one-file-system "$new" # one that was left half made
  mkdir -p "$new"
  printf '\n== Making build/chroot/%s\n' "$1"
  debootstrap --force-check-gpg --variant=minbase --include=ca-certificates "$1" "$new" "$from" >"$new.log" ||
    { tail -n 20 "$new.log" >&2; fail "debootstrap did not make it; all it said is in $new.log"; }
  copy_apt_settings "$new"
  printf '127.0.0.1 localhost\n::1 localhost\n' >"$new/etc/hosts"
  printf '#!/bin/sh\nexit 101\n' >"$new/usr/sbin/policy-rc.d" # no service is started
  chmod +x "$new/usr/sbin/policy-rc.d"
  mkdir "$new/src"
  mv "$new" "build/chroot/$1"
}

run_inside() { # SUITE COMMAND…
  local suite=$1 root=build/chroot/$1 name kept=()
  shift
  [[ -d $root ]] || make_chroot "$suite"
  cp -L /etc/resolv.conf "$root/etc/resolv.conf"
  mkdir -p "build/on-$suite"
  mount -t proc proc "$root/proc"
  mount --rbind /sys "$root/sys"
  mount --rbind /dev "$root/dev"
  mount --bind . "$root/src"
  mount --bind "build/on-$suite" "$root/src/build"
  for name in TERM http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
    if [[ ${!name-} ]]; then kept+=("$name=${!name}"); fi
  done
  chroot "$root" env -i -C /src HOME=/root LANG=C.UTF-8 CCACHE_DIR=/src/build/ccache "${kept[@]}" \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

if [[ ${1-} == --apart ]]; then
  shift
  run_inside "$@"
  exit
fi
(($# >= 2)) || fail "Usage: chroot.sh SUITE COMMAND…"
[[ $1 =~ ^[a-z]+$ ]] || fail "'$1' is not the name of a Debian suite"
((EUID == 0)) || fail "needs root"
unshare --mount true 2>/dev/null || fail "has to mount, which is not allowed here (a container wants CAP_SYS_ADMIN)"
mkdir -p build/chroot
exec 9>"build/chroot/$1.lock" # one at a time
flock 9
run_apart "$@"
