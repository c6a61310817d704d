#!/usr/bin/env bash
# The first process of a learner's privileged pod: makes it a place where Podman and kind work, then becomes the command.
# Usage: podman-entrypoint COMMAND…
set -euo pipefail

# Whatever the learner starts is to count as the pod's, for its limits and its end. With version 2 of cgroups, a
# privileged pod sees those of the whole node: from here on, it sees its own as the only ones. Version 1 shows no others.
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
    if [ "${1:-}" != --own ]; then
        exec unshare --cgroup -- "$0" --own "$@"
    fi
    shift
    umount /sys/fs/cgroup
    mount -t cgroup2 cgroup2 /sys/fs/cgroup
    # A cgroup that hands its controllers down holds no processes itself.
    mkdir -p /sys/fs/cgroup/init
    echo $$ >/sys/fs/cgroup/init/cgroup.procs
    # A node may keep some of them from its pods.
    read -ra controllers </sys/fs/cgroup/cgroup.controllers
    for controller in ${controllers[@]+"${controllers[@]}"}; do
        echo "+$controller" >/sys/fs/cgroup/cgroup.subtree_control || true
    done
fi

# As containers.conf says.
dns=$(awk '$1 == "nameserver" && $2 ~ /^[0-9.]+$/ { print $2; exit }' /etc/resolv.conf)
if [ -z "$dns" ]; then
    echo "classroom: the DNS of this pod has no IPv4 address, which clusters in it need. See  cat /etc/resolv.conf" >&2
    exit 1
fi
for chain in PREROUTING OUTPUT; do
    for protocol in udp tcp; do
        rule=("$chain" -d 169.254.53.53 -p "$protocol" --dport 53 -j DNAT --to-destination "$dns")
        iptables -t nat -C "${rule[@]}" 2>/dev/null || iptables -t nat -A "${rule[@]}"
    done
done

# All clusters of a node share this, and a new one's kube-proxy ends with "too many open files" when it is used up.
watched=$(cat /proc/sys/fs/inotify/max_user_instances)
[ "$watched" -ge 1024 ] ||
    echo "classroom: this node has room for one or two clusters (fs.inotify.max_user_instances is $watched). On the node, type: sysctl --write fs.inotify.max_user_instances=8192" >&2

# Images that the course brings along. What runs here is told nothing of the Hub.
for archive in /opt/images/*.tar; do
    [ ! -e "$archive" ] || env -i PATH="$PATH" HOME="$HOME" podman load --quiet --input "$archive"
done
exec "$@"
