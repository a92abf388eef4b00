# Set-up shared by app/run and tests/run; sourced by them, not run. Expects `set -eu` and $root.

say() { printf '%s\n' "$*" >&2; }
fail() { say "${0#"$root/"}: $*"; exit 1; }

installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
known() { [ -n "$(apt-cache show --no-all-versions "$1" 2>/dev/null)" ]; }

# Prints the lines of app/packages for the groups given ("run", "run test") of which no alternative is there.
missing_packages() {
  local group=" $1 " when names why alternative
  while read -r when names why; do
    [[ $when != '#'* && -n $when && $group == *" $when "* ]] || continue
    for alternative in ${names//|/ }; do installed "$alternative" && continue 2; done
    printf '%s\t%s\n' "$names" "$why"
  done <"$root/app/packages"
}

# One dpkg-query for the usual case, that everything is there: a start must not wait for twenty of them.
all_installed() {
  local have
  have=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' 2>/dev/null) || true
  awk -v groups=" $1 " '
    NR == FNR { if ($2 == "installed") have[$1] = 1; next }
    /^#/ || NF < 2 || !index(groups, " " $1 " ") { next }
    { ok = 0; n = split($2, names, "|"); for (i = 1; i <= n; i++) ok = ok || names[i] in have; if (!ok) exit 1 }
  ' <(printf '%s\n' "$have") "$root/app/packages"
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else fail "installing needs root, and there is no sudo: run as root once:  $*"; fi
}

# require_packages GROUPS INSTALL: makes sure that all packages of the groups are there.
# INSTALL is `install`, or `check` to say what is missing and stop.
require_packages() {
  if ! command -v dpkg-query >/dev/null; then
    say "This is not a Debian or Ubuntu system: nothing is installed; app/packages lists what is needed."
    return
  fi
  all_installed "$1" && return
  local lines names why alternative
  lines=$(missing_packages "$1")
  say "Missing packages:"
  while IFS=$'\t' read -r names why; do say "  $(printf '%-34s %s' "$names" "$why")"; done <<<"$lines"
  [ "$2" = install ] || fail "not installed, as --no-install asks."

  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q >&2
  local choice=() unknown=()
  while IFS=$'\t' read -r names why; do
    for alternative in ${names//|/ }; do known "$alternative" && choice+=("$alternative") && continue 2; done
    unknown+=("$names")
  done <<<"$lines"
  [ ${#unknown[@]} = 0 ] || fail "apt knows no package ${unknown[*]} (on Ubuntu: is \"universe\" enabled?)"
  say "Installing: ${choice[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${choice[@]}" >&2 ||
    fail "apt-get could not install them; see above."
}

# build PRESET [TARGET...]: configures once, then leaves it to Ninja to see what has changed.
build() {
  local preset=$1 target options=()
  shift
  for target in "$@"; do options+=(--target "$target"); done
  [ -f "$root/build/$preset/build.ninja" ] || cmake -S "$root" --preset "$preset" || return
  cmake --build "$root/build/$preset" "${options[@]}" -- ${quiet_ninja:+--quiet}
}
