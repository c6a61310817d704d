#!/usr/bin/env bash
# Makes what each learner on a roster needs on the cluster of your KUBECONFIG: a namespace with its rights, limits and
# walls (learner.yaml), and a password. A second run changes nothing; whoever has a password keeps it.
#
#   deploy/classroom/kubernetes/learners.sh names.txt          a name on each line: a-z, 0-9 and -; # begins a comment
#   deploy/classroom/kubernetes/learners.sh --check names.txt  only says whether all names can be; needs no cluster
#   deploy/classroom/kubernetes/learners.sh --passwords        shows names and passwords
#   deploy/classroom/kubernetes/learners.sh --remove NAME…     removes these learners and their work
#
# CLASSROOM=handrail-classroom   the namespace that install.sh has made
# VCLUSTER=1                     gives each a cluster of their own (vcluster.sh); default: as install.sh was told
# TEACHER=teacher                gets a password and no namespace; as for install.sh
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
classroom=${CLASSROOM:-handrail-classroom}
teacher=${TEACHER:-teacher}

fail() {
    echo "classroom: $*" >&2
    exit 1
}
in_classroom() { kubectl --namespace "$classroom" "$@"; }
passwords() {
    # shellcheck disable=SC2016  # a template for kubectl, not for bash
    in_classroom get secret passwords --output 'go-template={{range $name, $word := .data}}{{$name}} {{$word | base64decode}}{{"\n"}}{{end}}'
}

a_password() { tr -dc 'a-hjkmnp-z2-9' </dev/urandom | head -c "$1" || true; }

