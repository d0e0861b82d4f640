# shellcheck shell=bash
# Large messages: how long one of 15 MB takes, and what a small one of QoS 0 waits for beside 16 clients that each post
# a megabyte, again and again.
# shellcheck source=tests/bench/outbox.sh
source "$(dirname "${BASH_SOURCE[0]}")/outbox.sh"

large_bytes=15000000

start_large() {
  port_of[large]=$(free_port 28000)
  HTTP_MAX_BODY=$((large_bytes + 1000)) "$bridge" --mqtt-server 127.0.0.1 --mqtt-port "${port_of[broker]}" --state-dir none \
    --http-port "${port_of[large]}" >"$scratch/large.log" 2>&1 &
  pid_of[large]=$!
  wait_until_listens "${port_of[large]}"
  wait_until curl -sf -m 5 --noproxy '*' -o "$scratch/ready" "http://127.0.0.1:${port_of[large]}/readyz"
}

# A line "QoS milliseconds" for each post; none is lost: the answer says so, and for QoS 1 the broker.
post_large() {  # QOS
  local answer
  answer=$(curl -s -m 30 --noproxy '*' -H 'Expect:' --data-binary @"$scratch/large.bin" -o "$scratch/answer" \
    -w '%{http_code} %{time_total}' "http://127.0.0.1:${port_of[large]}/topics/bench/large?qos=$1")
  [[ $answer == "200 "* ]] || give_up "15 MB at QoS $1: $answer $(cat "$scratch/answer")"
  awk -v qos="$1" -v s="${answer#* }" 'BEGIN { printf "%d %.1f\n", qos, s * 1000 }' >>"$scratch/large"
}

# Lines "small|beside p50 p99 requests/s", in microseconds, of one client that posts small messages of QoS 0.
post_small() {  # WORD
  local pair figures sent answered refused broken us p50 p99
  figures=$(wrk -t 1 -c 1 -d "${seconds}s" -s "$here/publish.lua" "http://127.0.0.1:${port_of[large]}" -- \
    0 bench/small keep | grep '^figures')
  for pair in ${figures#figures }; do printf -v "${pair%%=*}" %s "${pair#*=}"; done
  ((answered > 0 && refused + broken == 0)) || give_up "small messages: $figures"
  : "$sent"
  echo "$1 $p50 $p99 $((answered * 1000000 / us))" >>"$scratch/beside"
}

post_megabytes() {
  wrk -t 1 -c 16 -d "$((seconds + 2))s" -s "$here/megabytes.lua" "http://127.0.0.1:${port_of[large]}" \
    >"$scratch/megabytes.log" &
  pid_of[megabytes]=$!
}

measure_large() {  # ROUNDS
  local round
  head -c "$large_bytes" /dev/zero >"$scratch/large.bin"
  start_large
  for ((round = 1; round <= $1; round++)); do
    post_large 0
    post_large 1
    post_small alone
    post_megabytes
    sleep 0.5
    post_small beside
    wait "${pid_of[megabytes]}" || give_up "the large messages: $(cat "$scratch/megabytes.log")"
    sed -n 's/^figures //p' "$scratch/megabytes.log" >>"$scratch/megabytes"
  done
  stop large
}

column() { awk -v key="$1" -v n="$2" '$1 == key { print $n }' "$scratch/$3" | median; }

print_large() {
  bar 'a message of 15 MB at QoS 0, ms' "$(column 0 2 large)" '<' 100
  bar 'a message of 15 MB at QoS 1, ms' "$(column 1 2 large)" '<' 100
  bar 'small QoS 0, one client: p99 in ms' "$(column alone 3 beside | awk '{ printf "%.2f", $1 / 1000 }')" '<' 20
  bar 'the same beside 16 clients that post 1 MB: p99 in ms' \
    "$(column beside 3 beside | awk '{ printf "%.2f", $1 / 1000 }')" '<' 20
  echo "Megabytes a second beside it: $(median <"$scratch/megabytes")"
}
