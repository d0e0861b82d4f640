#!/usr/bin/env bash
# The Debian package holds the program, its unit and its configuration, and names the libraries it needs.
set -euo pipefail
build=$1

directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
(cd "$build" && cpack -G DEB -B "$directory" >"$directory/log" 2>&1) || { cat "$directory/log" >&2; exit 1; }
package=("$directory"/mqtt-rest-bridge_*.deb)
dpkg-deb -x "${package[0]}" "$directory/root"
dpkg-deb -e "${package[0]}" "$directory/control"
fail() { echo "$*" >&2; exit 1; }

cd "$directory"
for file in usr/bin/mqtt-rest-bridge usr/lib/systemd/system/mqtt-rest-bridge.service etc/mqtt-rest-bridge/bridge.toml; do
  [[ -f root/$file ]] || fail "the package lacks /$file"
done
root/usr/bin/mqtt-rest-bridge --config root/etc/mqtt-rest-bridge/bridge.toml --check
grep -qx /etc/mqtt-rest-bridge/bridge.toml control/conffiles || fail "an upgrade would overwrite the configuration"
for library in libc6 libcpp-httplib libssl3 libpaho-mqttpp3; do
  grep -q "^Depends:.*$library" control/control || fail "the package does not depend on $library"
done
