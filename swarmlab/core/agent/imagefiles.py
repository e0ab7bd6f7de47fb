"""Files of images that learners look at and change: configurations and pages."""

_WELCOME = (
    b"<!DOCTYPE html>\n<html>\n<head>\n<title>Welcome to nginx!</title>\n</head>\n<body>\n"
    b"<h1>Welcome to nginx!</h1>\n</body>\n</html>\n"
)
_NGINX_CONF = b"""
user  nginx;
worker_processes  auto;

error_log  /var/log/nginx/error.log notice;
pid        /run/nginx.pid;

events {
    worker_connections  1024;
}

http {
    include       /etc/nginx/mime.types;
    default_type  application/octet-stream;

    access_log  /var/log/nginx/access.log  main;
    sendfile        on;
    keepalive_timeout  65;

    include /etc/nginx/conf.d/*.conf;
}
"""
_NGINX_DEFAULT = b"""server {
    listen       80;
    listen  [::]:80;
    server_name  localhost;

    location / {
        root   /usr/share/nginx/html;
        index  index.html index.htm;
    }

    error_page   500 502 503 504  /50x.html;
    location = /50x.html {
        root   /usr/share/nginx/html;
    }
}
"""

NGINX = {
    "/usr/share/nginx/html/index.html": _WELCOME,
    "/etc/nginx/nginx.conf": _NGINX_CONF,
    "/etc/nginx/conf.d/default.conf": _NGINX_DEFAULT,
}

#: nginxdemos/hello says which server it is.
HELLO = {
    "/etc/nginx/conf.d/default.conf": b"""server {
    listen 80;
    listen [::]:80;

    location / {
        default_type text/plain;
        expires -1;
        return 200 'Server address: $server_addr:$server_port\\nServer name: $hostname\\nDate: $time_local\\n\
URI: $request_uri\\nRequest ID: $request_id\\n';
    }
}
"""
}

#: lnmp/php: counts in redis, remembers in mysql.
COUNTER = {
    "/var/www/html/index.php": b"""<?php
$redis = new Redis();
$redis->connect(getenv('REDIS_HOST') ?: 'redis', 6379);
$hits = $redis->incr('hits');

$secret = getenv('MYSQL_PASSWORD_FILE');
$password = $secret ? trim(file_get_contents($secret)) : getenv('MYSQL_PASSWORD');
$db = new mysqli(getenv('MYSQL_HOST') ?: 'mysql', getenv('MYSQL_USER') ?: 'root', $password, getenv('MYSQL_DATABASE'));
$db->query("CREATE TABLE IF NOT EXISTS visits (id INT AUTO_INCREMENT PRIMARY KEY, host VARCHAR(64))");
$db->query("INSERT INTO visits (host) VALUES ('" . gethostname() . "')");
$visits = $db->query("SELECT COUNT(*) AS n FROM visits")->fetch_assoc()['n'];

echo "Hello from " . gethostname() . ": hit $hits in redis, visit $visits in mysql\\n";
"""
}
