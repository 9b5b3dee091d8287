# shellcheck shell=bash
# Which Debian packages are needed for what, and their installation. Sourced by quickstart and test.

# nginx and mke2fs lie in folders that only root's PATH has.
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"

# What to look for, the Debian package that has it, and for which purposes: build, run, demo, test.
# A name that ends in .h is a header, one that begins with python: a module of Python, any other one a program.
needed_things() {
    cat <<'TABLE'
hiredis/hiredis.h  libhiredis-dev        build
curl/curl.h        libcurl4-openssl-dev  build
archive.h          libarchive-dev        build
pkg-config         pkg-config            build
git                git                   build
redis-server       redis-server          run test
bwrap              bubblewrap            run test
socat              socat                 run test
bash               bash                  run test
bzip2              bzip2                 run test
cp                 coreutils             run test
curl               curl                  run test
diff               diffutils             run test
file               file                  run test
gawk               gawk                  run test
getopt             util-linux            run test
jq                 jq                    run test
make               make                  run test
patch              patch                 run test
perl               perl                  run test
prlimit            util-linux            run test
python3            python3               run test
rsync              rsync                 run test
tar                tar                   run test
unzip              unzip                 run test
wget               wget                  run test
which              debianutils           run test
xz                 xz-utils              run test
zstd               zstd                  run test
nginx              nginx                 demo test
openssl            openssl               demo test
mksquashfs         squashfs-tools        demo test
mke2fs             e2fsprogs             demo test
shellcheck         shellcheck            test
python:ensurepip   python3-venv          test
TABLE
}

# thing_is_present NAME
thing_is_present() {
    local folder
    if [[ $1 == python:* ]]; then
        /usr/bin/python3 -c "import ${1#python:}" 2>/dev/null
        return
    fi
    if [[ $1 != *.h ]]; then
        command -v "$1" >/dev/null
        return
    fi
    for folder in /usr/include /usr/local/include /usr/include/*-linux-gnu*; do
        if [[ -e $folder/$1 ]]; then return 0; fi
    done
    return 1
}

# missing_packages PURPOSE...: the packages that lack on this host, sorted, one a line.
missing_packages() {
    local thing package purposes purpose
    while read -r thing package purposes; do
        for purpose in "$@"; do
            if [[ " $purposes " == *" $purpose "* ]] && ! thing_is_present "$thing"; then
                printf '%s\n' "$package"
                break
            fi
        done
    done < <(needed_things) | sort -u
}

# install_packages PURPOSE...: installs what lacks, as root if something does; says so before.
install_packages() {
    local list
    local -a wanted as_root=()
    list=$(missing_packages "$@")
    if [[ -z $list ]]; then return 0; fi
    mapfile -t wanted <<<"$list"
    if ! command -v apt-get >/dev/null; then
        die "this host lacks what these Debian packages have, and there is no apt-get: ${wanted[*]}"
    fi
    if ((EUID != 0)); then
        if ! command -v sudo >/dev/null; then
            die "these packages are missing, and there is no sudo; as root: apt-get install ${wanted[*]}"
        fi
        as_root=(sudo)
        say "root is needed (by sudo) for one thing only: to install the missing packages"
    fi
    say "installing with apt-get (for: $*): ${wanted[*]}"
    if [[ " ${wanted[*]} " =~ \ (redis-server|nginx)\  ]]; then
        say "Debian also starts redis-server and nginx as system services when it installs them; they are not used here"
    fi
    if ! "${as_root[@]}" apt-get -q update; then
        say "apt-get update failed; trying with the package lists as they are"
    fi
    if ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -q install --yes --no-install-recommends "${wanted[@]}"; then
        die "apt-get could not install: ${wanted[*]}"
    fi
    list=$(missing_packages "$@")
    if [[ -n $list ]]; then die "still missing after the installation: ${list//$'\n'/ }"; fi
}

# require_swift: Swift comes from swift.org, not from Debian.
require_swift() {
    local version
    if ! command -v swift >/dev/null; then
        die "swift is not in PATH; Swift 6.2 or newer is needed: https://www.swift.org/install/linux/"
    fi
    version=$(swift --version 2>/dev/null | sed -nE 's/.*Swift version ([0-9]+\.[0-9]+).*/\1/p' | head -n 1)
    if [[ -z $version ]]; then die "swift --version does not say a version; is the toolchain complete?"; fi
    if ((${version%%.*} < 6)) || { ((${version%%.*} == 6)) && ((${version#*.} < 2)); }; then
        die "Swift 6.2 or newer is needed, found $version: https://www.swift.org/install/linux/"
    fi
}
