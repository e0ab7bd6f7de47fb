"""Which programs are in images of two kinds: those made from busybox, and those made from Debian."""

#: Programs of busybox that images here offer, and that the sandboxed shell runs.
BUSYBOX = frozenset(
    (
        "[ arp ash awk basename cat chmod chown clear cp cut date df dirname du echo egrep env expr false "
        "fgrep find free grep head hostname httpd id ifconfig ip kill killall ln ls mkdir more mount mv nc "
        "netstat nslookup pidof ping printenv printf ps pwd readlink realpath rm rmdir route sed seq sh sleep "
        "sort stat tail tee telnet test time timeout top touch tr true tty umask uname uniq uptime "
        "watch wc wget which whoami xargs yes "
    ).split()
)

#: What netshoot, an image for looking at networks, has instead of busybox' own.
NETSHOOT = BUSYBOX | {"bash", "curl", "dig", "getent"}

#: Programs of Debian without any package of its own.
DEBIAN = frozenset(
    (
        "[ bash cat chmod cp cut date df dirname du echo env expr false getent grep head hostname id kill ln "
        "ls mkdir mv printenv printf ps pwd readlink rm rmdir sed seq sh sleep sort stat tail tee test "
        "timeout touch tr true tty uname uniq wc which whoami xargs yes "
    ).split()
)
