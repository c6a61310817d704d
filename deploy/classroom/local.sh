#!/usr/bin/env bash
# A classroom on one machine, without Kubernetes: JupyterHub with handrail for each learner, who has an account of the
# machine's own. Runs until Ctrl-C; the same command goes on.
#
#   sudo deploy/classroom/local.sh [COURSE]     COURSE: the folder of a scenario or course
#   sudo deploy/classroom/local.sh --remove     of one that was stopped: removes accounts, homes and all that was installed
#
# ROSTER=names.txt   a name on each line (a-z, 0-9 and -); accounts and passwords are made for those that have none
# TEACHER=name       may see every learner's server in JupyterHub's admin page (default: teacher)
# DIR=folder         where everything lies (default: /srv/handrail-classroom)
# PROGRAMS=folder    where JupyterHub and handrail are installed (default: programs/ in DIR, and removed with it)
# PORT=8000          where browsers find it; HUB_PORT, PROXY_PORT and BOARD_PORT (the next) are this machine's alone
# ADDRESS=127.0.0.1  listens there alone (default: on every address of this machine)
# PREVIEWS=https://*.previews.school.example   shows what lessons serve, each at a name of its own, all of which are this
#                    machine's in the DNS and in CERT (default: none are shown; http://*.localhost:8000 shows them to a
#                    browser on this machine)
# CERT=file KEY=file speak TLS; without, whoever can listen on the network reads passwords
# IDLE=3600          seconds without a key or a click until a learner's server is ended; the work stays
# ACTIVITY_INTERVAL=60   seconds from one word of a server to the Hub that somebody works to the next; shorter than IDLE
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
given=()
for name in ROSTER TEACHER DIR PROGRAMS PORT HUB_PORT PROXY_PORT BOARD_PORT ADDRESS PREVIEWS CERT KEY IDLE ACTIVITY_INTERVAL; do
    [ -z "${!name:-}" ] || given+=("$name=${!name}")
done

fail() {
    echo "classroom: $*" >&2
    exit 1
}
# The same command with other settings, to be copied: again [NAME=value…] -- [COURSE or option]
again() {
    local words=() each
    [ "$(id -u)" = 0 ] && [ -z "${SUDO_USER:-}" ] || words=(sudo)
    for each in "${given[@]}"; do
        [[ " $* " == *" ${each%%=*}="* ]] || words+=("$each")
    done
    while [ "$1" != -- ]; do
        words+=("$1")
        shift
    done
    shift
    printf '%q ' "${words[@]}" "$0" "$@" | sed 's/ $//'
}
trap 'echo; echo "classroom: stopped. To go on: $(again -- "$@")" >&2; exit 130' INT TERM
trap 'fail "it stopped there. Mend what is said above, then type the same command again: $(again -- "$@")"' ERR

[ "$(id -u)" = 0 ] || fail "learners' shells run as accounts of their own, which only root can make: $(again -- "$@")"

DIR=$(realpath --canonicalize-missing "${DIR:-/srv/handrail-classroom}")
export DIR PROGRAMS=${PROGRAMS:-$DIR/programs} PORT=${PORT:-8000} ADDRESS=${ADDRESS:-} IDLE=${IDLE:-3600}
export ACTIVITY_INTERVAL=${ACTIVITY_INTERVAL:-60}
export TEACHER=${TEACHER:-teacher} CERT=${CERT:-} KEY=${KEY:-} PREVIEWS=${PREVIEWS:-}
for name in PORT HUB_PORT PROXY_PORT BOARD_PORT IDLE ACTIVITY_INTERVAL; do
    [[ ${!name:-1} =~ ^[1-9][0-9]{0,8}$ ]] || fail "$name is to be a whole number, and not ${!name}."
done
export HUB_PORT=${HUB_PORT:-$((PORT + 1))} PROXY_PORT=${PROXY_PORT:-$((PORT + 2))}
export BOARD_PORT=${BOARD_PORT:-$((PORT + 3))}
group=handrail-classroom

# The classroom's accounts are those of its group that are at home in it; another classroom has its own.
members() {
    getent passwd | awk -F: -v gid="$(getent group "$group" | cut -d: -f3)" -v homes="$DIR/homes/" \
        'gid != "" && $4 == gid && index($6, homes) == 1 { print $1 }'
}
# Nothing in a folder of somebody's own is to be written over, or removed.
is_classroom() { [ -f "$DIR/lock" ]; }
is_empty() { [ ! -e "$DIR" ] || [ -z "$(ls -A "$DIR" 2>/dev/null || echo unreadable)" ]; }
# One run has it until its Hub ends, however that ends.
take() {
    exec {lock}>>"$DIR/lock"
    flock --nonblock "$lock" || fail "this classroom runs, or is being made ready: press Ctrl-C where it was started, $1"
}
proxy_of_last_run() {
    local pid
    pid=$(cat "$DIR/proxy.pid" 2>/dev/null) && grep -qa configurable-http-proxy "/proc/$pid/cmdline" 2>/dev/null && echo "$pid"
}

if [ "${1:-}" = --remove ]; then
    is_classroom || [ -n "$(members)" ] || {
        echo "classroom: there is none in $DIR"
        exit 0
    }
    take "then type: $(again -- --remove)"
    # What a Hub that was killed has left.
    pid=$(proxy_of_last_run) && kill "$pid"
    for name in $(members); do
        for try in $(seq 30); do
            # Not what runs in containers: their users may have the same numbers.
            [ "$try" -lt 10 ] && signal=TERM || signal=KILL
            pkill "-$signal" -u "$name" --ns $$ --nslist pid || break
            [ "$try" != 2 ] || echo "classroom: waiting until the programs of $name have ended"
            sleep 1
        done
        userdel "$name"
    done
    [ -n "$(awk -F: -v gid="$(getent group "$group" | cut -d: -f3)" '$4 == gid' <(getent passwd))" ] ||
        ! getent group "$group" >/dev/null || groupdel "$group"
    rm -rf --one-file-system "$DIR"
    echo "classroom: accounts, homes and $DIR are removed"
    exit 0