# In a classroom with a registry (registry.sh): who may write to which folder of it, and how their servers know.
let_into_the_registry() {
    local push pull known new="" name password host
    push=$(in_classroom get secret registry --ignore-not-found --output 'go-template={{.data.push | base64decode}}')
    [ -n "$push" ] || return 0
    pull=$(in_classroom get secret registry --output 'go-template={{.data.pull | base64decode}}')
    host=${push%%/*}
    # shellcheck disable=SC2016  # a template for kubectl, not for bash
    known=$(in_classroom get secret registry-owners --output 'go-template={{range $name, $word := .data}}{{$name}}{{"\n"}}{{end}}')
    for name in "$@"; do
        ! grep -x "learner-$name" >/dev/null <<<"$known" || continue
        password=$(a_password 24)
        new+="${new:+, }\"learner-$name\": \"learner-$name:{PLAIN}$password\\n\""
        in_classroom create secret generic "registry-$name" --dry-run=client --output yaml \
            --from-literal "push=$push/learner-$name" --from-literal "pull=$pull/learner-$name" \
            --from-literal "config.json={\"auths\": {\"$host\": {\"username\": \"learner-$name\", \"password\": \"$password\"}}}" |
            kubectl apply -f - >/dev/null
    done
    [ -z "$new" ] || in_classroom patch secret registry-owners --type merge --patch-file /dev/stdin <<<"{\"stringData\": {$new}}" >/dev/null
    in_classroom annotate pod --selector component=registry --overwrite "handrail-classroom/owners=$(date +%s)" >/dev/null
    wait_until "the registry does not know all names yet" deployment/registry /etc/owners "${@/#/learner-}"
}

# Waits for a pod to see these files, which are of a Secret.   Usage: wait_until SENTENCE POD FOLDER FILE…
wait_until() {
    local try
    for try in $(seq 60); do
        # shellcheck disable=SC2016  # a program for the shell there
        in_classroom exec "$2" -- sh -c 'cd "$0" && ls -- "$@"' "${@:3}" >/dev/null 2>&1 && return
        [ "$try" -lt 60 ] || fail "$1. Wait a minute, then run the same command again."
        sleep 2
    done
}

# Whoever has the Hub of a chart, or another sign-in, has no passwords of ours.
has_passwords() { in_classroom get secret passwords >/dev/null 2>&1; }
show_passwords_to_the_hub() {
    has_passwords || return 0
    # A change of its pod has the Hub's node look at the Secret now, and not only within a minute or two.
    in_classroom annotate pod --selector component=hub --overwrite "handrail-classroom/passwords=$(date +%s)" >/dev/null
}

# The roster is read before the cluster is asked: what is wrong with it needs none.
read_roster() {
    [ -f "$1" ] || fail "there is no file $1. Make one with a name on each line: printf 'anna\nben\n' > $(printf %q "$1")"
    names=$("$here/../roster.sh" "$1")
    [ -n "$names" ] || fail "no name is in $1. Write one on each line: printf 'anna\nben\n' > $(printf %q "$1")"
    for name in $names $teacher; do
        [[ $name =~ ^[a-z]([a-z0-9-]{0,29}[a-z0-9])?$ && $name != *--* ]] ||
            fail "$name cannot be a namespace: use a-z, 0-9 and single -, beginning with a letter and not ending with -. Change it in $1, then run the same command again."
    done
}
case ${1:-} in
    "") fail "the roster is missing, a file with a name on each line: $0 names.txt" ;;
    --check)
        [ -n "${2:-}" ] || fail "the roster is missing, a file with a name on each line: $0 --check names.txt"
        read_roster "$2"
        exit 0
        ;;
    --passwords) ;;
    --remove) [ -n "${2:-}" ] || fail "whom? Name the learners to remove: $0 --remove anna" ;;
    -*) fail "$1 is no option; there are --check, --passwords and --remove." ;;
    *) read_roster "$1" ;;
esac

command -v kubectl >/dev/null || fail "there is no kubectl on your PATH: install it, then run this again."
kubectl version >/dev/null 2>&1 || fail "the cluster of your KUBECONFIG does not answer. See  kubectl cluster-info"
kubectl get namespace "$classroom" >/dev/null 2>&1 || fail "there is no classroom yet: run install.sh first."

case $1 in
    --passwords)
        has_passwords || fail "there are no passwords: install.sh did not make this classroom, so its Hub signs learners in by other means."
        passwords
        exit 0
        ;;
    --remove)
        shift
        for name in "$@"; do
            kubectl get namespace "learner-$name" >/dev/null 2>&1 || fail "there is no learner $name. Those there are: kubectl get namespaces --selector handrail-classroom/learner"
            ! has_passwords || in_classroom patch secret passwords --type merge --patch "{\"data\": {\"$name\": null}}"
            in_classroom delete pod "server-$name" --ignore-not-found
            in_classroom delete persistentvolumeclaim "home-$name" --ignore-not-found
            in_classroom delete secret "registry-$name" --ignore-not-found
            ! in_classroom get secret registry-owners >/dev/null 2>&1 ||
                in_classroom patch secret registry-owners --type merge --patch "{\"data\": {\"learner-$name\": null}}"
            in_classroom delete serviceaccount,networkpolicy --selector "handrail-classroom/learner=$name"
            kubectl delete namespace "learner-$name"
        done
        show_passwords_to_the_hub
        exit 0
        ;;
esac

# Addresses of the Kubernetes API, for networks that let pods reach what they are allowed to and no more.
servers=$(kubectl get endpointslices --namespace default --selector kubernetes.io/service-name=kubernetes \
    --output 'jsonpath={range .items[*].endpoints[*].addresses[*]}{@}{"\n"}{end}')
[ -n "$servers" ] || fail "the cluster does not tell the addresses of its API: kubectl get endpointslices --namespace default"
blocks=
for address in $servers; do
    [[ $address == *:* ]] && length=128 || length=32
    blocks+="${blocks:+, }{ipBlock: {cidr: \"$address/$length\"}}"
done

new=
if has_passwords; then
    known=$(passwords)
    for name in $names $teacher; do
        if ! grep -q "^$name " <<<"$known"; then
            password=$(a_password 10)
            new+="${new:+, }\"$name\": \"$password\""
        fi
    done
fi
if [ -n "$new" ]; then
    in_classroom patch secret passwords --type merge --patch-file /dev/stdin <<<"{\"stringData\": {$new}}" >/dev/null
    show_passwords_to_the_hub
fi
for name in $names; do
    sed -e "s|@LEARNER@|$name|g" -e "s|@CLASSROOM@|$classroom|g" -e "s|@API_SERVERS@|[$blocks]|g" "$here/learner.yaml"
    echo ---
done | kubectl apply -f - >/dev/null
# shellcheck disable=SC2086  # several names
let_into_the_registry $names
# shellcheck disable=SC2086  # several names
! has_passwords || wait_until "the Hub does not know all names yet" deployment/hub /etc/classroom/passwords $names
vcluster=${VCLUSTER-$(in_classroom get configmap classroom --ignore-not-found --output 'go-template={{or .data.VCLUSTER ""}}')}
# shellcheck disable=SC2086  # several names
[ -z "$vcluster" ] || "$here/vcluster.sh" $names
told="classroom: $(wc -w <<<"$names") learners have their namespaces"
! has_passwords || told+="; names and passwords:  $0 --passwords"
echo "$told"
