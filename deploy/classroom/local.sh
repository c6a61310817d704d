#!/usr/bin/env bash
# A classroom on one machine, without Kubernetes: JupyterHub with handrail for each learner, who has an account of the
# machine's own. Runs until Ctrl-C; the same command goes on.
#
#   sudo deploy/classroom/local.sh [COURSE]     COURSE: the folder of a scenario or course
#   sudo deploy/classroom/local.sh --remove     ends nothing that runs; removes accounts, homes and all that was installed
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
export DIR=${DIR:-/srv/handrail-classroom}
export PROGRAMS=${PROGRAMS:-$DIR/programs} PORT=${PORT:-8000} ADDRESS=${ADDRESS:-} IDLE=${IDLE:-3600}
export ACTIVITY_INTERVAL=${ACTIVITY_INTERVAL:-60}
export TEACHER=${TEACHER:-teacher} CERT=${CERT:-} KEY=${KEY:-} PREVIEWS=${PREVIEWS:-}
export HUB_PORT=${HUB_PORT:-$((PORT + 1))} PROXY_PORT=${PROXY_PORT:-$((PORT + 2))}
export BOARD_PORT=${BOARD_PORT:-$((PORT + 3))}
group=handrail-classroom

fail() {
    echo "classroom: $*" >&2
    exit 1
}

[ "$(id -u)" = 0 ] || fail "learners' shells run as accounts of their own, which only root can make: sudo $0 $*"

members() { getent passwd | awk -F: -v gid="$(getent group "$group" | cut -d: -f3)" 'gid != "" && $4 == gid { print $1 }'; }

if [ "${1:-}" = --remove ]; then
    for name in $(members); do
        # Of a classroom that was stopped just now, something may still be ending.
        for try in $(seq 30); do
            pgrep -u "$name" >/dev/null || break
            [ "$try" != 2 ] || echo "classroom: waiting until the programs of $name have ended"
            [ "$try" != 30 ] || fail "$name has programs that run: stop the classroom first (Ctrl-C where it was started)."
            sleep 1
        done
        userdel "$name"
    done
    ! getent group "$group" >/dev/null || groupdel "$group"
    rm -rf "$DIR"
    echo "classroom: accounts, homes and $DIR are removed"
    exit 0
fi

[ -z "${1:-}" ] || [ -d "$1" ] || fail "there is no folder $1."
course=$(cd "${1:?COURSE is missing: the folder of a scenario or course, e.g.  $0 my-course}" && pwd)
roster=${ROSTER:?ROSTER is missing: a file with a name on each line, e.g.  ROSTER=names.txt $0 $*}
names=$(sed 's/#.*//' "$roster" | tr -s ' \t\r\n' '\n' | sed '/^$/d')
[ -n "$names" ] || fail "no name is in $roster."
for name in $names $TEACHER; do
    [[ $name =~ ^[a-z][a-z0-9-]{0,30}$ ]] || fail "$name cannot be an account: use a-z, 0-9 and -, beginning with a letter."
    if getent passwd "$name" >/dev/null && ! members | grep -x -- "$name" >/dev/null; then
        fail "$name is an account of this machine already, and none of the classroom's: choose another name in $roster."
    fi
    home=$(getent passwd "$name" | cut -d: -f6 || true)
    [ "${home:-$DIR/homes/$name}" = "$DIR/homes/$name" ] ||
        fail "$name is at home in a classroom of another folder. Remove that one first: DIR=${home%/homes/*} $0 --remove"
done

if [[ -n $PREVIEWS && ! $PREVIEWS =~ ^(https://\*\.[a-z0-9.-]+|http://\*\.([a-z0-9.-]+\.)?localhost)(:[0-9]+)?$ ]]; then
    fail "PREVIEWS is $PREVIEWS. It has to be like https://*.previews.school.example (or http://*.localhost:$PORT, for a browser on this machine)."
fi

bash "$here/install.sh" "$PROGRAMS"
# The course as it is now, where learners may read it and not write.
rm -rf "$DIR/course"
mkdir -p "$DIR/course" "$DIR/homes"
chmod 755 "$DIR" "$DIR/homes"
tar -C "$course" --exclude-vcs --exclude=.venv --exclude=node_modules -cf - . | tar -C "$DIR/course" --no-same-owner -xf -
chmod -R u=rwX,go=rX "$DIR/course"

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
cd "$DIR"
exec "$PROGRAMS/venv/bin/jupyterhub" --config "$here/local_config.py" --log-level WARN
