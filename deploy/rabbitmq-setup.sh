#!/bin/sh
# RabbitMQ (3.10 and later) for the hub: a virtual host, its queues, and users who may do only their own work. Safe to run again.
#
#     deploy/rabbitmq-setup.sh [VHOST] [SECRETS]
#
# VHOST is `hub` unless named; users are called VHOST_owner, VHOST_worker, VHOST_relay. Their passwords are made up when they are
# not there yet, and kept in the folder SECRETS (default /etc/boekhub/secrets), one file each, for root only.
# RABBITMQCTL names another command than rabbitmqctl. SINKS="crm webshop" makes the lanes of [sink.crm] and [sink.webshop] too: run it
# again with all of them when hub.toml gets another.
#
#   user      configure   write            read        does
#   owner     hub.v1.*    hub.v1.*         hub.v1.*    creates queues of a later version; no service connects as this one
#   worker    nothing     nothing          hub.v1.*    hub-worker@: consumes lanes, never publishes
#   relay     nothing     hub.v1.work      nothing     hub-relay: publishes, never consumes
#
# A program of others that publishes documents gets a user of its own with the rights of the relay (README.md).
set -eu
umask 077
vhost=${1:-hub}
secrets=${2:-/etc/boekhub/secrets}
ctl=${RABBITMQCTL:-rabbitmqctl}
definitions=$(dirname "$0")/rabbitmq-definitions.json

password() { # of user $1, from its file; a new one where there is none
    mkdir -p "$secrets"
    if [ ! -s "$secrets/$1" ]; then
        head -c 24 /dev/urandom | base64 | tr '+/' '-_' >"$secrets/$1"
    fi
    cat "$secrets/$1"
}

user() { # name, configure, write, read; the password goes by standard input, not past everyone's `ps`
    if echo "$users" | grep -qx "$1"; then
        password "$1" | $ctl --quiet change_password "$1" >/dev/null
    else
        password "$1" | $ctl --quiet add_user "$1" >/dev/null
    fi
    $ctl --quiet set_permissions --vhost "$vhost" "$1" "$2" "$3" "$4"
}

users=$($ctl --quiet list_users | cut -f 1)
$ctl --quiet list_vhosts | grep -qx "$vhost" || $ctl --quiet add_vhost "$vhost"
sed "s/\"vhost\": \"hub\"/\"vhost\": \"$vhost\"/" "$definitions" | $ctl --quiet import_definitions

lane() { # name, delivery limit: a queue with the arguments of those in the definitions
    printf '{"queues": [{"name": "hub.v1.%s", "vhost": "%s", "durable": true, "auto_delete": false, "arguments": {"x-queue-type": "quorum",
        "x-delivery-limit": %s, "x-dead-letter-exchange": "hub.v1.dead", "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish", "x-max-length": 1000000}}],
        "bindings": [{"source": "hub.v1.work", "vhost": "%s", "destination": "hub.v1.%s", "destination_type": "queue", "routing_key": "%s",
        "arguments": {}}]}' "$1" "$vhost" "$2" "$vhost" "$1" "$1" | $ctl --quiet import_definitions
}

for sink in ${SINKS:-}; do
    case $sink in *[!a-z0-9_-]*) echo "SINKS: $sink is no name of a sink" >&2; exit 2 ;; esac
    lane "dispatch.$sink" 10
    lane "dispatch.$sink.suspect" 3
done

user "${vhost}_owner" '^hub\.v1\.' '^hub\.v1\.' '^hub\.v1\.'
user "${vhost}_worker" '^$' '^$' '^hub\.v1\.'
user "${vhost}_relay" '^$' '^hub\.v1\.work$' '^$'

# The broker's own guest/guest has all rights everywhere.
if echo "$users" | grep -qx guest; then
    $ctl --quiet delete_user guest
fi