fi

[ -n "${1:-}" ] || fail "COURSE is missing, the folder of a scenario or course: $(again -- my-course)"
[ -d "$1" ] || fail "there is no folder $1. Name the one of a scenario or course: $(again -- my-course)"
course=$(cd "$1" && pwd)
[ -n "${ROSTER:-}" ] || fail "ROSTER is missing, a file with a name on each line: $(again ROSTER=names.txt -- "$@")"
[ -f "$ROSTER" ] || fail "there is no file $ROSTER. Make one with a name on each line: printf 'anna\nben\n' > $(printf %q "$ROSTER")"
names=$("$here/roster.sh" "$ROSTER")
[ -n "$names" ] || fail "no name is in $ROSTER. Write one on each line: printf 'anna\nben\n' > $(printf %q "$ROSTER")"
for name in $names "$TEACHER"; do
    where="Change it in $ROSTER, then type: $(again -- "$@")"
    [ "$name" != "$TEACHER" ] || where="Choose another one: $(again TEACHER=instructor -- "$@")"
    [[ $name =~ ^[a-z][a-z0-9-]{0,30}$ ]] || fail "$name cannot be an account: use a-z, 0-9 and -, beginning with a letter. $where"
    home=$(getent passwd "$name" | cut -d: -f6 || true)
    [ -z "$home" ] || members | grep -x -- "$name" >/dev/null || case $home in
        */homes/"$name") fail "$name is at home in a classroom of another folder. Remove that one: $(again "DIR=${home%/homes/*}" -- --remove)" ;;
        *) fail "$name is an account of this machine already, and none of the classroom's. $where" ;;
    esac
done
for file in $CERT $KEY; do
    [ -r "$file" ] || fail "there is no file $file that can be read. CERT and KEY are files in PEM format."
done
if [[ -n $PREVIEWS && ! $PREVIEWS =~ ^(https://\*\.[a-z0-9.-]+|http://\*\.([a-z0-9.-]+\.)?localhost)(:[0-9]+)?$ ]]; then
    fail "PREVIEWS is $PREVIEWS. It has to be like https://*.previews.school.example (or http://*.localhost:$PORT, for a browser on this machine)."
fi
is_classroom || is_empty || fail "$DIR is no classroom, and not empty. Take a folder of its own: $(again "DIR=$DIR/classroom" -- "$@")"
mkdir -p "$DIR/homes"
chmod 755 "$DIR" "$DIR/homes"
setpriv --reuid=65534 --regid=65534 --clear-groups test -x "$DIR/homes" ||
    fail "learners' accounts cannot get into $DIR, because a folder above it is closed to them. Take another: $(again DIR=/srv/handrail-classroom -- "$@")"
take "or take other ports and another folder for a second one: $(again "DIR=$DIR-2" "PORT=$((PORT + 10))" -- "$@")"
# After a Hub that was killed, the next one ends its proxy.
ports=("$HUB_PORT" "$BOARD_PORT")
proxy_of_last_run >/dev/null || ports+=("$PORT" "$PROXY_PORT")
"$here/free_ports.py" "${ports[@]}" || fail "Take others: $(again "PORT=$((PORT + 10))" -- "$@")"

bash "$here/install.sh" "$PROGRAMS"
# The course as it is now, where learners may read it and not write.
rm -rf "$DIR/course"
mkdir "$DIR/course"
tar -C "$course" --exclude-vcs --exclude=.venv --exclude=node_modules -cf - . | tar -C "$DIR/course" --no-same-owner -xf -
chmod -R u=rwX,go=rX "$DIR/course"
status=0
"$PROGRAMS/venv/bin/handrail" lint "$DIR/course" >/dev/null 2>&1 || status=$?
[ "$status" != 2 ] || fail "nothing in $1 is a scenario or course. Name a folder that holds an index.json: $(again -- my-course)"
[ "$status" != 1 ] || echo "classroom: the course has errors that learners may meet. To see them: $PROGRAMS/venv/bin/handrail lint $(printf %q "$course")"

getent group "$group" >/dev/null || groupadd "$group"
passwords=$DIR/passwords.txt
(umask 077 && touch "$passwords")
for name in $names $TEACHER; do
    getent passwd "$name" >/dev/null || useradd --gid "$group" --home-dir "$DIR/homes/$name" --create-home --shell /bin/bash "$name"
    chmod 700 "$DIR/homes/$name"
    if ! grep -q "^$name " "$passwords"; then
        password=$(tr -dc 'a-hjkmnp-z2-9' </dev/urandom | head -c 10 || true)
        echo "$name:$password" | chpasswd
        echo "$name $password" >>"$passwords"
    fi
done

export NAMES="$names"
echo "classroom: names and passwords are in $passwords"
[ -n "$CERT" ] || echo "classroom: without TLS, whoever can listen on this network reads passwords: give CERT=file KEY=file"
echo "classroom: learners open http${CERT:+s}://${ADDRESS:-$(hostname)}:$PORT/ and $TEACHER the same with services/board/ at its end"
trap - ERR INT TERM
cd "$DIR"
exec "$PROGRAMS/venv/bin/jupyterhub" --config "$here/local_config.py" --log-level WARN
