"""A domain that publishes keys (Web Key Directory), on a network of its own: HTTPS on port 443 of a
loopback that only the stage's children see, with hosts and authorities of the test's.

Run as a program inside of `unshare`, it is the stage: it sets the network up, serves, and runs the
command lines that come in, one JSON line each."""

import contextlib
import fcntl
import hashlib
import http.server
import json
import os
import shutil
import socket
import ssl
import struct
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit

UNSHARE = ["unshare", "--map-root-user", "--net", "--mount"]
AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
ALPHABET = "ybndrfg8ejkmcpqxot1uwisza345h769"


def hashed(mailbox):
    """z-base-32 of the SHA-1 of the mailbox in lower case (draft-koch-openpgp-webkey-service)."""
    bits = int.from_bytes(hashlib.sha1(mailbox.lower().encode()).digest(), "big")
    return "".join(ALPHABET[bits >> shift & 31] for shift in range(155, -1, -5))


def trouble():
    """Why there can be no stage here; None: there can."""
    for tool in ("unshare", "mount", "openssl", "dirmngr"):
        if shutil.which(tool) is None:
            return f"there is no {tool} here"
    if not Path(AUTHORITIES).exists():
        return "there are no ca-certificates here"
    tried = subprocess.run([*UNSHARE, "mount", "--bind", "/etc/hosts", "/etc/hosts"], check=False,
                           capture_output=True, text=True)  # fmt: skip
    if tried.returncode != 0:
        return f"this machine allows no namespaces of one's own: {tried.stderr.strip()[-120:]}"
    return None


class Stage:
    """certificates: {host: (certificate, key)}; the first one is of all hosts that are not named."""

    def __init__(self, folder, authority, hosts, certificates):
        self.folder = Path(folder)
        self.log = self.folder / "requests"
        self.log.touch()
        self.web = self.folder / "web"
        self.web.mkdir()
        plan = {"folder": str(self.folder), "authority": str(authority), "hosts": hosts,
                "certificates": {host: [str(p) for p in pair] for host, pair in certificates.items()}}  # fmt: skip
        self.process = subprocess.Popen(
            [*UNSHARE, sys.executable, __file__, json.dumps(plan)], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdout.readline() == "ready\n"

    def run(self, line, environment, text=None):
        order = {"line": [str(word) for word in line], "environment": environment, "text": text}
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        return subprocess.CompletedProcess(line, *answer)

    def publish(self, address, data, advanced=False):
        mailbox, _, domain = address.partition("@")
        host = f"openpgpkey.{domain}/.well-known/openpgpkey/{domain}" if advanced \
            else f"{domain}/.well-known/openpgpkey"  # fmt: skip
        path = self.web / host / "hu" / hashed(mailbox)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        (path.parent.parent / "policy").touch()

    def requests(self):
        return self.log.read_text().splitlines()

    def end(self):
        self.process.stdin.close()
        self.process.wait(10)


# --- inside ---


def loopback_up():
    with socket.socket() as any_socket:
        flags = struct.pack("16sh", b"lo", 0x1)  # IFF_UP
        fcntl.ioctl(any_socket, 0x8914, flags)  # SIOCSIFFLAGS


def lay_over(path, text):
    mine = Path(plan["folder"]) / path.replace("/", "_")
    mine.write_text(text)
    subprocess.run(["mount", "--bind", mine, path], check=True)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):  # noqa: N802
        host = self.headers["Host"].partition(":")[0]
        with open(Path(plan["folder"]) / "requests", "a", encoding="ascii") as log:
            log.write(f"{host}{self.path}\n")
        path = Path(plan["folder"]) / "web" / (host + urlsplit(self.path).path)
        found = path.is_file()
        data = path.read_bytes() if found else b"nothing"
        self.send_response(200 if found else 404)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


class Web(http.server.ThreadingHTTPServer):
    """Each host with its certificate."""

    def __init__(self, certificates):
        super().__init__(("127.0.0.1", 443), Handler)
        contexts = {}
        for host, (certificate, key) in certificates.items():
            contexts[host] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            contexts[host].load_cert_chain(certificate, key)
        self.context = next(iter(contexts.values()))

        def choose(connection, host, _):
            connection.context = contexts.get(host, self.context)

        self.context.sni_callback = choose

    def get_request(self):
        plain, peer = self.socket.accept()
        return self.context.wrap_socket(plain, server_side=True), peer

    def handle_error(self, *_):
        pass


def serve_orders():
    for order in sys.stdin:
        order = json.loads(order)
        result = subprocess.run(order["line"], input=order["text"], capture_output=True, text=True,
                                env=order["environment"], timeout=60, check=False)  # fmt: skip
        print(json.dumps([result.returncode, result.stdout, result.stderr]), flush=True)


def main():
    loopback_up()
    lay_over("/etc/hosts", f"127.0.0.1 localhost {' '.join(plan['hosts'])}\n")
    lay_over("/etc/resolv.conf", "nameserver 127.0.0.1\n")
    lay_over(AUTHORITIES, Path(plan["authority"]).read_text())
    threading.Thread(target=Web(plan["certificates"]).serve_forever, daemon=True).start()
    print("ready", flush=True)
    with contextlib.suppress(BrokenPipeError):
        serve_orders()
    os._exit(0)


if __name__ == "__main__":
    plan = json.loads(sys.argv[1])
    main()
