"""The tools that our shells have and bashkit has not, or must not have: all that touches the network or the clock."""

from swarmlab.shell.call import Tool
from swarmlab.shell.tools.ab import ab
from swarmlab.shell.tools.clock import date, sleep, uptime
from swarmlab.shell.tools.curl import curl
from swarmlab.shell.tools.databases import mysql, mysqladmin, pg_isready, psql, redis_cli
from swarmlab.shell.tools.firewall import firewall_cmd
from swarmlab.shell.tools.ip import ifconfig, ip, route
from swarmlab.shell.tools.machine import df, free, mount, top
from swarmlab.shell.tools.names import dig, getent, hostname, nslookup
from swarmlab.shell.tools.nginx import nginx
from swarmlab.shell.tools.ping import ping
from swarmlab.shell.tools.processes import nc, ps, systemctl
from swarmlab.shell.tools.sockets import netstat, ss, telnet
from swarmlab.shell.tools.system import identity, ls, uname
from swarmlab.shell.tools.wget import wget

#: In containers an image decides which of these it has.
EVERYWHERE: dict[str, Tool] = {
    "ab": ab,
    "curl": curl,
    "date": date,
    "df": df,
    "dig": dig,
    "free": free,
    "getent": getent,
    "hostname": hostname,
    "id": identity,
    "ifconfig": ifconfig,
    "ip": ip,
    "ls": ls,
    "mariadb": mysql,
    "mariadb-admin": mysqladmin,
    "mysql": mysql,
    "mysqladmin": mysqladmin,
    "mount": mount,
    "nc": nc,
    "netstat": netstat,
    "nginx": nginx,
    "nslookup": nslookup,
    "pg_isready": pg_isready,
    "ping": ping,
    "ps": ps,
    "psql": psql,
    "redis-cli": redis_cli,
    "route": route,
    "sleep": sleep,
    "ss": ss,
    "telnet": telnet,
    "top": top,
    "uname": uname,
    "uptime": uptime,
    "wget": wget,
}
_ONLY_IN_IMAGES = ("mariadb", "mariadb-admin", "mysql", "mysqladmin", "nginx", "pg_isready", "psql", "redis-cli")
ON_HOSTS: dict[str, Tool] = {
    **{name: tool for name, tool in EVERYWHERE.items() if name not in _ONLY_IN_IMAGES},
    "firewall-cmd": firewall_cmd,
    "systemctl": systemctl,
}
