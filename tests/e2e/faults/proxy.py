"""Between a driver and its database: hears what is said, and breaks the line where a test wants."""
import contextlib
import socket
import threading

REQUEST, ANSWER = "the request is lost", "the answer is lost"


class Line:
    """One connection: two threads, one for each direction."""

    def __init__(self, proxy, driver):
        self.proxy, self.driver, self.deaf = proxy, driver, False
        self.database = socket.create_connection(("127.0.0.1", proxy.port_behind))
        for job in (self.up, self.down):
            threading.Thread(target=job, daemon=True).start()

    def break_(self):
        for end in (self.driver, self.database):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def forward(self, source, target, look):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self.proxy.flows.wait()
                if not look(data):
                    break
                target.sendall(data)
        self.break_()

    def up(self):
        tail = b""

        def look(data):
            nonlocal tail
            what = self.proxy.heard(tail, data)
            tail = (tail + data)[-64:]
            if what == ANSWER:
                self.deaf = True
            elif callable(what):
                what()
            if what:
                self.proxy.happened.set()
            return what != REQUEST

        self.forward(self.driver, self.database, look)

    def down(self):
        self.forward(self.database, self.driver, lambda data: not self.deaf)


class Proxy:
    def __init__(self, port):
        self.port_behind = port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.lock = threading.Lock()
        self.word = self.what = None
        self.happened = threading.Event()
        self.flows = threading.Event()
        self.flows.set()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                driver, _ = self.listener.accept()
                try:
                    Line(self, driver)
                except OSError:  # the database is not there
                    driver.close()

    def at(self, word, what):
        """Once, when the driver says this word: REQUEST, ANSWER, or something to call."""
        with self.lock:
            self.word, self.what = word, what
        self.happened.clear()

    def heard(self, tail, data):
        with self.lock:
            # Of what was said before, less than the word: else it would be heard again.
            if not self.word or self.word not in tail[1 - len(self.word):] + data:
                return None
            self.word = None
            return self.what

    @contextlib.contextmanager
    def held(self):
        """Nothing passes, and nothing breaks."""
        self.flows.clear()
        yield
        self.flows.set()

    def close(self):
        self.listener.close()
