# Set-up shared by app/run and tests/run; sourced by them, not run. Expects `set -eu` and $root.

say() { printf '%s\n' "$*" >&2; }
fail() { say "${0#"$root/"}: $*"; exit 1; }

# missing_packages GROUPS: prints the lines of app/packages for the groups ("run", "run test") that are not
# installed. One dpkg-query for all, for a start must not wait for twenty of them.
missing_packages() {
  awk -v groups=" $1 " '
    NR == FNR { if ($2 == "installed") have[$1] = 1; next }
    /^#/ || NF < 2 || !index(groups, " " $1 " ") || $2 in have { next }
    { sub(/^[a-z]+ +/, ""); print }
  ' <(dpkg-query -W -f='${Package} ${db:Status-Status}\n') "$root/app/packages"
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else fail "installing needs root, and there is no sudo. Run as root once:  $*"; fi
}

# require_packages GROUPS INSTALL: makes sure that all packages of the groups are there.
# INSTALL is `install`, or `check` to say what is missing and stop.
require_packages() {
  if ! command -v dpkg-query >/dev/null; then
    say "This is not a Debian or Ubuntu system: nothing is installed; app/packages lists what is needed."
    return
  fi
  local missing names
  missing=$(missing_packages "$1")
  [ -n "$missing" ] || return 0
  say "Missing packages:"
  say "$(sed 's/^/  /' <<<"$missing")"
  [ "$2" = install ] || fail "not installed, as --no-install asks."

  mapfile -t names < <(awk '{ print $1 }' <<<"$missing")
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q >&2 || fail "apt-get update failed; see above."
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${names[@]}" >&2 ||
    fail "apt-get could not install them; see above. (On Ubuntu: is \"universe\" enabled?)"
}

# configure PRESET [CMAKE-OPTION...], then build_again PRESET [TARGET...]: Ninja sees what has changed.
configure() { cmake -S "$root" --preset "$@"; }
build_again() {
  local preset=$1 target options=()
  shift
  for target in "$@"; do options+=(--target "$target"); done
  cmake --build "$root/build/$preset" "${options[@]}" -- ${quiet_ninja:+--quiet}
}
