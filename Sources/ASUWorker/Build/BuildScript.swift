/// The shell scripts that run inside the sandbox.
///
/// They are fixed texts: every value of a request comes as an argument and is never part of a script.
enum BuildScript {
    /// Prepares a freshly unpacked tree, once per archive.
    ///
    /// Argument: the folder that holds `tree/`, writable. Standard output is that of `make info`.
    ///
    /// What every build would do again is done here: the prerequisite check's links, the key, the index of the tree's
    /// own packages. Large kernels, of which a build needs one, move to `large/` beside the tree, so that a build's
    /// copy of the tree stays small.
    static let prepare = #"""
        set -u
        umask 022
        exec </dev/null
        view=$1
        tree=$view/tree
        export HOME="$view"
        cd "$tree" || exit 70
        info=$(mktemp) && names=$(mktemp) || exit 70
        make info >"$info"
        if ! grep -q '^Available Profiles:' "$info" && [ ! -e staging_dir/host/.prereq-build ]; then
            # The check of 19.07 refuses today's hosts; the worker has checked for the tools itself.
            mkdir -p staging_dir/host && touch staging_dir/host/.prereq-build
            make info >"$info" || exit 71
        fi
        # A profile's name is the only line of its block that starts in the first column.
        sed -n '/^Available Profiles:/,$p' "$info" | sed -n '2,$s/^\([^ ]*\):$/\1/p' >"$names"
        [ -s "$names" ] || { cat "$info"; echo 'make info lists no profiles' >&2; exit 72; }
        if [ ! -e staging_dir/host/.prereq-build ]; then
            make -s staging_dir/host/.prereq-build >&2 || {
                echo 'the prerequisite check refused this host and was overridden' >&2
                touch staging_dir/host/.prereq-build || exit 73
            }
        fi
        if grep -q '^_check_keys:' Makefile; then
            make -s _check_keys >&2 || exit 73
        fi
        # The index of the tree's own packages, by the tree's own rule, with no feed to ask.
        for list in repositories.conf repositories; do
            if [ -e "$list" ]; then
                cp -p "$list" "$list.asu"
                sed '/^src\/gz /d;/^https*:/d' "$list.asu" >"$list"
            fi
        done
        make -s package_reload >&2 || true
        for list in repositories.conf repositories; do
            [ ! -e "$list.asu" ] || mv "$list.asu" "$list" || exit 73
        done
        rm -rf build_dir/target-*/root-* build_dir/target-*/root.orig-* bin dl tmp/*
        mkdir -p "$view/large" || exit 74
        # Of the kernels of single profiles a build needs its own only.
        for folder in build_dir/target-*/linux-*; do
            [ -d "$folder" ] || continue
            find "$folder" -maxdepth 1 -type f -size +255k -printf '%f\n' |
                awk 'NR == FNR { profile[$0]; next }
                    { name = $0
                      while (match(name, /-[^-]*$/)) {
                        name = substr(name, 1, RSTART - 1)
                        if (name in profile) { print $0; break } } }' "$names" - |
                while IFS= read -r file; do
                    mv "$folder/$file" "$view/large/$file" && ln -s "../../../../large/$file" "$folder/$file" || exit 74
                done || exit 74
        done
        # The kernel's sources are only read: device trees and their headers.
        for folder in build_dir/target-*/linux-*/linux-*; do
            if [ -d "$folder" ] && [ ! -L "$folder" ]; then
                name=${folder##*/}
                mv "$folder" "$view/large/$name" && ln -s "../../../../large/$name" "$folder" || exit 74
            fi
        done
        cat "$info"
        rm -f "$info" "$names"
        """#

    /// Builds one image.
    ///
    /// Arguments: the prepared folder, the workspace, the door's socket (or empty), the port that leads to it, PROFILE, PACKAGES, EXTRA_IMAGE_NAME, the FILES overlay, ROOTFS_PARTSIZE, ROOTFS_FILESYSTEM, the list
    /// of feeds, a folder of keys (each of these may be empty). Exit code 70 to 79: the script itself failed; else
    /// make's. The files of BIN_DIR, and the list of installed packages, leave as a tar stream through descriptor 0.
    static let build = #"""
        set -u
        umask 022
        exec 3>&0 </dev/null
        pristine=$1 view=$2 door=$3 port=$4 profile=$5 packages=$6 label=$7 files=$8 rootfs=$9
        shift 9
        filesystem=$1 repositories=$2 keys=$3
        tree=$view/tree out=$view/out
        export HOME="$view"
        mkdir "$out" && cp -a "$pristine/tree" "$tree" && ln -s "$pristine/large" "$view/large" || exit 70
        cd "$tree" || exit 70
        for file in build_dir/target-*/linux-*/"$profile"-*; do
            if [ -L "$file" ] && [ -f "$file" ]; then
                cp -pL "$file" "$file.asu" && mv "$file.asu" "$file" || exit 70
            fi
        done
        list=repositories.conf
        [ ! -e repositories ] || list=repositories
        [ -z "$repositories" ] || cat "$repositories" >"$list" || exit 70
        if [ -n "$keys" ]; then
            # A request's key comes besides the tree's own and never in the place of one.
            mkdir -p keys || exit 70
            for key in "$keys"/*; do
                [ -e "keys/${key##*/}" ] || cp "$key" keys/ || exit 70
            done
        fi
        # An index older than its folder is made again, and copying has made everything the same age.
        for index in packages/Packages.gz packages/packages.adb; do
            [ ! -e "$index" ] || touch "$index" || exit 70
        done
        if [ -n "$door" ]; then
            socat "TCP-LISTEN:$port,bind=127.0.0.1,reuseaddr,fork,backlog=64" "UNIX-CONNECT:$door" 3>&- &
            relay=$!
            socket=$(printf ' 0100007F:%04X 00000000:0000 0A ' "$port")
            tries=0
            until grep -q "$socket" /proc/net/tcp; do
                tries=$((tries + 1))
                [ "$tries" -le 500 ] || { echo 'the relay to the package proxy did not start' >&2; exit 71; }
                sleep 0.02
            done
        fi
        set -- "PROFILE=$profile" "PACKAGES=$packages" "EXTRA_IMAGE_NAME=$label" "BIN_DIR=$out"
        [ -z "$files" ] || set -- "$@" "FILES=$files"
        [ -z "$rootfs" ] || set -- "$@" "ROOTFS_PARTSIZE=$rootfs"
        [ -z "$filesystem" ] || set -- "$@" "ROOTFS_FILESYSTEM=$filesystem"
        make image "$@" 3>&-
        code=$?
        if [ -n "$door" ]; then
            kill "$relay" 2>/dev/null
            wait "$relay" 2>/dev/null
        fi
        # The packages as installed, before the finishing of the root; older trees keep no such copy.
        for root in build_dir/target-*/root-* build_dir/target-*/root.orig-*; do
            [ -d "$root" ] || continue
            if [ "$list" = repositories ]; then
                staging_dir/host/bin/apk --root "$tree/$root" query --installed --format json \
                    --fields name,version,tags '*' >"$view/manifest" 2>/dev/null &&
                    mv "$view/manifest" "$out/asu-manifest.json"
            else
                set -- --offline-root "$tree/$root" --add-dest root:/
                { staging_dir/host/bin/opkg "$@" list-installed --strip-abi >"$view/manifest" 2>/dev/null ||
                    staging_dir/host/bin/opkg "$@" list-installed >"$view/manifest"; } &&
                    mv "$view/manifest" "$out/asu-manifest"
            fi
        done
        cd "$out" && find . -maxdepth 1 -type f -printf '%P\0' |
            tar --null --no-recursion --format=gnu --numeric-owner --owner=0 --group=0 -T - -cf - >&3 || exit 75
        exit "$code"
        """#
}
