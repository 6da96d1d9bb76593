#!/usr/bin/env python3
"""Reads one TLS connection to its end and throws away what comes; or is its other side.

usage: ssl_read.py PORT CERT KEY       prints the CPU time of the reading, in seconds
       ssl_read.py --send PORT FILE
"""
import socket
import ssl
import sys
import time


def send(port, path):
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with context.wrap_socket(socket.create_connection(("127.0.0.1", port))) as connection:
        with open(path, "rb") as data:
            while piece := data.read(8192):
                connection.sendall(piece)
        connection.unwrap()


def read(port, cert, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    listener = socket.create_server(("127.0.0.1", port))
    connection = context.wrap_socket(listener.accept()[0], server_side=True)
    room = bytearray(65536)
    began = time.process_time()
    while connection.recv_into(room):
        pass
    print(time.process_time() - began, flush=True)
    connection.unwrap()


if sys.argv[1] == "--send":
    send(int(sys.argv[2]), sys.argv[3])
else:
    read(int(sys.argv[1]), sys.argv[2], sys.argv[3])
