<?php
// The chat server that a tutorial on sockets in PHP ends with: one loop around socket_select() that gives whatever
// one client sends to all others. Prints `plain 127.0.0.1:PORT`.

$listener = socket_create(AF_INET, SOCK_STREAM, SOL_TCP);
socket_set_option($listener, SOL_SOCKET, SO_REUSEADDR, 1);
socket_bind($listener, '127.0.0.1', 0);
socket_listen($listener, 4096);
socket_getsockname($listener, $address, $port);
echo "plain $address:$port\n";

$clients = [];
while (true) {
    $readable = [...$clients, $listener];
    $writable = $failed = null;
    if (socket_select($readable, $writable, $failed, null) < 1) {
        continue;
    }
    foreach ($readable as $socket) {
        if ($socket === $listener) {
            $client = socket_accept($listener);
            socket_set_option($client, SOL_TCP, TCP_NODELAY, 1);
            $clients[spl_object_id($client)] = $client;
            socket_write($client, "welcome\n");
            continue;
        }
        $chunk = @socket_read($socket, 65536);
        if ($chunk === false || $chunk === '') {
            unset($clients[spl_object_id($socket)]);
            socket_close($socket);
            continue;
        }
        foreach ($clients as $client) {
            if ($client === $socket) {
                continue;
            }
            for ($rest = $chunk; $rest !== ''; $rest = substr($rest, $sent)) {
                $sent = @socket_write($client, $rest);
                if ($sent === false) {
                    break;
                }
            }
        }
    }
}
