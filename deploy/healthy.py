"""Whether this container answers: `python -IS healthy.py PORT PATH`. Asked often, so it loads next to nothing."""

import socket
import sys

port, path = sys.argv[1:]
with socket.create_connection(("127.0.0.1", int(port)), timeout=8) as connection:
    connection.sendall(f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n".encode())
    sys.exit(b" 200 " not in connection.recv(64))
