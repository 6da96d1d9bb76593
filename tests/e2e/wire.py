"""A client of a few lines, for what no driver does: to leave, to be silent, not to read."""
import socket
import struct


class Wire:
    def __init__(self, server, receive_bytes=None):
        self.socket = socket.socket()
        if receive_bytes:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        self.socket.settimeout(60)
        self.socket.connect((server.host, server.port))
        self.bytes = b""
        words = f"user\0{server.user}\0database\0{server.dbname}\0\0".encode()
        self.socket.sendall(struct.pack("!ii", 8 + len(words), 0x30000) + words)
        self.pid = self.secret = None
        self.until(b"Z")

    def send(self, kind, body=b""):
        self.socket.sendall(kind + struct.pack("!i", 4 + len(body)) + body)

    def query(self, sql):
        self.send(b"Q", sql.encode() + b"\0")

    def receive(self, n):
        while len(self.bytes) < n:
            more = self.socket.recv(65536)
            if not more:
                raise EOFError
            self.bytes += more
        taken, self.bytes = self.bytes[:n], self.bytes[n:]
        return taken

    def message(self):
        kind, length = struct.unpack("!ci", self.receive(5))
        return kind, self.receive(length - 4)

    def until(self, *kinds):
        """Messages up to one of these, or to an ErrorResponse behind which nothing comes."""
        seen = []
        while True:
            kind, body = self.message()
            seen.append((kind, body))
            if kind == b"K":
                self.pid, self.secret = struct.unpack("!i", body[:4])[0], body[4:]
            if kind in kinds:
                return seen

    def fields(self, body):
        return {part[:1].decode(): part[1:].decode() for part in body.split(b"\0") if part}

    def leave_abruptly(self):
        """RST in place of FIN."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


class Startup(Wire):
    """A client that is asked for a password, step by step."""

    def __init__(self, server, user, sock=None):
        self.socket = sock or server.socket()
        self.bytes = b""
        words = b"user\0" + user.encode() + b"\0database\0" + server.dbname.encode() + b"\0\0"
        self.socket.sendall(struct.pack("!ii", 8 + len(words), 0x30000) + words)

    def authentication(self):
        kind, body = self.message()
        assert kind == b"R", body
        return struct.unpack("!i", body[:4])[0], body[4:]

    def mechanisms(self):
        code, names = self.authentication()
        assert code == 10 and names.endswith(b"\0\0")
        return names[:-2].split(b"\0")

    def sasl_initial(self, mechanism, data):
        self.send(b"p", mechanism + b"\0" + struct.pack("!i", len(data)) + data)

    def scram_first(self):
        """The server's first message."""
        self.mechanisms()
        self.sasl_initial(b"SCRAM-SHA-256", b"n,,n=,r=clientnonce")
        code, data = self.authentication()
        assert code == 11
        self.nonce = data[2:].split(b",")[0]
        return data.decode()

    def scram_final(self):
        """With a proof of nothing."""
        self.send(b"p", b"c=biws,r=" + self.nonce + b",p=" + b"A" * 43 + b"=")
