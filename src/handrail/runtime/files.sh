#!/bin/sh
# Reads and changes files in a container, for container_files.py, which knows what the exit statuses mean.
# Usage: files.sh list|read|write|folder|rename|delete PATH [MORE]
set -eu

whole() {
    # The tilde is the lesson's way to say home, which no shell has seen yet.
    # shellcheck disable=SC2088
    case $1 in
    "" | "~") echo "$HOME" ;;
    "~/"*) echo "$HOME/${1#??}" ;;
    /*) echo "$1" ;;
    *) echo "$HOME/$1" ;;
    esac
}

is_there() { [ -e "$1" ] || [ -L "$1" ]; }

may_write() {
    rights=$(ls -ld "$1")
    case ${rights%% *} in
    *w*) [ -w "$1" ] && [ -w "$(dirname "$1")" ] ;;
    *) false ;;
    esac
}

# Ends unless it is a file on a disk.
want_file() {
    is_there "$1" || exit 20
    [ ! -d "$1" ] || exit 21
    [ -f "$1" ] || exit 22
    case $(readlink -f "$1") in /proc/* | /sys/* | /dev/*) exit 22 ;; esac
}

kind() {
    if [ -d "$1" ]; then echo folder; elif [ -f "$1" ]; then echo file; else echo other; fi
}

path=$(whole "$2")
case $1 in
list)
    [ -e "$path" ] || exit 20
    cd "$path"
    count=0
    for name in * .*; do
        case $name in . | ..) continue ;; esac
        is_there "./$name" || continue
        count=$((count + 1))
        [ "$count" -le "$3" ] || break
        printf '%s %s\0' "$(kind "./$name")" "$name"
    done
    ;;
read)
    want_file "$path"
    [ "$(wc -c <"$path")" -le "$3" ] || exit 23
    if may_write "$path"; then echo w; else echo r; fi
    cat "$path"
    ;;
write) # PATH VERSION|none|any SIZE, the content on standard input
    if is_there "$path"; then
        path=$(readlink -f "$path") || exit 20
        is_there "$path" || { [ "$3" = none ] || [ "$3" = any ]; } || exit 24
    fi
    if is_there "$path"; then
        want_file "$path"
        digest=$(sha256sum <"$path")
        [ "$3" = any ] || [ "$3" = "${digest%% *}" ] || exit 24
        may_write "$path" || exit 25
    else
        [ "$3" = any ] || [ "$3" = none ] || exit 24
        mkdir -p "$(dirname "$path")"
    fi
    aside=$(dirname "$path")/.editor-$$
    trap 'rm -f "$aside"' EXIT
    : >"$aside"
    [ ! -e "$path" ] || cp -p "$path" "$aside"
    cat >"$aside"
    # A save that was cut off must not take the place of what was there.
    [ "$(wc -c <"$aside")" -eq "$4" ] || exit 28
    mv -f "$aside" "$path"
    ;;
folder)
    ! is_there "$path" || exit 26
    mkdir -p "$path"
    ;;
rename)
    to=$(whole "$3")
    is_there "$path" || exit 20
    [ "$path" != "$HOME" ] || exit 29
    ! is_there "$to" || exit 26
    mkdir -p "$(dirname "$to")"
    mv "$path" "$to"
    ;;
delete)
    is_there "$path" || exit 20
    [ "$path" != "$HOME" ] || exit 29
    if [ -d "$path" ] && [ ! -L "$path" ]; then rmdir "$path" 2>/dev/null || exit 27; else rm -f "$path"; fi
    ;;
esac
