"""Certificates by the openssl command, and clients of TLS that no driver is."""
import ssl
import struct
import subprocess

SSL_REQUEST = struct.pack("!ii", 8, 80877103)


def openssl(*args):
    subprocess.run(["openssl", *args], check=True, capture_output=True)


def certificate(folder, name, key=("-newkey", "rsa:2048"), digest="-sha256", ca=None):
    """A certificate and its key, signed by a pair of that kind or by itself."""
    cert, secret = folder / f"{name}.crt", folder / f"{name}.key"
    by = ["-CA", ca[0], "-CAkey", ca[1]] if ca else []
    openssl("req", "-x509", *key, "-nodes", digest, "-days", "3", "-subj", f"/CN={name}",
            "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", secret, "-out",
            cert, *by)
    return cert, secret


class Authority:
    """A root, and a server's pair that it has signed."""

    def __init__(self, folder):
        self.root = certificate(folder, "root")
        self.pair = certificate(folder, "server", ca=self.root)
        self.args = options(self.pair)
        self.verify = dict(sslmode="verify-full", sslrootcert=str(self.root[0]))

    def context(self, alpn=("postgresql",)):
        context = ssl.create_default_context(cafile=self.root[0])
        if alpn:
            context.set_alpn_protocols(list(alpn))
        return context

    def connect(self, server, alpn=("postgresql",), direct=True):
        """Shakes hands; an end without close_notify will be an error."""
        sock = server.socket()
        if not direct:
            sock.sendall(SSL_REQUEST)
            assert sock.recv(1) == b"S"
        return self.context(alpn).wrap_socket(sock, server_hostname="localhost",
                                              suppress_ragged_eofs=False)


def options(pair):
    return "--tls-cert", str(pair[0]), "--tls-key", str(pair[1])
