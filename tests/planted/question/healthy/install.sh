#!/usr/bin/env bash
[ "${1:-}" = -y ] || { read -r -p 'Go on? [Y/n] ' answer; [ "$answer" != n ]; } || exit 1
touch ~/installed
