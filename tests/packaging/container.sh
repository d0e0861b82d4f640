#!/usr/bin/env bash
# The container file's steps, each in a copy of a bare Debian chroot in place of the image that it names: what it builds
# runs as the user it names, with nothing but variables, and is found healthy by its own healthcheck. As root.
set -euo pipefail
# shellcheck source=tests/packaging/waiting.sh
source "$(dirname "${BASH_SOURCE[0]}")/waiting.sh"
base=$(readlink -f "$1") # of debootstrap --variant=minbase; left as it is
cd "$(dirname "$0")/../.."
file=$PWD/packaging/container/Containerfile

work=$base.container
processes=()
finish() {
  kill "${processes[@]}" 2>/dev/null || true
  wait
  rm -rf --one-file-system "$work"
}
trap finish EXIT
rm -rf --one-file-system "$work"
mkdir -p "$work"
fail() { printf '%s\n' "$*" >&2; tail -n 50 "$work"/*.log >&2 2>/dev/null || true; exit 1; }

# --- the steps ---

declare -A roots=() variables=()
root='' stage='' workdir=/ user=0:0 volume='' healthcheck='' entrypoint=''

# As a process of the stage's own, in its own view of the mounts; it takes the place of the shell that calls this.
enter() { # USER COMMAND…
  local as=$1 name settings=(PATH=/usr/sbin:/usr/bin:/sbin:/bin "HOME=/nonexistent")
  shift
  for name in "${!variables[@]}"; do settings+=("$name=${variables[$name]}"); done
  # shellcheck disable=SC2016  # for the inner shell
  exec unshare --mount sh -c '
    root=$1 as=$2; shift 2
    mount -t proc proc "$root/proc"
    exec env -i "$@"' sh "$root" "$as" "${settings[@]}" chroot --userspec="$as" --groups= "$root" "$@"
}

begin_stage() { # IMAGE [AS NAME]
  [[ $1 == debian:*-slim ]] || fail "the base is $1"
  stage=${3-final} workdir=/ user=0:0 variables=()
  root=$work/$stage
  roots[$stage]=$root
  cp -a --one-file-system "$base" "$root"
}

copy() { # [--from=STAGE] SOURCE… TARGET
  local from=$PWD target source
  if [[ $1 == --from=* ]]; then from=${roots[${1#--from=}]}; shift; fi
  target=${*: -1}
  [[ $target == /* ]] || target=$workdir/$target
  for source in "${@:1:$#-1}"; do
    if [[ -d $from/$source ]]; then
      mkdir -p "$root$target"
      cp -R "$from/$source/." "$root$target"
    else
      mkdir -p "$root${target%/*}"
      # shellcheck disable=SC2086  # a pattern, as in the container file
      cp $from/$source "$root$target"
    fi
  done
}

step() { # INSTRUCTION ARGUMENTS
  local words
  read -ra words <<<"$2"
  case $1 in
    ARG | EXPOSE) ;;
    FROM) begin_stage "${words[@]}" ;;
    WORKDIR) workdir=$2; mkdir -p "$root$workdir" ;;
    COPY) copy "${words[@]}" ;;
    RUN) (enter 0:0 sh -c "cd $workdir && $2") >>"$work/log" 2>&1 || { tail -40 "$work/log" >&2; fail "RUN $2"; } ;;
    ENV) variables[${2%%=*}]=${2#*=} ;;
    USER) user=$2 ;;
    VOLUME) volume=$2 ;;
    HEALTHCHECK) healthcheck=${2#*CMD } ;;
    ENTRYPOINT) entrypoint=$2 ;;
    *) fail "the container file has a step that is not tested here: $1" ;;
  esac
}

while read -r instruction arguments; do
  step "$instruction" "$arguments"
done < <(sed -e '/^ *#/d' -e '/^ *$/d' "$file" | sed -e ':a' -e '/\\$/N; s/\\\n//; ta')

# --- what has come of it ---

words_of() { jq -r '.[]' <<<"$1"; }
mapfile -t program < <(words_of "$entrypoint")
mapfile -t check < <(words_of "$healthcheck")
run() { (enter "$user" "$@"); }

if grep -nE '^(ARG|ENV) .*(PASS|SECRET|TOKEN)' "$file"; then fail "the image holds a secret"; fi
[[ $user =~ ^[1-9][0-9]*:[1-9][0-9]*$ ]] || fail "the user is $user"
[[ $(stat -c %u:%g:%a "$root$volume") == "$user:700" ]] || fail "$volume is not the user's alone"
[[ ${variables[STATE_DIR]} == "$volume" ]] || fail "the state is not in $volume"

port=$(free_port)
variables[HTTP_PORT]=$port
variables[MQTT_SERVER]=127.0.0.1
variables[MQTT_PORT]=1
status=0
run "${program[@]}" >"$work/refused.log" 2>&1 || status=$?
if ((status != 78)) || ! grep -q anonymous "$work/refused.log"; then fail "it serves anybody unasked: $status"; fi

variables[HTTP_ANONYMOUS]=true
mkdir -p "$root/run/secrets"
echo hunter2 >"$root/run/secrets/mqtt" # with mode 0644, as engines mount them
variables[MQTT_USER]=me variables[MQTT_PASSWORD_FILE]=/run/secrets/mqtt
run "${program[@]}" --check || fail "it does not take a secret as it is mounted"
if run "${check[@]}" 2>/dev/null; then fail "it is healthy before it runs"; fi
(enter "$user" "${program[@]}") >"$work/bridge.log" 2>&1 &
processes+=($!)
bridge=$!
is_healthy() { run "${check[@]}" 2>/dev/null; }
wait_until is_healthy
[[ $(stat -c %u:%g "/proc/$bridge") == "$user" ]] || fail "it runs as $(stat -c %u:%g "/proc/$bridge")"
if run "${check[@]}" --ready 2>/dev/null; then fail "it is ready without a broker"; fi
answer=$(curl -sS -d '{"topic":"t","msg":"m","qos":1}' -H 'Prefer: respond-async' "http://127.0.0.1:$port/publish")
[[ $answer == *'"id"'* && -f $root$volume/outbox.db ]] || fail "it keeps nothing in $volume: $answer"
kill -TERM "$bridge"
status=0
wait "$bridge" || status=$?
((status == 0)) || fail "it ends with $status"
echo "built, installed, healthy as $user, and ended"
