"""Sends the requests of the JSON array on stdin, each on a Unix socket connection of its own, and prints the answers as JSON.

Run through setpriv, so that the kernel vouches for another uid.
"""

import http.client
import json
import socket
import sys


class Connection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("holdfast", timeout=120)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def answer(request):
    connection = Connection(request["socket"])
    body = request["body"]
    try:
        try:
            connection.request(request["method"], request["path"], None if body is None else body.encode(), request["headers"])
        except BrokenPipeError:
            pass  # A refusal does not wait for the body: the answer may be there, and the connection closed, before it is sent.
        response = connection.getresponse()
        return {"status": response.status, "headers": {k.lower(): v for k, v in response.getheaders()},
                "body": response.read().decode()}
    finally:
        connection.close()


json.dump([answer(request) for request in json.load(sys.stdin)], sys.stdout)
