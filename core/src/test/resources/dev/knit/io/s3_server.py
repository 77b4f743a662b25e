"""An S3-compatible server on loopback: moto, one request at a time, so that its check and its write are one step.

With the argument "ignore" it leaves out what If-None-Match asks for, as some stores do. Ends with its standard input.
"""

import logging
import os
import sys
import threading

from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

logging.getLogger("werkzeug").setLevel(logging.ERROR)
WSGIRequestHandler.protocol_version = "HTTP/1.1"
moto = DomainDispatcherApplication(create_backend_app)
lock = threading.Lock()


def application(environ, start_response):
    if sys.argv[1] == "ignore":
        environ.pop("HTTP_IF_NONE_MATCH", None)
    with lock:
        return list(moto(environ, start_response))


def end_with_parent():
    sys.stdin.read()
    os._exit(0)


server = make_server("127.0.0.1", 0, application, threaded=True)
print(server.server_port, flush=True)
threading.Thread(target=end_with_parent, daemon=True).start()
server.serve_forever()
