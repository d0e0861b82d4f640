# shellcheck shell=bash
# Processes and ports, for run.sh and the clients written in shell. Ends what it has started, by its process id.

PATH=$PATH:/usr/sbin
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
scratch=$(mktemp -d)
declare -A pid_of

give_up() { # TEXT
  echo "clients: $*" >&2
  exit 1
}

stop() { # NAME
  local pid=${pid_of[$1]} tries
  kill -TERM "$pid" 2>/dev/null || true
  for ((tries = 0; tries < 100; ++tries)); do
    if ! kill -0 "$pid" 2>/dev/null; then break; fi
    sleep 0.05
  done
  kill -KILL "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  unset "pid_of[$1]"
}

end_everything() {
  local name
  for name in "${!pid_of[@]}"; do stop "$name"; done
  rm -rf "$scratch"
}
trap end_everything EXIT
trap 'exit 130' INT TERM HUP

# What it says is in $scratch/NAME.out and NAME.log.
start() { # NAME COMMAND…
  local name=$1
  shift
  "$@" >"$scratch/$name.out" 2>"$scratch/$name.log" </dev/null &
  pid_of[$name]=$!
}

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

free_port() {
  local port
  while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
  echo "$port"
}

wait_until_listens() { # PORT
  local deadline=$((SECONDS + 30))
  until listens "$1"; do
    if ((SECONDS > deadline)); then
      tail -n 20 "$scratch"/*.log >&2
      give_up "nothing listens on port $1"
    fi
    sleep 0.05
  done
}

# The port that a helper has chosen and printed.
said_port() { # NAME
  local tries
  for ((tries = 0; tries < 200; ++tries)); do
    if [[ -s $scratch/$1.out ]]; then
      head -n 1 "$scratch/$1.out"
      return
    fi
    sleep 0.05
  done
  give_up "$1 does not start"
}

# A bridge of its own, with these lines of TOML in [http].
start_bridge() { # NAME [LINE…]
  local name=$1 port
  port=$(free_port)
  shift
  printf '%s\n' "state_dir = \"${state_dir:-none}\"" \
    '[mqtt]' 'server = "127.0.0.1"' "port = ${broker:-${BROKER_PORT-}}" 'subscribe = []' \
    '[http]' "port = $port" "$@" >"$scratch/$name.toml"
  start "$name" "${program:-${BRIDGE_PROGRAM-}}" --config "$scratch/$name.toml"
  wait_until_listens "$port"
  echo "http://127.0.0.1:$port" >"$scratch/$name.url"
}

url_of() { cat "$scratch/$1.url"; } # NAME

# Exact versions, into a folder of its own, which goes with the run.
npm_install() { # FOLDER PACKAGE@VERSION…
  local folder=$1
  shift
  mkdir -p "$folder"
  (cd "$folder" && timeout 170 npm install --no-audit --no-fund --no-save --loglevel=error "$@") >&2
}

# `CASE STATUS`, the rest of the arguments is curl's.
ask() { # CASE ARG…
  local case=$1
  shift
  printf '%s %s %s\n' "$case" "$(curl -sS -m 20 -o "$scratch/answer" -w '%{http_code}' "$@" || true)" \
    "$(tr -d '\n' <"$scratch/answer" | cut -c 1-200)"
}
