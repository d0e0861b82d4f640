# shellcheck shell=bash
# Free ports, and waiting for what will be so. Who sources it has a fail().
patience=${patience-10} # s

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

free_port() {
  local port
  while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
  echo "$port"
}

wait_until() { # COMMAND…
  local deadline=$((SECONDS + patience))
  until "$@"; do
    if ((SECONDS > deadline)); then fail "in vain: $*"; fi
    sleep 0.05
  done
}
