#!/bin/sh
# What the tests use beside Python packages, where this machine lets us have it: chromium and PostgreSQL.
# Without them the tests that need them are skipped by name.
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    if ! command -v chromium >/dev/null; then
        { apt-get update -qq && apt-get install -y -qq chromium; } >/dev/null 2>&1 || echo "chromium could not be installed"
    fi
    if command -v pg_ctlcluster >/dev/null && ! pg_isready -q -h 127.0.0.1 -p 5432 2>/dev/null; then
        for version in $(ls /etc/postgresql 2>/dev/null); do
            pg_ctlcluster --skip-systemctl-redirect "$version" main start || echo "PostgreSQL could not be started"
        done
    fi
fi
exit 0
