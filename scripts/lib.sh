# Shared by the scripts of this folder: what they install and how they build. Sourced, never run.
# Everything is said on stderr: the standard output of `run` belongs to the server.
# shellcheck shell=bash
# shellcheck disable=SC2034  # the package lists are used by those that source this

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

build_packages=(
  build-essential cmake ninja-build pkg-config mold
  libasio-dev libcxxopts-dev libspdlog-dev rapidjson-dev libutf8proc-dev libicu-dev libsodium-dev libreadline-dev
  libsqlite3-dev libsqlitecpp-dev libcpp-jwt-dev nlohmann-json3-dev
  libssl-dev libsrtp2-dev libwslay-dev libqrencode-dev zlib1g-dev libbrotli-dev prometheus-cpp-dev
)
test_packages=(
  libgtest-dev libgmock-dev libbenchmark-dev libcurl4-openssl-dev etcd-server
  clang-14 libclang-rt-14-dev clang-format-14 clang-tidy-14 shellcheck doxygen
  ffmpeg php-cli netcat-openbsd inetutils-telnet tmux strace valgrind systemd python3 openssl
  chromium firefox-esr fonts-wqy-microhei coturn iproute2 nftables locales nginx-light zsh fish groff-base
)
packaging_packages=(debhelper fakeroot lowdown)

say() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
}

die() {
  say "$*"
  exit 1
}

# Of the packages named, those that are not installed.
missing_packages() {
  local installed package
  installed=$(dpkg-query --show --showformat '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null || true)
  for package in "$@"; do
    grep -qx "$package installed" <<<"$installed" || echo "$package"
  done
}

# Installs those of the packages named that are missing, as root or through sudo.
install_packages() {
  if ! command -v dpkg-query apt-get >/dev/null; then
    say "there is no apt here: the counterparts of these packages must be installed: $*"
    return
  fi
  local missing
  mapfile -t missing < <(missing_packages "$@")
  if [[ ${#missing[@]} -eq 0 ]]; then
    return
  fi
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)
  if [[ $EUID -ne 0 ]]; then
    command -v sudo >/dev/null ||
      die "these packages are missing, and there is no sudo; as root: apt-get install ${missing[*]}"
    apt=(sudo "${apt[@]}")
  fi
  say "installing ${missing[*]}"
  "${apt[@]}" update >&2 || say "the package lists could not be renewed; going on with those that are here"
  "${apt[@]}" install -y --no-install-recommends "${missing[@]}" </dev/null >&2 ||
    die "that did not work; as root: apt-get install ${missing[*]}"
}

# configure PRESET [cmake options]: writes build/PRESET, where each folder is one unit for the compiler: half the time.
# Uses a compiler cache and a fast linker if they are installed.
configure() {
  local preset=$1
  shift
  local launcher linker=
  launcher=$(command -v ccache || true)
  if command -v mold >/dev/null; then
    linker=-fuse-ld=mold
  fi
  cmake -S "$root" --preset "$preset" -DCMAKE_C_COMPILER_LAUNCHER="$launcher" \
    -DCMAKE_CXX_COMPILER_LAUNCHER="$launcher" -DCMAKE_EXE_LINKER_FLAGS="$linker" -DPARLEY_UNITY=ON "$@" >/dev/null
}

# build PRESET [targets]: brings build/PRESET up to date. What runs beside it comes first: browsers, for example.
build() {
  local preset=$1
  shift
  # On a terminal one line shows the progress; elsewhere only what goes wrong is shown.
  local quiet=()
  if [[ ! -t 2 ]]; then
    quiet=(--quiet)
  fi
  # Without this, the cache takes nothing that reads precompiled headers, as the tests do.
  export CCACHE_SLOPPINESS=${CCACHE_SLOPPINESS:-pch_defines,time_macros}
  say "building build/$preset"
  nice -n 10 ninja -C "$root/build/$preset" -j "$(nproc)" "${quiet[@]}" "$@" >&2
}

# Brings the page's packages up to date, static/node_modules.
install_page_packages() {
  local static=$root/static
  command -v npm >/dev/null || install_packages nodejs npm
  if [[ ! $static/node_modules/.package-lock.json -nt $static/package-lock.json ]]; then
    say "installing the page's packages"
    npm --prefix "$static" ci >&2
  fi
}

# Brings the page up to date, static/dist.
build_page() {
  local static=$root/static newer=new
  install_page_packages || return
  if [[ -e $static/dist/index.html ]]; then
    newer=$(find "$static" \( -name node_modules -o -name dist \) -prune -o \
      -type f -newer "$static/dist/index.html" -print -quit)
  fi
  if [[ -n $newer ]]; then
    say "building the page"
    npm --prefix "$static" run build >&2
  fi
}

# fuzz_targets PRESET: the names of all fuzz targets; build/PRESET has them.
fuzz_targets() {
  local program
  for program in "$root/build/$1"/tests/fuzz/fuzz_*; do
    [[ ! -x $program || -d $program ]] || echo "${program##*/fuzz_}"
  done
}

# fuzz_all PRESET SECONDS TARGET...: each for so long, one a core at a time. What they find stays in build/PRESET:
# inputs that reach something new in found/TARGET, one that breaks something as TARGET-crash-... Counts in
# $fuzz_passed and $fuzz_failed.
fuzz_all() {
  local folder=$root/build/$1 seconds=$2 target pid status
  local -A running=()
  shift 2
  fuzz_passed=0
  fuzz_failed=0
  for target in "$@" ''; do
    while [[ ${#running[@]} -gt 0 ]] && [[ -z $target || ${#running[@]} -ge $(nproc) ]]; do
      status=0
      wait -n -p pid "${!running[@]}" || status=$?
      fuzz_report "$folder" "${running[$pid]}" "$status"
      unset "running[$pid]"
    done
    if [[ -n $target ]]; then
      fuzz_start "$folder" "$target" "$seconds"
      running[$!]=$target
    fi
  done
}

# fuzz_start FOLDER TARGET SECONDS: starts from the seeds, written by hand or made of the vectors, and from what
# earlier runs found.
fuzz_start() {
  mkdir -p "$1/found/$2" "$1/seeds/$2"
  "$1/tests/fuzz/fuzz_$2" -max_total_time="$3" -timeout=60 -artifact_prefix="$1/$2-" \
    "$1/found/$2" "$root/tests/fuzz/corpus/$2" "$1/seeds/$2" >"$1/$2.log" 2>&1 &
}

# fuzz_report FOLDER TARGET STATUS
fuzz_report() {
  local log=$1/$2.log
  if [[ $3 -eq 0 ]]; then
    fuzz_passed=$((fuzz_passed + 1))
    echo "fuzz $2: $(tail -n 1 "$log")"
  else
    fuzz_failed=$((fuzz_failed + 1))
    tail -n 60 "$log"
    echo "fuzz $2: FAILED"
  fi
}
